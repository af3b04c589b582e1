import type { LoadGenerator } from '../load/load-generator.ts';
import type { RoundOptions } from '../measure/rounds.ts';
import type { Report } from '../report/report.ts';

/** What one `npm run bench -- NAME` finds out. */
export interface Question {
  /** One line, for people who don't know what to ask. */
  readonly summary: string;
  /** What `--systems` may leave out, and `--cases`. */
  readonly systems: readonly string[];
  readonly cases: readonly string[];
  /** How many ask at once, where `--clients` doesn't say. */
  readonly clients: readonly number[];
  ask(bench: Bench): Promise<Report>;
}

/** What every question is given. */
export interface Bench {
  readonly options: Omit<RoundOptions, 'connections'>;
  /** How many ask at once: as many tables as numbers. */
  readonly clients: readonly number[];
  readonly load: LoadGenerator;
  /** Kept between runs: databases are seeded once. */
  readonly folder: string;
  readonly say: (message: string) => void;
  /** Whether the command line leaves it in. */
  readonly wantsSystem: (id: string) => boolean;
  readonly wantsCase: (id: string) => boolean;
}
