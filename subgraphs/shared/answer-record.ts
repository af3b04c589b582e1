import { AsyncLocalStorage } from 'node:async_hooks';
import type { GraphQLResolveInfo } from 'graphql';
import { tagsToHold } from '../../cache/tags.ts';

/**
 * What one answer rests on, noted while it is made: the facts that were read, as tags (see cache/tags.ts), and whether it
 * matters who asked. Loaders and lists note it, so that resolvers needn't think of it.
 */
export interface AnswerRecord {
  /** Whether somebody wants to know of tags; otherwise there is no need to make them. */
  readonly wantsTags: boolean;
  /** Notes a fact for the field that is being resolved. What was looked for and not found is a fact, too. */
  readonly record: (tag: string) => void;
  /** Notes that somebody else might get another answer. */
  readonly recordViewer: () => void;
  readonly dependsOnViewer: () => boolean;
  /** Notes that the same viewer might get another answer with another sign-in. */
  readonly recordSession: () => void;
  readonly dependsOnSession: () => boolean;
  /** Undefined: nobody asked for them. */
  readonly tags: () => RecordedTags | undefined;
  /** Begins the part of each of so many representations that the field was asked for. */
  readonly openRepresentations: (field: Path, count: number) => void;
  /** Does work that answers the field, so that what it notes is noted for the representation that the field is below. */
  readonly attribute: <Result>(field: Path, work: () => Result) => Result;
}

interface RecordedTags {
  /** Of the fields of Query. */
  readonly root: readonly string[];
  /** Of each representation, in the order in which they were sent; undefined when `_entities` wasn't asked for. */
  readonly entities: readonly (readonly string[])[] | undefined;
}

type Path = GraphQLResolveInfo['path'];

/** The tags of one representation. */
type Part = Set<string>;

/** More tags than this, and a part names groups of them. Far more than a page has; a feed of many authors has as many. */
const mostTagsOfPart = 2_000;

/**
 * The part that is worked on. Loaders batch over representations, and what one has read serves the others; so what counts is
 * who asks a loader, and that is known where it is asked: in the asynchronous context of a resolver.
 */
const partInWork = new AsyncLocalStorage<Part>();

/** @param wantsTags false: nothing is noted but whether it matters who asked */
export function createAnswerRecord(wantsTags = true): AnswerRecord {
  /** What was noted outside of any representation. */
  const root: Part = new Set();
  /** By the name of the field in the answer. The gateway never asks for `_entities` twice in one operation; others may. */
  const representations = new Map<string | number, readonly Part[]>();
  let dependsOnViewer = false;
  let dependsOnSession = false;

  return {
    wantsTags,
    record(tag) {
      if (wantsTags) (partInWork.getStore() ?? root).add(tag);
    },
    recordViewer() {
      dependsOnViewer = true;
    },
    dependsOnViewer: () => dependsOnViewer,
    recordSession() {
      dependsOnSession = true;
    },
    dependsOnSession: () => dependsOnSession,
    tags() {
      if (!wantsTags) return undefined;
      if (representations.size === 0) return { root: bounded(root), entities: undefined };
      const lists = [...representations.values()];
      const count = Math.max(...lists.map((parts) => parts.length));
      const entities = Array.from({ length: count }, (_, index) => {
        // What can't be said to belong to one representation counts for all of them: too broad, but never wrong.
        const part = new Set(root);
        for (const parts of lists) for (const tag of parts[index] ?? []) part.add(tag);
        return bounded(part);
      });
      return { root: bounded(root), entities };
    },
    openRepresentations(field, count) {
      if (!wantsTags) return;
      representations.set(
        field.key,
        Array.from({ length: count }, () => new Set()),
      );
    },
    attribute(field, work) {
      const part = partOf(field);
      // To enter what one is in already would be a cost at every field.
      return part === undefined || part === partInWork.getStore() ? work() : partInWork.run(part, work);
    },
  };

  function partOf(field: Path): Part | undefined {
    if (representations.size === 0) return undefined;
    let at = field;
    let belowRoot: string | number | undefined;
    while (at.prev !== undefined) {
      belowRoot = at.key;
      at = at.prev;
    }
    return typeof belowRoot === 'number' ? representations.get(at.key)?.[belowRoot] : undefined;
  }
}

/** Collapsed as entries of the cache are: what marks one of the tags marks its group. */
function bounded(part: Part): string[] {
  return part.size > mostTagsOfPart ? tagsToHold(part, []) : [...part];
}
