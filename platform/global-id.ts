/**
 * Ids as clients see them: opaque, and unique over all types, so that `node(id)` needs nothing else. Inside, the type's
 * name and the row's UUID.
 */

const uuidBytes = 16;
const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export interface GlobalId {
  readonly type: string;
  readonly uuid: string;
}

export function isUuid(value: string): boolean {
  return uuidPattern.test(value);
}

/**
 * @param uuid in its usual lower-case form
 * @throws Error for what is none
 */
export function toGlobalId(type: string, uuid: string): string {
  const bytes = Buffer.allocUnsafe(type.length + 1 + uuidBytes);
  bytes.write(`${type}:`, 'latin1');
  // Cut out where the hyphens are, which takes half as long as to look for them.
  const hex = uuid.slice(0, 8) + uuid.slice(9, 13) + uuid.slice(14, 18) + uuid.slice(19, 23) + uuid.slice(24);
  if (bytes.write(hex, type.length + 1, 'hex') !== uuidBytes) throw new Error('Not a UUID');
  return bytes.toString('base64url');
}

/** What an id stands for; null for everything that {@link toGlobalId} did not make, whatever it is. */
export function parseGlobalId(id: string): GlobalId | null {
  const bytes = Buffer.from(id, 'base64url');
  // Decoding is lenient; only the one spelling that we hand out is an id, so that equal things have equal ids.
  if (bytes.toString('base64url') !== id) return null;
  const colon = bytes.length - uuidBytes - 1;
  if (colon < 1 || bytes[colon] !== 0x3a) return null;
  const type = bytes.toString('latin1', 0, colon);
  if (!/^\w+$/.test(type)) return null;
  const hex = bytes.toString('hex', colon + 1);
  const uuid = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  return { type, uuid };
}

/** The UUID of an id of the given type; null for malformed ids and ids of another type: both are "not found". */
export function uuidOf(type: string, id: string): string | null {
  const parsed = parseGlobalId(id);
  return parsed?.type === type ? parsed.uuid : null;
}
