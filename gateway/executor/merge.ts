import { isJsonObject, type JsonObject, ownValue, setOwn } from './json-value.ts';

/**
 * Merges what a subgraph said of an object into what is known of it. What isn't known yet is assigned by reference:
 * answers are read from JSON for one request alone, and copying them would cost as much as reading them did.
 *
 * @param copy for a source that is merged into several objects: without it they would share their parts, and what a
 *   later fetch adds to one would show in all.
 */
export function mergeInto(target: JsonObject, source: JsonObject, copy: boolean): void {
  // What was read from JSON inherits no keys, and a list of them would be made for each object.
  for (const key in source) {
    const value = source[key];
    if (value === undefined) continue;
    const known = ownValue(target, key);
    if (isJsonObject(known) && isJsonObject(value)) mergeInto(known, value, copy);
    else if (Array.isArray(known) && Array.isArray(value) && known.length === value.length)
      mergeLists(known, value, copy);
    else setOwn(target, key, copy ? structuredCopy(value) : value);
  }
}

/** Two subgraphs that list the same objects list them in the same order; all that can be checked is how many. */
function mergeLists(target: unknown[], source: readonly unknown[], copy: boolean): void {
  for (const [index, value] of source.entries()) {
    const known = target[index];
    if (isJsonObject(known) && isJsonObject(value)) mergeInto(known, value, copy);
    else if (Array.isArray(known) && Array.isArray(value) && known.length === value.length)
      mergeLists(known, value, copy);
    else target[index] = copy ? structuredCopy(value) : value;
  }
}

function structuredCopy(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(structuredCopy);
  if (!isJsonObject(value)) return value;
  const copied: JsonObject = {};
  for (const key in value) setOwn(copied, key, structuredCopy(value[key]));
  return copied;
}
