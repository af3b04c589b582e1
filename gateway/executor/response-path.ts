import { isJsonObject, type JsonObject, ownValue } from './json-value.ts';

/** Where in the answer a part of the plan works: keys, and `@` for every item of a list. */
export type ResponsePath = readonly string[];

/** Where in the answer a client finds something. */
export type ClientPath = readonly (string | number)[];

/** The objects at these paths, of each in the order of the answer; where one ends in null there is none. */
export function objectsAt(root: JsonObject, paths: readonly ResponsePath[]): JsonObject[] {
  const found: JsonObject[] = [];
  for (const path of paths) collect(root, path, 0, found);
  return found;
}

function collect(value: unknown, path: ResponsePath, depth: number, found: JsonObject[]): void {
  if (Array.isArray(value)) {
    // Of a list of lists a plan says one `@` for each, but what matters is that no object is left out.
    const inItems = path[depth] === '@' ? depth + 1 : depth;
    for (const item of value) collect(item, path, inItems, found);
  } else if (isJsonObject(value)) {
    const step = path[depth];
    if (step === undefined) found.push(value);
    else collect(ownValue(value, step), path, depth + 1, found);
  }
}

/** The paths of what `objectsAt` finds, in the same order. Only errors need them, so nobody keeps track before. */
export function clientPathsAt(root: JsonObject, paths: readonly ResponsePath[]): ClientPath[] {
  const found: ClientPath[] = [];
  for (const path of paths) collectPaths(root, path, 0, [], found);
  return found;
}

function collectPaths(
  value: unknown,
  path: ResponsePath,
  depth: number,
  taken: ClientPath,
  found: ClientPath[],
): void {
  if (Array.isArray(value)) {
    const inItems = path[depth] === '@' ? depth + 1 : depth;
    for (const [index, item] of value.entries()) collectPaths(item, path, inItems, [...taken, index], found);
  } else if (isJsonObject(value)) {
    const step = path[depth];
    if (step === undefined) found.push(taken);
    else collectPaths(ownValue(value, step), path, depth + 1, [...taken, step], found);
  }
}
