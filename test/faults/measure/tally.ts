import type { Outcome } from './send.ts';

/** What clients do, by the subgraphs that it takes: reads of each, reads that need both, writes to each. */
export const kinds = ['users', 'posts', 'both', 'users writes', 'posts writes'] as const;
export type Kind = (typeof kinds)[number];

export interface Count {
  sent: number;
  whole: number;
  hits: number;
  partial: number;
  refused: number;
  broken: number;
}

/** What became of the requests of some time. */
export interface Tally {
  readonly counts: Readonly<Record<Kind, Count>>;
  readonly codes: Set<string>;
  /** Of broken requests, what was seen of them. */
  readonly broken: string[];
  /** Answers that were older than they may be. */
  readonly stale: string[];
}

export function createTally(): Tally & { add(kind: Kind, outcome: Outcome): void } {
  const none = (): Count => ({ sent: 0, whole: 0, hits: 0, partial: 0, refused: 0, broken: 0 });
  const counts: Record<Kind, Count> = {
    users: none(),
    posts: none(),
    both: none(),
    'users writes': none(),
    'posts writes': none(),
  };
  const codes = new Set<string>();
  const broken: string[] = [];
  return {
    counts,
    codes,
    broken,
    stale: [],
    add(kind, outcome) {
      const count = counts[kind];
      count.sent += 1;
      count[outcome.kind] += 1;
      if (outcome.hit && outcome.kind === 'whole') count.hits += 1;
      for (const code of outcome.codes) codes.add(code);
      if (outcome.kind === 'broken') broken.push(`${kind}: ${outcome.text}`);
    },
  };
}

/** Over all kinds. */
export function totalOf({ counts }: Tally, what: keyof Count): number {
  return Object.values(counts).reduce((sum, count) => sum + count[what], 0);
}
