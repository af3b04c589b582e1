/**
 * Ids as clients see them: opaque, and unique over all types, so that `node(id)` needs nothing else. Inside, the type's
 * name and the row's UUID.
 */

const uuidBytes = 16;
const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

const colon = 0x3a;
const hyphen = 0x2d;
/** Names of types are not longer. */
const longestType = 100;
const mostBytes = longestType + 1 + uuidBytes;

/*
 * An id is made or read for every row. Buffer does each step of that in a call, and the calls take three times as long as
 * what follows, which needs one: for the text in the end.
 */
const bytes = new Uint8Array(mostBytes);
const text = Buffer.alloc(2 * mostBytes);
const hexDigits = Buffer.from('0123456789abcdef');
const alphabet = Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_');
const valueOfHexDigit = valuesOf(hexDigits);
const valueOfLetter = valuesOf(alphabet);
const noValue = 0xff;

export interface GlobalId {
  readonly type: string;
  readonly uuid: string;
}

export function isUuid(value: string): boolean {
  return uuidPattern.test(value);
}

/**
 * @param uuid in its usual lower-case form
 * @throws Error for what is none, and for a type's name of more than 100 characters
 */
export function toGlobalId(type: string, uuid: string): string {
  if (type.length > longestType) throw new Error(`The name of a type is too long: ${type}`);
  for (let index = 0; index < type.length; index += 1) bytes[index] = type.charCodeAt(index);
  bytes[type.length] = colon;
  if (uuid.length !== 36 || !writeUuid(uuid, type.length + 1)) throw new Error('Not a UUID');
  return encode(type.length + 1 + uuidBytes);
}

/** What an id stands for; null for everything that {@link toGlobalId} did not make, whatever it is. */
export function parseGlobalId(id: string): GlobalId | null {
  const typeLength = decode(id) - uuidBytes - 1;
  if (typeLength < 1 || bytes[typeLength] !== colon) return null;
  const type = String.fromCharCode(...bytes.subarray(0, typeLength));
  return /^\w+$/.test(type) ? { type, uuid: readUuid(typeLength + 1) } : null;
}

/** The UUID of an id of the given type; null for malformed ids and ids of another type: both are "not found". */
export function uuidOf(type: string, id: string): string | null {
  if (decode(id) !== type.length + 1 + uuidBytes || bytes[type.length] !== colon) return null;
  for (let index = 0; index < type.length; index += 1)
    if (bytes[index] !== type.charCodeAt(index)) return null;
  return readUuid(type.length + 1);
}

/**
 * Reads base64url into `bytes`. Only the one spelling that we hand out is an id, so that equal things have equal ids.
 *
 * @returns how many they are; 0 for what is no such text, or a longer one than ids are
 */
function decode(id: string): number {
  const length = Math.floor((id.length * 6) / 8);
  // Of 1 more than a multiple of 4 letters, the last would be too few bits for a byte.
  if (length > mostBytes || id.length % 4 === 1) return 0;
  let bits = 0;
  let pending = 0;
  let at = 0;
  for (let index = 0; index < id.length; index += 1) {
    const value = valueOfLetter[id.charCodeAt(index)] ?? noValue;
    if (value === noValue) return 0;
    // Never more than 14 bits are of use.
    bits = ((bits << 6) | value) & 0x3fff;
    pending += 6;
    if (pending < 8) continue;
    pending -= 8;
    bytes[at] = bits >> pending;
    at += 1;
  }
  return (bits & ((1 << pending) - 1)) === 0 ? length : 0;
}

/** Base64url of so many of `bytes`. */
function encode(length: number): string {
  let bits = 0;
  let pending = 0;
  let at = 0;
  for (let index = 0; index < length; index += 1) {
    bits = ((bits << 8) | (bytes[index] ?? 0)) & 0xfff;
    pending += 8;
    while (pending >= 6) {
      pending -= 6;
      text[at] = alphabet[(bits >> pending) & 0x3f] ?? 0;
      at += 1;
    }
  }
  if (pending > 0) {
    text[at] = alphabet[(bits << (6 - pending)) & 0x3f] ?? 0;
    at += 1;
  }
  return text.toString('latin1', 0, at);
}

/** Into `bytes`; false for what is none. */
function writeUuid(uuid: string, start: number): boolean {
  let at = 0;
  for (let index = 0; index < uuidBytes; index += 1) {
    if (followsHyphen(index)) at += 1;
    const high = valueOfHexDigit[uuid.charCodeAt(at)] ?? noValue;
    const low = valueOfHexDigit[uuid.charCodeAt(at + 1)] ?? noValue;
    if (high === noValue || low === noValue) return false;
    bytes[start + index] = (high << 4) | low;
    at += 2;
  }
  return true;
}

/** Out of `bytes`. */
function readUuid(start: number): string {
  let at = 0;
  for (let index = 0; index < uuidBytes; index += 1) {
    const byte = bytes[start + index] ?? 0;
    if (followsHyphen(index)) {
      text[at] = hyphen;
      at += 1;
    }
    text[at] = hexDigits[byte >> 4] ?? 0;
    text[at + 1] = hexDigits[byte & 0xf] ?? 0;
    at += 2;
  }
  return text.toString('latin1', 0, at);
}

function followsHyphen(byte: number): boolean {
  return byte === 4 || byte === 6 || byte === 8 || byte === 10;
}

/** By the code of each, its place among them. */
function valuesOf(characters: Buffer): Uint8Array {
  const values = new Uint8Array(128).fill(0xff);
  for (const [value, code] of characters.entries()) values[code] = value;
  return values;
}
