import { createBoundedMemo } from '../../platform/bounded-memo.ts';

/** What is planned of one operation, by the values of its condition variables: "10" for true and false. */
export type CombinationsOfOne<Planned> = (combination: string, plan: () => Planned) => Planned;

/**
 * Remembers what was planned for the combinations of @skip and @include that were met. All operations share the room: one of
 * twenty conditions could fill any that it had for itself, and most have none.
 *
 * @param maxCharacters of the operations' documents, each counted once for every combination
 * @returns for an operation with a document of this length
 */
export function createCombinations<Planned>(
  maxCharacters: number,
): (documentLength: number) => CombinationsOfOne<Planned> {
  const planned = createBoundedMemo<Planned>(maxCharacters);
  let operations = 0;
  return (documentLength) => {
    operations += 1;
    const operation = operations;
    return (combination, plan) => {
      const key = `${operation}:${combination}`;
      const known = planned.get(key);
      if (known !== undefined) return known;
      const made = plan();
      planned.set(key, made, documentLength);
      return made;
    };
  };
}
