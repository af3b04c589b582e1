import { z } from 'zod';
import { readConfig } from '../../platform/config.ts';
import { subgraphFields } from '../shared/config.ts';

const schema = z.object(subgraphFields({ port: 4002, adminPort: 4102 }));

export type PostsConfig = z.output<typeof schema>;

/** @throws ConfigError naming every variable that is missing or wrong. */
export function readPostsConfig(env: NodeJS.ProcessEnv): PostsConfig {
  return readConfig(schema, env);
}
