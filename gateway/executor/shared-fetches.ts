import type { FetchNode } from '@apollo/query-planner';
import { whatItDoes } from './equal-parts.ts';
import type { Execution, SubgraphReply } from './execution.ts';
import type { JsonObject } from './json-value.ts';

/** A fetch of entities that a plan may make in several of its parts, of which none knows what the others ask. */
export interface SharedFetch {
  /** How many parts of the plan make it. */
  parts: number;
}

/** One call of an execution. */
export interface AskedEntities {
  /** Of each representation that was sent, by its JSON. */
  readonly indices: ReadonlyMap<string, number>;
  /** What was answered; undefined if there was anything wrong with that. */
  readonly entities: Promise<readonly unknown[] | undefined>;
}

/** Gives fetches of a plan that do the same one thing to share; undefined to those that can share nothing. */
export function createSharedFetches(): (node: FetchNode) => SharedFetch | undefined {
  const fetches = new Map<string, SharedFetch>();
  return (node) => {
    // Rewrites change an entity by the object that it is for.
    if (node.requires === undefined || node.inputRewrites?.length || node.outputRewrites?.length)
      return undefined;
    const text = whatItDoes(node);
    const fetch = fetches.get(text) ?? { parts: 0 };
    fetches.set(text, fetch);
    fetch.parts += 1;
    return fetch;
  };
}

/**
 * What a call of this execution was told, or is going to be, about all of these entities: whoever asks the same in one operation
 * means the same. Else what they are sent for now. Entities are nobody's own then: they are copied where they are merged.
 *
 * An answer with errors isn't shared: they belong to the place that was asked for.
 */
export async function askOnce(
  fetch: SharedFetch,
  { asked }: Execution,
  representations: readonly JsonObject[],
  send: () => Promise<SubgraphReply>,
): Promise<SubgraphReply> {
  const texts = representations.map((representation) => JSON.stringify(representation));
  const calls = asked.get(fetch) ?? [];
  asked.set(fetch, calls);
  const earlier = calls.find(({ indices }) => texts.every((text) => indices.has(text)));
  if (earlier !== undefined) {
    const entities = await earlier.entities;
    if (entities !== undefined)
      return { data: { _entities: texts.map((text) => entities[earlier.indices.get(text) ?? 0]) } };
  }
  // Nothing is awaited between the look at earlier calls and this: two parts that come at the same time would both send.
  const reply = send();
  calls.push({
    indices: new Map(texts.map((text, index) => [text, index])),
    entities: reply.then(
      (answer) => entitiesOf(answer, texts.length),
      () => undefined,
    ),
  });
  return reply;
}

function entitiesOf({ data, errors }: SubgraphReply, expected: number): readonly unknown[] | undefined {
  const entities = data?._entities;
  const isFlawless = errors === undefined && Array.isArray(entities) && entities.length === expected;
  return isFlawless ? entities : undefined;
}
