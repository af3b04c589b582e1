// Plain JavaScript: its packages are in bench/package.json, and the project's type check must not need them.
import { readFile } from 'node:fs/promises';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { parse } from 'graphql';

/**
 * Serves a subgraph on PORT as Apollo's documentation has it: a standalone server, whose context has the loaders of one request.
 *
 * @param {object} options
 * @param {string} options.name of the subgraph of ours whose schema it is
 * @param {object} options.resolvers of what is asked for; all other fields have none
 * @param {() => object} options.createLoaders
 */
export async function start({ name, resolvers, createLoaders }) {
  const schemaFile = new URL(`../../../subgraphs/${name}/schema.graphql`, import.meta.url);
  const server = new ApolloServer({
    schema: buildSubgraphSchema({ typeDefs: parse(await readFile(schemaFile, 'utf8')), resolvers }),
    // No browser reaches a subgraph; and so a plain GET can ask whether it is ready.
    csrfPrevention: false,
  });
  const { PORT } = process.env;
  await startStandaloneServer(server, {
    context: async () => createLoaders(),
    listen: { port: Number(PORT), host: '127.0.0.1' },
  });
}
