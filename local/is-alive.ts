/** Whether a process of this number runs, whoever's it is. */
export function isAlive(pid: number): boolean {
  // 0 and below name groups of processes.
  if (!(pid > 0)) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // There, but not ours to signal.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
