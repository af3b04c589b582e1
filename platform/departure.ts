/**
 * That somebody has gone away for whom something is done. Every request has one and each of its calls listens to it: an AbortSignal, with
 * an event and all that belongs to it, takes longer than what it is for.
 */
export class Departure {
  #hasLeft = false;
  readonly #listeners = new Set<() => void>();

  get hasLeft(): boolean {
    return this.#hasLeft;
  }

  leave(): void {
    if (this.#hasLeft) return;
    this.#hasLeft = true;
    for (const listener of this.#listeners) listener();
  }

  /** @param listener is called when they leave; not if they have left before */
  listen(listener: () => void): void {
    this.#listeners.add(listener);
  }

  unlisten(listener: () => void): void {
    this.#listeners.delete(listener);
  }
}
