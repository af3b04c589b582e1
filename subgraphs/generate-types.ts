import { existsSync } from 'node:fs';
import { glob, readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { codegen } from '@graphql-codegen/core';
import * as typescriptPlugin from '@graphql-codegen/typescript';
import * as resolversPlugin from '@graphql-codegen/typescript-resolvers';
import { buildASTSchema, parse } from 'graphql';

/**
 * Part of `npm run generate`: writes `resolver-types.ts` beside every `subgraphs/<name>/schema.graphql`, so that a
 * resolver that doesn't fit the schema doesn't compile. With `--check`, writes nothing and fails when a file is not up to
 * date.
 *
 * Two optional files of the subgraph take part: `mappers.json` (GraphQL type -> what its resolvers get as parent, where
 * that isn't shaped like the GraphQL type) and `context.ts` (exports `Context`).
 */
async function generate(folder: string): Promise<string> {
  const schema = parse(await readFile(join(folder, 'schema.graphql'), 'utf8'));
  const mappersFile = join(folder, 'mappers.json');
  const content = await codegen({
    filename: 'resolver-types.ts',
    documents: [],
    schema,
    // The federation directives come by @link; composition validates them, this script need not.
    schemaAst: buildASTSchema(schema, { assumeValidSDL: true }),
    skipDocumentsValidation: true,
    plugins: [{ typescript: {} }, { resolvers: {} }],
    pluginMap: { typescript: typescriptPlugin, resolvers: resolversPlugin },
    config: {
      contextType: existsSync(join(folder, 'context.ts'))
        ? './context.ts#Context'
        : '../shared/request-context.ts#RequestContext',
      mappers: existsSync(mappersFile) ? JSON.parse(await readFile(mappersFile, 'utf8')) : {},
      federation: true,
      immutableTypes: true,
      enumsAsTypes: true,
      useTypeImports: true,
      inputMaybeValue: 'T | null | undefined',
      maybeValue: 'T | null',
      avoidOptionals: { field: true, object: true, inputValue: false, defaultValue: true },
      scalars: { DateTime: { input: 'Date', output: 'Date' }, ID: { input: 'string', output: 'string' } },
      makeResolverTypeCallable: true,
      useIndexSignature: false,
    },
  });
  return `// Generated from schema.graphql by \`npm run generate\`. Change the schema, not this file.\n${content}`;
}

const check = process.argv.includes('--check');
for await (const schema of glob('*/schema.graphql', { cwd: import.meta.dirname })) {
  const folder = join(import.meta.dirname, schema, '..');
  const file = join(folder, 'resolver-types.ts');
  const content = await generate(folder);
  if (!check) {
    await writeFile(file, content);
    continue;
  }
  const committed = await readFile(file, 'utf8').catch(() => '');
  if (committed === content) continue;
  process.stderr.write(
    `${relative(process.cwd(), file)} is not what schema.graphql gives. Run npm run generate.\n`,
  );
  process.exitCode = 1;
}
