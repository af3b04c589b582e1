/**
 * Reads the array that a script replied with, from the front. A reply of another shape is a fault of ours, and throws.
 */
export interface Reply {
  text(): string;
  integer(): number;
  bytes(): Buffer;
  /** An array inside the reply; undefined where the script put nothing. */
  list(): Reply | undefined;
  readonly isAtEnd: boolean;
}

export function createReply(reply: unknown): Reply {
  if (!Array.isArray(reply))
    throw new TypeError('A script of the cache replied with something else than an array.');
  let next = 0;
  const take = (): unknown => reply[next++];

  const bytes = () => {
    const value = take();
    if (!Buffer.isBuffer(value))
      throw new TypeError(`A script of the cache replied with no string at ${next - 1}.`);
    return value;
  };
  return {
    bytes,
    text: () => bytes().toString(),
    integer() {
      const value = take();
      // Numbers that Redis keeps come back as strings, those that Lua computed as integers.
      const number = typeof value === 'number' ? value : Number(String(value));
      if (!Number.isSafeInteger(number))
        throw new TypeError(`A script of the cache replied with no integer at ${next - 1}.`);
      return number;
    },
    list() {
      const value = take();
      return value === null ? undefined : createReply(value);
    },
    get isAtEnd() {
      return next >= reply.length;
    },
  };
}
