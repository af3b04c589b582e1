import { type CompositionSuccess, composeServices } from '@apollo/composition';
import { GraphQLError, lexicographicSortSchema, parse, printSchema } from 'graphql';
import { ConfigError } from '../../platform/config.ts';
import { unsupportedParts } from './gateway-support.ts';
import type { SubgraphSource } from './supergraph-config.ts';

export interface Composition {
  /** What `rover supergraph compose` prints. */
  readonly supergraph: string;
  /** The public schema, sorted: what clients generate types from. */
  readonly apiSchema: string;
  readonly hints: readonly Hint[];
}

export interface Hint {
  readonly level: 'WARN' | 'INFO' | 'DEBUG';
  readonly code: string;
  readonly message: string;
}

/** @throws ConfigError when the subgraphs don't compose, or compose to what the gateway can't run. */
export async function compose(subgraphs: readonly SubgraphSource[]): Promise<Composition> {
  const composition = composeServices(
    subgraphs.map(({ name, url, sdl, file }) => ({ name, url, typeDefs: parseSdl(sdl, file) })),
  );
  if (composition.errors !== undefined)
    throw new ConfigError(
      ['The subgraphs do not compose:', ...composition.errors.map(({ message }) => `  ${message}`)].join(
        '\n',
      ),
    );
  const { supergraphSdl, schema, hints } = composition;
  const unsupported = await unsupportedParts(supergraphSdl);
  if (unsupported.length > 0)
    throw new ConfigError(
      ['The gateway cannot run this supergraph. It uses:', ...unsupported.map((part) => `  ${part}`)].join(
        '\n',
      ),
    );
  return {
    supergraph: `${supergraphSdl}\n`,
    apiSchema: `${printSchema(lexicographicSortSchema(schema.toAPISchema().toGraphQLJSSchema()))}\n`,
    hints: hints.map(hintOf),
  };
}

function hintOf({ definition, message }: CompositionSuccess['hints'][number]): Hint {
  const level = definition.level.name;
  // A level we don't know of is treated like the worst one that we do.
  return { level: level === 'INFO' || level === 'DEBUG' ? level : 'WARN', code: definition.code, message };
}

function parseSdl(sdl: string, file: string) {
  try {
    return parse(sdl);
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    const { line, column } = error.locations?.[0] ?? { line: 0, column: 0 };
    throw new ConfigError(`${file}:${line}:${column}: ${error.message}`, { cause: error });
  }
}
