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
  return new RecordedAnswer();
}

/** A class, because every request has one, and an object with getters of its own costs more than what it records. */
class RecordedAnswer implements AnswerRecord {
  readonly tagIdTypes = new Map<string, unknown>();
  policy: CachePolicy | undefined;
  flushed: Flushed = { bypassMs: 0 };
  readonly #collector = createPolicyCollector();
  readonly #relays = new Set<string>();

  get relays() {
    return [...this.#relays];
  }

  add(subgraph: string, askedAt: number, headers: IncomingHttpHeaders, extensions: unknown) {
    const header = (name: string) => {
      const value = headers[name];
      return Array.isArray(value) ? value.join(', ') : value;
    };
    this.#collector.add({
      subgraph,
      askedAt,
      cacheControl: header('cache-control'),
      age: header('age'),
      vary: header('vary'),
      extensions,
    });
    if (extension(extensions, 'cacheRelay') === true) this.#relays.add(subgraph);
    const idTypes = extension(extensions, 'cacheTagIdTypes');
    if (idTypes !== undefined) this.tagIdTypes.set(subgraph, idTypes);
    const report = readFlushReport(extensions);
    if (report === undefined) return;
    this.flushed =
      'position' in report
        ? { ...this.flushed, position: report.position }
        : { ...this.flushed, bypassMs: Math.max(this.flushed.bypassMs, report.bypassMs) };
  }

  finish(answer: FinishedAnswer) {
    this.policy = this.#collector.finish(answer, Date.now());
  }
}

function extension(extensions: unknown, name: string): unknown {
  return typeof extensions === 'object' && extensions !== null ? Reflect.get(extensions, name) : undefined;
}
