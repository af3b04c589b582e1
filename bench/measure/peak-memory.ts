import { readFile } from 'node:fs/promises';

/** The most that a process has held in memory at once since it began, in MB; undefined where there is no /proc. */
export async function peakMemoryMb(pid: number): Promise<number | undefined> {
  if (process.platform !== 'linux') return undefined;
  return parsePeakMemoryMb(await readFile(`/proc/${pid}/status`, 'utf8'));
}

/** VmHWM of proc_pid_status(5): the "high water mark" of its resident set, in units of 1 024 bytes. */
export function parsePeakMemoryMb(status: string): number | undefined {
  const [, kilobytes] = /^VmHWM:\s*(\d+) kB$/m.exec(status) ?? [];
  return kilobytes === undefined ? undefined : Number(kilobytes) / 1_024;
}
