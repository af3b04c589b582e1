import { readFile } from 'node:fs/promises';

/** USER_HZ, which is 100 on every architecture that Linux runs Node on: a tick is 10 ms. */
const ticksPerSecond = 100;

/**
 * CPU time so far of a process and all that it started, in ms: PostgreSQL works in a process for each connection.
 * Undefined where there is no /proc.
 */
export async function cpuTimeMs(pid: number): Promise<number | undefined> {
  if (process.platform !== 'linux') return undefined;
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
  const times = children
    .split(' ')
    .filter(Boolean)
    .map((child) => cpuTimeMs(Number(child)).catch(ignoreEnded));
  const [own, ...others] = await Promise.all([readFile(`/proc/${pid}/stat`, 'utf8'), ...times]);
  return others.reduce<number>((sum, time) => sum + (time ?? 0), parseCpuTimeMs(own));
}

/** Fields 14 to 17 of proc_pid_stat(5): user and system time, its own and that of its children that have ended. */
export function parseCpuTimeMs(stat: string): number {
  // The second field is the program's name in brackets, which may hold spaces and brackets itself.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  return (ticks * 1_000) / ticksPerSecond;
}

/** The time of one that ended since it was listed is its parent's from now on. */
function ignoreEnded(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT' && error.code !== 'ESRCH') throw error;
}
