import { createLogger } from '../../platform/logging.ts';
import { runService } from '../../platform/run-service.ts';
import { readUsersConfig } from './config.ts';
import { createUsersSubgraph } from './subgraph.ts';

await runService(() => {
  const config = readUsersConfig(process.env);
  const logger = createLogger({ name: 'users', level: config.LOG_LEVEL });
  return { service: createUsersSubgraph(config, { logger }), logger };
});
