import type { Sample } from '../measure/rounds.ts';

/** What came of a question. */
export interface Report {
  readonly title: string;
  readonly tables: readonly Table[];
  /** What is no system's figure, below the tables. */
  readonly listings?: readonly Listing[];
  readonly aims: readonly Aim[];
}

/** A table as it is to be read: the first column is text, the others are figures. */
export interface Listing {
  readonly title: string;
  readonly head: readonly string[];
  readonly lines: readonly (readonly string[])[];
}

/** Systems that were asked the same, in the same rounds. */
export interface Table {
  readonly id: string;
  readonly title: string;
  /** The id that ratios are against. */
  readonly against: string;
  readonly rows: readonly Row[];
}

export interface Row {
  readonly id: string;
  readonly name: string;
  /** One for each round. */
  readonly samples: readonly Sample[];
}

/** A ratio that an issue asks for, or one to compare it with. */
export interface Aim {
  readonly what: string;
  readonly measured: number;
  /** The same ratio by the servers' CPU time, which a busy machine disturbs less. */
  readonly byCpu?: number | undefined;
  /** Undefined where only the stretch is asked for. */
  readonly must?: number | undefined;
  /** Undefined where nothing is asked for. */
  readonly stretch?: number | undefined;
  /** Which side of must and stretch is the good one. */
  readonly better: 'more' | 'less';
}

export type Reached = 'stretch' | 'must' | 'not-stretch' | 'no' | 'unasked';

export function reached({ measured, must, stretch, better }: Aim): Reached {
  if (stretch === undefined) return 'unasked';
  const meets = (bound: number) => (better === 'more' ? measured >= bound : measured <= bound);
  if (meets(stretch)) return 'stretch';
  if (must === undefined) return 'not-stretch';
  return meets(must) ? 'must' : 'no';
}
