import { type JsonObject, ownValue } from './json-value.ts';

/** Of objects that have the same under some keys, what was noted of the first of them: found without a text of each. */
export interface SameValues<Note> {
  note: Note | undefined;
  /** By what they have under the next key. */
  next: Map<unknown, SameValues<Note>> | undefined;
}

export function noValues<Note>(): SameValues<Note> {
  return { note: undefined, next: undefined };
}

/**
 * @param none where the first of the keys begins
 * @returns undefined for an object that has more than a string, a number or the like under one of them
 */
export function sameValuesAs<Note>(
  object: JsonObject,
  keys: readonly string[],
  none: SameValues<Note>,
): SameValues<Note> | undefined {
  let same = none;
  for (const key of keys) {
    const value = ownValue(object, key);
    if (typeof value === 'object' && value !== null) return undefined;
    same.next ??= new Map();
    let next = same.next.get(value);
    if (next === undefined) {
      next = noValues();
      same.next.set(value, next);
    }
    same = next;
  }
  return same;
}
