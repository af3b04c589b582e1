import { readFileSync } from 'node:fs';
import { Supergraph } from '@apollo/federation-internals';
import {
  defaultFieldResolver,
  type ExecutionResult,
  execute,
  type GraphQLFieldResolver,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  getNullableType,
  isCompositeType,
  isInterfaceType,
  isListType,
  isObjectType,
  isScalarType,
  Kind,
  parse,
} from 'graphql';
import type { Viewer } from '../../platform/viewer.ts';
import { createContext as createPostsContext } from '../../subgraphs/posts/context.ts';
import { createDatabase as createPostsDatabase } from '../../subgraphs/posts/data/database.ts';
import { createSharedReads as createSharedPostReads } from '../../subgraphs/posts/data/shared-reads.ts';
import { resolvers as postsResolvers } from '../../subgraphs/posts/resolvers/resolvers.ts';
import { createNamedReads } from '../../subgraphs/shared/named-reads.ts';
import { createContext as createUsersContext, type Services } from '../../subgraphs/users/context.ts';
import { createDatabase as createUsersDatabase } from '../../subgraphs/users/data/database.ts';
import { resolvers as usersResolvers } from '../../subgraphs/users/resolvers/resolvers.ts';
import { createSharedReads as createSharedUserReads } from '../../subgraphs/users/shared-reads.ts';
import { createTestPool } from './pools.ts';
import { testRequest } from './request-context.ts';
import { quietRetries } from './write-retries.ts';

/**
 * The same resolvers over the same databases as one schema, executed by graphql-js: no gateway, no plans, no calls. What the
 * federated supergraph answers has to be what this one answers.
 */
export interface Monolith extends AsyncDisposable {
  /** Of a query; @param viewer who asks */
  answer(query: string, variables: Record<string, unknown>, viewer: Viewer | null): Promise<ExecutionResult>;
}

type SubgraphName = 'users' | 'posts';
type ResolverMap = Readonly<Record<string, Readonly<Record<string, unknown>>>>;
type Resolve = GraphQLFieldResolver<unknown, unknown>;

/** A value, and whose resolvers made it: only they know what is in it. */
interface Located {
  readonly home: SubgraphName;
  readonly value: Readonly<Record<string, unknown>>;
}

type Contexts = Readonly<Record<SubgraphName, unknown>>;

type ResolverMaps = Readonly<Record<SubgraphName, ResolverMap>>;
const typed = { users: usersResolvers, posts: postsResolvers };
const resolvers = typed as unknown as ResolverMaps; // The generated types have checked them, and are each subgraph's own.
const fieldsOf = { users: readFields('users'), posts: readFields('posts') };

export function createMonolith(databases: Readonly<Record<SubgraphName, string>>): Monolith {
  const pools = Object.values(databases).flatMap((url) => [createTestPool(url, 2), createTestPool(url, 2)]);
  const [users, usersReads, posts, postsReads] = pools;
  if (!users || !usersReads || !posts || !postsReads)
    throw new Error('a pool for each database, and one for reads');
  const usersDatabase = createUsersDatabase(users, quietRetries());
  const postsDatabase = createPostsDatabase(posts, quietRetries());
  // Queries use none of the others.
  const services = { sharedReads: createSharedUserReads(createNamedReads(usersReads)) } as Services;
  const sharedPostReads = createSharedPostReads(createNamedReads(postsReads));
  const schema = createSchema();

  return {
    async answer(query, variables, viewer) {
      const contextValue: Contexts = {
        users: createUsersContext(services, usersDatabase, testRequest(viewer)),
        posts: createPostsContext(testRequest(viewer), postsDatabase, sharedPostReads),
      };
      return execute({ schema, document: parse(query), variableValues: variables, contextValue });
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([usersDatabase.$disconnect(), postsDatabase.$disconnect()]);
      await Promise.all(pools.map((pool) => pool.end()));
    },
  };
}

function createSchema() {
  const sdl = readFileSync(new URL('../../supergraph.graphql', import.meta.url), 'utf8');
  const schema = Supergraph.build(sdl).apiSchema().toGraphQLJSSchema();
  for (const type of Object.values(schema.getTypeMap())) {
    if (isObjectType(type) && !type.name.startsWith('__'))
      for (const field of Object.values(type.getFields())) field.resolve = resolveField as Resolve;
    if (isInterfaceType(type)) type.resolveType = ({ value }: Located) => String(value.__typename);
    const custom = isScalarType(type) ? resolvers.users[type.name] : undefined;
    if (custom !== undefined) Object.assign(type, { serialize: custom.serialize });
  }
  return schema;
}

async function resolveField(
  source: Located | undefined,
  args: Record<string, unknown>,
  contexts: Contexts,
  info: GraphQLResolveInfo,
): Promise<unknown> {
  const { home, value } = await fieldValue(source, args, contexts, info);
  return located(value, info.returnType, home);
}

/** By whoever made the object, if the field is theirs; else the other subgraph is told of it, as by a representation. */
async function fieldValue(
  source: Located | undefined,
  args: Record<string, unknown>,
  contexts: Contexts,
  info: GraphQLResolveInfo,
): Promise<{ home: SubgraphName; value: unknown }> {
  const type = info.parentType.name;
  const coordinate = `${type}.${info.fieldName}`;
  const owners = (['users', 'posts'] as const).filter((name) => fieldsOf[name].has(coordinate));
  const home = owners.find((name) => name === source?.home) ?? owners[0];
  if (home === undefined) throw new Error(`nobody has ${coordinate}`);
  const needed = fieldsOf[home].get(coordinate) ?? [];
  const isTheirs = source === undefined || (source.home === home && needed.length === 0);
  const object = isTheirs ? (source?.value ?? {}) : await referred(source, home, needed, contexts, info);
  if (object === null) return { home, value: null };
  const resolve = (resolvers[home][type]?.[info.fieldName] ?? defaultFieldResolver) as Resolve;
  return { home, value: await resolve(object, args, contexts[home], info) };
}

async function referred(
  source: Located,
  home: SubgraphName,
  needed: readonly string[],
  contexts: Contexts,
  info: GraphQLResolveInfo,
): Promise<Located['value'] | null> {
  const type = info.parentType.name;
  const representation: Record<string, unknown> = { __typename: type };
  for (const fieldName of ['id', ...needed])
    representation[fieldName] = (await fieldValue(source, {}, contexts, { ...info, fieldName })).value;
  const find = resolvers[home][type]?.__resolveReference as (
    representation: object,
    context: unknown,
  ) => Promise<Located['value'] | null>;
  return find(representation, contexts[home]);
}

function located(value: unknown, type: GraphQLOutputType, home: SubgraphName): unknown {
  const nullable = getNullableType(type);
  if (value === null || value === undefined) return null;
  if (isListType(nullable))
    return (value as readonly unknown[]).map(async (item) => located(await item, nullable.ofType, home));
  return isCompositeType(nullable) ? { home, value } : value;
}

/** "Type.field" of what a subgraph resolves -> the fields that it has to be told for it. */
function readFields(subgraph: SubgraphName): ReadonlyMap<string, readonly string[]> {
  const text = readFileSync(new URL(`../../subgraphs/${subgraph}/schema.graphql`, import.meta.url), 'utf8');
  const fields = new Map<string, readonly string[]>();
  for (const type of parse(text).definitions) {
    if (type.kind !== Kind.OBJECT_TYPE_DEFINITION) continue;
    for (const { name, directives = [] } of type.fields ?? []) {
      if (directives.some((directive) => directive.name.value === 'external')) continue;
      const needed = directives.find((directive) => directive.name.value === 'requires')?.arguments?.[0]
        ?.value;
      const names = needed?.kind === Kind.STRING ? (needed.value.match(/\w+/g) ?? []) : [];
      fields.set(`${type.name.value}.${name.value}`, names);
    }
  }
  return fields;
}
