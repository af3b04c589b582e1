import type { IncomingHttpHeaders } from 'node:http';
import { readFlushReport } from '../../cache/flush-report.ts';
import type { Position } from '../../cache/position.ts';
import { type CachePolicy, createPolicyCollector, type FinishedAnswer } from './policy-collector.ts';
import type { TagIdTypes } from './tag-description.ts';

/** What subgraphs say about caching while one operation is worked on, and what follows from it. */
export interface AnswerRecord {
  /** @param askedAt in milliseconds since the epoch */
  add(subgraph: string, askedAt: number, headers: IncomingHttpHeaders, extensions: unknown): void;
  /** Called with the answer before anything is taken out of it. */
  finish(answer: FinishedAnswer): void;
  /** undefined until the answer is finished. */
  readonly policy: CachePolicy | undefined;
  /** Subgraphs that were asked and have a relay, which vouches for what they answer. */
  readonly relays: readonly string[];
  /** Of subgraphs that were asked, and said which ids their tags hold. */
  readonly tagIdTypes: TagIdTypes;
  /** What became of the flushes of a mutation. */
  readonly flushed: Flushed;
}

export interface Flushed {
  /** From here on answers hold what was written. */
  readonly position?: Position;
  /** So long they may not yet: the client that wrote looks past the cache. */
  readonly bypassMs: number;
}

export function createAnswerRecord(): AnswerRecord {
  const collector = createPolicyCollector();
  const relays = new Set<string>();
  const tagIdTypes = new Map<string, unknown>();
  let policy: CachePolicy | undefined;
  let flushed: Flushed = { bypassMs: 0 };

  return {
    add(subgraph, askedAt, headers, extensions) {
      const header = (name: string) => {
        const value = headers[name];
        return Array.isArray(value) ? value.join(', ') : value;
      };
      collector.add({
        subgraph,
        askedAt,
        cacheControl: header('cache-control'),
        age: header('age'),
        vary: header('vary'),
        extensions,
      });
      if (extension(extensions, 'cacheRelay') === true) relays.add(subgraph);
      const idTypes = extension(extensions, 'cacheTagIdTypes');
      if (idTypes !== undefined) tagIdTypes.set(subgraph, idTypes);
      const report = readFlushReport(extensions);
      if (report === undefined) return;
      flushed =
        'position' in report
          ? { ...flushed, position: report.position }
          : { ...flushed, bypassMs: Math.max(flushed.bypassMs, report.bypassMs) };
    },
    finish(answer) {
      policy = collector.finish(answer, Date.now());
    },
    get policy() {
      return policy;
    },
    get relays() {
      return [...relays];
    },
    tagIdTypes,
    get flushed() {
      return flushed;
    },
  };
}

function extension(extensions: unknown, name: string): unknown {
  return typeof extensions === 'object' && extensions !== null ? Reflect.get(extensions, name) : undefined;
}
