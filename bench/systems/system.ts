import type { Answer } from '../measure/ask.ts';

/** One of those that are measured beside each other. */
export interface System {
  /** What `--systems` calls it. */
  readonly id: string;
  /** What tables call it. */
  readonly name: string;
  /** Its GraphQL endpoint. */
  readonly url: string;
  /** Whose CPU time counts, with that of their children, by what tables call them. */
  readonly processes: Readonly<Record<string, number>>;
  /** Counts so far of what it did that an answer doesn't show, by what tables call them. */
  readonly counters?: () => Promise<Readonly<Record<string, number>>>;
  /** Whether an answer came from where the question says that it should. */
  isHit(answer: Answer): boolean;
}
