/** An object of a subgraph's answer, or of the one that is being put together. */
export type JsonObject = Record<string, unknown>;

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Reads a key that a client may have chosen: `constructor` and `__proto__` are aliases like any other. */
export function ownValue(object: JsonObject, key: string): unknown {
  if (key === '__proto__') return Object.hasOwn(object, key) ? object[key] : undefined;
  const value = object[key];
  // All else that an object inherits is a function, and JSON holds none: quicker than to ask whose it is.
  return typeof value === 'function' ? undefined : value;
}

/** Writes such a key; an assignment to `__proto__` would change what the object inherits instead. */
export function setOwn(object: JsonObject, key: string, value: unknown): void {
  if (key === '__proto__')
    Object.defineProperty(object, key, { value, configurable: true, enumerable: true, writable: true });
  else object[key] = value;
}
