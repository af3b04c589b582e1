import { spawnSync } from 'node:child_process';
import { cpus, loadavg, totalmem } from 'node:os';

/** What figures are worth nothing without. */
export interface Run {
  /** ISO 8601, to the minute. */
  readonly date: string;
  /** Of git; says so where the tree differs from it. */
  readonly revision: string;
  readonly command: string;
  readonly machine: string;
  readonly node: string;
  readonly load: string;
  /** Of one minute, before the first measurement and after the last. */
  readonly loadAverage: readonly [string, string];
  readonly options: {
    readonly rounds: number;
    readonly seconds: number;
    readonly clients: readonly number[];
  };
}

export function currentLoad(): string {
  return (loadavg()[0] ?? 0).toFixed(1);
}

export function describeMachine(): string {
  const [cpu, ...others] = cpus();
  const memory = Math.round(totalmem() / 1024 ** 3);
  return `${process.platform} ${process.arch}, ${others.length + 1} x ${cpu?.model.trim() ?? 'unknown CPU'}, ${memory} GiB`;
}

/** The commit that is checked out, with a plus where something that runs was changed since. */
export function currentRevision(root: string): string {
  const git = (...args: string[]) => spawnSync('git', args, { cwd: root, encoding: 'utf8' });
  const { status, stdout } = git('rev-parse', '--short', 'HEAD');
  if (status !== 0) return 'unknown';
  const changed = git('status', '--porcelain', '--', 'gateway', 'cache', 'platform', 'subgraphs', 'bench');
  return `${stdout.trim()}${changed.stdout === '' ? '' : '+'}`;
}
