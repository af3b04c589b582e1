/**
 * Reads the array that a script replied with, from the front. A reply of another shape is a fault of ours, and throws.
 */
export class Reply {
  readonly #values: readonly unknown[];
  #next = 0;

  constructor(reply: unknown) {
    if (!Array.isArray(reply))
      throw new TypeError('A script of the cache replied with something else than an array.');
    this.#values = reply;
  }

  text(): string {
    return this.bytes().toString();
  }

  integer(): number {
    const value = this.#take();
    // Numbers that Redis keeps come back as strings, those that Lua computed as integers.
    const number = typeof value === 'number' ? value : Number(String(value));
    if (!Number.isSafeInteger(number))
      throw new TypeError(`A script of the cache replied with no integer at ${this.#next - 1}.`);
    return number;
  }

  bytes(): Buffer {
    const value = this.#take();
    if (!Buffer.isBuffer(value))
      throw new TypeError(`A script of the cache replied with no string at ${this.#next - 1}.`);
    return value;
  }

  /** An array inside the reply; undefined where the script put nothing. */
  list(): Reply | undefined {
    const value = this.#take();
    return value === null ? undefined : new Reply(value);
  }

  get isAtEnd(): boolean {
    return this.#next >= this.#values.length;
  }

  #take(): unknown {
    return this.#values[this.#next++];
  }
}
