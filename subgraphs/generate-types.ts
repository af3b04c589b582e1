import { readFile, writeFile } from 'node:fs/promises';
import { codegen } from '@graphql-codegen/core';
import * as typescriptPlugin from '@graphql-codegen/typescript';
import * as resolversPlugin from '@graphql-codegen/typescript-resolvers';
import { buildASTSchema, parse } from 'graphql';

/**
 * `npm run generate`: writes `subgraphs/<name>/resolver-types.ts` from each `schema.graphql`, so that a resolver that
 * doesn't fit the schema doesn't compile. With `--check`, writes nothing and fails when a file is not up to date.
 */

/** What the parent of a resolver is, where it isn't shaped like the GraphQL type. */
const mappers: Record<string, Record<string, string>> = {
  users: {
    User: './data/users.ts#UserRow',
    Post: '../shared/node-reference.ts#NodeReference',
    Comment: '../shared/node-reference.ts#NodeReference',
    Node: '../shared/node-reference.ts#NodeReference',
  },
  posts: {
    Post: './data/posts.ts#PostRow',
    Comment: './data/comments.ts#CommentRow',
    Tag: './data/tags.ts#TagRow',
    User: './data/authors.ts#Author',
  },
};

async function generate(subgraph: string): Promise<{ file: string; content: string }> {
  const folder = new URL(`./${subgraph}/`, import.meta.url);
  const schema = parse(await readFile(new URL('schema.graphql', folder), 'utf8'));
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
      contextType: `./context.ts#Context`,
      mappers: mappers[subgraph] ?? {},
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
  const header =
    '// Generated from schema.graphql by `npm run generate`. Change the schema, not this file.\n';
  return { file: new URL('resolver-types.ts', folder).pathname, content: header + content };
}

const check = process.argv.includes('--check');
for (const subgraph of Object.keys(mappers)) {
  const { file, content } = await generate(subgraph);
  if (!check) {
    await writeFile(file, content);
    continue;
  }
  const committed = await readFile(file, 'utf8').catch(() => '');
  if (committed === content) continue;
  process.stderr.write(`${file} is not what schema.graphql gives. Run npm run generate.\n`);
  process.exitCode = 1;
}
