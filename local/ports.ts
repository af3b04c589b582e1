import type { LocalConfig } from './config.ts';
import { isPortFree } from './free-port.ts';

/**
 * Looks at every port before anything is started, so that what is wrong is said at once and as a whole.
 *
 * @throws Error naming each port that another program holds, and the variable that moves ours.
 */
export async function requireFreePorts(config: LocalConfig): Promise<void> {
  const wanted = [
    ['PORT', 'the gateway'],
    ['ADMIN_PORT', "the gateway's admin port"],
    ['USERS_PORT', 'the users subgraph'],
    ['USERS_ADMIN_PORT', "the users subgraph's admin port"],
    ['POSTS_PORT', 'the posts subgraph'],
    ['POSTS_ADMIN_PORT', "the posts subgraph's admin port"],
  ] as const;
  const taken: string[] = [];
  for (const [variable, what] of wanted) {
    const port = config[variable];
    if (port !== 0 && !(await isPortFree(port)))
      taken.push(`  Port ${port}, for ${what}, is taken by another program. Stop it, or set ${variable}.`);
  }
  if (taken.length > 0) throw new Error(`Can't start:\n${taken.join('\n')}`);
}
