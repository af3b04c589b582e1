import type { Dependencies } from '../../cache/store.ts';
import { tagsToHold } from '../../cache/tags.ts';
import type { StorablePolicy } from './policy-collector.ts';

/** What an answer rests on, but for the moment at which work on it began. */
export type AnswerDependencies = Pick<Dependencies, 'tags' | 'relays'>;

/** @param relays of the subgraphs that were asked those that have a relay */
export function dependenciesOf(policy: StorablePolicy, relays: readonly string[]): AnswerDependencies {
  return { tags: tagsToHold(policy.tags, policy.subgraphs), relays };
}
