import { createLogger } from '../../platform/logging.ts';
import { runService } from '../../platform/run-service.ts';
import { readPostsConfig } from './config.ts';
import { createPostsSubgraph } from './subgraph.ts';

await runService(() => {
  const config = readPostsConfig(process.env);
  const logger = createLogger({ name: 'posts', level: config.LOG_LEVEL });
  return { service: createPostsSubgraph(config, { logger }), logger };
});
