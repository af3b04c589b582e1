const oldestNode = 24;

/**
 * Runs a command of a person or a script: exits 0 when `main` is done, 1 when it throws, with the error's message (and
 * its stack only when LOG_LEVEL asks for it: a wrong argument is not a crash).
 */
export async function runCommand(main: () => Promise<void>): Promise<void> {
  requireNode();
  try {
    await main();
  } catch (error) {
    const verbose = process.env.LOG_LEVEL === 'debug' && error instanceof Error;
    process.stderr.write(
      `${verbose ? error.stack : error instanceof Error ? error.message : String(error)}\n`,
    );
    process.exitCode = 1;
  }
}

/** Stops with one clear line on a Node that can't run this code, instead of failing somewhere inside it. */
export function requireNode(version: string = process.versions.node): void {
  const major = Number(version.split('.')[0]);
  if (major >= oldestNode) return;
  process.stderr.write(
    `Node ${oldestNode} or later is needed, this is ${version}. Run it through npm (npm start, npm test): npm ci installs a Node ${oldestNode} beside the project.\n`,
  );
  process.exit(1);
}
