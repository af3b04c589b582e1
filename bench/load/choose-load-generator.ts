import type { LoadGenerator } from './load-generator.ts';
import { createNodeClient } from './node-client.ts';
import { findWrk } from './wrk.ts';

/** The one that disturbs least of those that this machine has. */
export function chooseLoadGenerator(folder: string): LoadGenerator {
  return findWrk(folder) ?? createNodeClient(folder);
}
