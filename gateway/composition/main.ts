import { parseArgs } from 'node:util';
import { runCompose } from './run-compose.ts';

const { values } = parseArgs({
  options: {
    config: { type: 'string', default: 'supergraph.yaml' },
    check: { type: 'boolean', default: false },
  },
});

process.exitCode = await runCompose({
  configFile: values.config,
  check: values.check,
  env: process.env,
  print: (line) => process.stdout.write(`${line}\n`),
});
