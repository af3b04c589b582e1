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

/** @param uuid in its usual lower-case form. */
export function toGlobalId(type: string, uuid: string): string {
  return Buffer.concat([Buffer.from(`${type}:`), Buffer.from(uuid.replaceAll('-', ''), 'hex')]).toString(
    'base64url',
  );
}

/** What an id stands for; null for everything that {@link toGlobalId} did not make, whatever it is. */
export function parseGlobalId(id: string): GlobalId | null {
  const bytes = Buffer.from(id, 'base64url');
  // Decoding is lenient; only the one spelling that we hand out is an id, so that equal things have equal ids.
  if (bytes.toString('base64url') !== id) return null;
  const colon = bytes.length - uuidBytes - 1;
  if (colon < 1 || bytes[colon] !== 0x3a) return null;
  const type = bytes.subarray(0, colon).toString('latin1');
  if (!/^\w+$/.test(type)) return null;
  const hex = bytes.subarray(colon + 1).toString('hex');
  const uuid = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join(
    '-',
  );
  return { type, uuid };
}

/** The UUID of an id of the given type; null for malformed ids and ids of another type: both are "not found". */
export function uuidOf(type: string, id: string): string | null {
  const parsed = parseGlobalId(id);
  return parsed?.type === type ? parsed.uuid : null;
}
