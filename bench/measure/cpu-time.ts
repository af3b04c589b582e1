import { readFile } from 'node:fs/promises';

/** USER_HZ, which is 100 on every architecture that Linux runs Node on: a tick is 10 ms. */
const ticksPerSecond = 100;

/** CPU time of a process so far, all its threads, user and system, in ms; undefined where there is no /proc. */
export async function cpuTimeMs(pid: number): Promise<number | undefined> {
  if (process.platform !== 'linux') return undefined;
  return parseCpuTimeMs(await readFile(`/proc/${pid}/stat`, 'utf8'));
}

/** Fields 14 (utime) and 15 (stime) of proc_pid_stat(5). */
export function parseCpuTimeMs(stat: string): number {
  // The second field is the program's name in brackets, which may hold spaces and brackets itself.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return ((Number(fields[11]) + Number(fields[12])) * 1_000) / ticksPerSecond;
}
