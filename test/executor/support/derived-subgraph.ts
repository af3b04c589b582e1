import { buildSubgraphSchema } from '@apollo/subgraph';
import type { GraphQLResolverMap } from '@apollo/subgraph/dist/schema-helper/resolverMap.js';
import {
  type DocumentNode,
  type ExecutionResult,
  execute,
  GraphQLError,
  type GraphQLFieldResolver,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  getNullableType,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isListType,
  Kind,
  type ObjectTypeDefinitionNode,
  parse,
} from 'graphql';
import { numberFrom } from './hash.ts';

/** What goes wrong in a run, and for whom. Everything else follows from the schema. */
export interface Weather {
  /** Changes every value. */
  readonly salt: number;
  /** Of a hundred fields: how many fail, are null, have a value that is nonsense. */
  readonly failing: number;
  readonly empty: number;
  readonly nonsense: number;
  /** Of a hundred references: how many stand for nothing, fail. */
  readonly gone: number;
  readonly unresolved: number;
  /** The subgraph that can't be reached. */
  readonly dead: string | undefined;
  /** Whether a subgraph with `@interfaceObject` gives entities the interface's name for a `__typename`, as all do. */
  readonly namesInterfaces: boolean;
}

export const fairWeather: Weather = {
  salt: 1,
  failing: 0,
  empty: 0,
  nonsense: 0,
  gone: 0,
  unresolved: 0,
  dead: undefined,
  namesInterfaces: true,
};

export interface SubgraphCall {
  readonly query: string;
  readonly variables: Record<string, unknown>;
  readonly operationName: string | undefined;
}

export type DerivedSubgraph = (call: SubgraphCall, weather: Weather) => Promise<ExecutionResult>;

/** An object: its entity's number, which all its keys hold, and what the gateway said of it. */
interface Thing {
  readonly __typename?: string;
  readonly number: number;
  readonly said?: Record<string, unknown>;
}

interface Entities {
  /** Of each entity type, the fields that are keys or part of one. */
  readonly keyFields: ReadonlyMap<string, ReadonlySet<string>>;
  /** "Type.field" of the fields that are computed from others, which the gateway brings. */
  readonly requiring: ReadonlySet<string>;
}

/** How many different entities there are of a type: few, so that the same one is met at several places. */
const entitiesOfType = 6;

/**
 * A subgraph, executed in process, whose data follows from its schema: every value is derived from the object's number,
 * the field and its arguments. Two executors that ask in different ways get the same, and subgraphs that share an
 * entity agree about it.
 */
export function createDerivedSubgraph(name: string, sdl: string): DerivedSubgraph {
  const document = parse(sdl);
  const entities = readEntities(
    document.definitions.filter(
      (definition): definition is ObjectTypeDefinitionNode =>
        definition.kind === Kind.OBJECT_TYPE_DEFINITION || 'fields' in definition,
    ),
  );
  const interfaceObjects = namesWithDirective(document, 'interfaceObject');
  const resolvers: Record<string, Record<string, unknown>> = {};
  for (const [type, keyFields] of entities.keyFields)
    resolvers[type] = {
      __resolveReference: (said: Record<string, unknown>, weather: Weather, info: GraphQLResolveInfo) =>
        resolveReference(type, keyFields, said, weather, info),
    };
  const schema = buildSubgraphSchema({
    typeDefs: document,
    resolvers: resolvers as GraphQLResolverMap<unknown>,
  });

  return async ({ query, variables, operationName }, weather) => {
    if (weather.dead === name) throw new Error(`${name} can't be reached`);
    const result = await execute({
      schema,
      document: parse(query),
      rootValue: { number: 0 } satisfies Thing,
      contextValue: weather,
      variableValues: variables,
      operationName,
      fieldResolver: deriveField(entities),
    });
    const received = JSON.parse(JSON.stringify(result));
    if (!weather.namesInterfaces) forgetNames(received.data?._entities ?? [], interfaceObjects);
    return { ...received, data: weather.nonsense === 0 ? received.data : spoil(received.data, weather) };
  };
}

function namesWithDirective({ definitions }: DocumentNode, directive: string): ReadonlySet<string> {
  const types = definitions.filter((definition) => definition.kind === Kind.OBJECT_TYPE_DEFINITION);
  return new Set(
    types
      .filter(({ directives = [] }) => directives.some(({ name }) => name.value === directive))
      .map(({ name }) => name.value),
  );
}

function forgetNames(
  entities: readonly (Record<string, unknown> | null)[],
  names: ReadonlySet<string>,
): void {
  for (const entity of entities) if (names.has(String(entity?.__typename))) delete entity?.__typename;
}

function readEntities(types: readonly ObjectTypeDefinitionNode[]): Entities {
  const keyFields = new Map<string, Set<string>>();
  const requiring = new Set<string>();
  for (const type of types) {
    for (const directive of type.directives ?? []) {
      const fields = directive.arguments?.find(({ name }) => name.value === 'fields')?.value;
      if (directive.name.value !== 'key' || fields?.kind !== Kind.STRING) continue;
      const names = keyFields.get(type.name.value) ?? new Set();
      for (const word of fields.value.match(/\w+/g) ?? []) names.add(word);
      keyFields.set(type.name.value, names);
    }
    for (const field of type.fields ?? [])
      if (field.directives?.some(({ name }) => name.value === 'requires'))
        requiring.add(`${type.name.value}.${field.name.value}`);
  }
  return { keyFields, requiring };
}

function resolveReference(
  type: string,
  keyFields: ReadonlySet<string>,
  said: Record<string, unknown>,
  weather: Weather,
  { schema }: GraphQLResolveInfo,
): Thing | null | Promise<never> {
  const number = [...keyFields].map((field) => numberIn(said[field])).find(isNumber);
  if (number === undefined) throw new Error(`no key in ${JSON.stringify(said)}`);
  const roll = numberFrom(weather.salt, 'reference', type, number) % 100;
  if (roll < weather.gone) return null;
  if (roll < weather.gone + weather.unresolved) return unresolved(type, weather);
  const declared = schema.getType(type);
  const possible = isAbstractType(declared) ? schema.getPossibleTypes(declared) : [];
  return { __typename: possible[number % possible.length]?.name ?? type, number, said };
}

/** Rejected, it fails alone; thrown, it takes all others of the call with it. */
function unresolved(type: string, { salt }: Weather): Promise<never> {
  const failed = failure('reference', type);
  if (salt % 3 === 0) throw failed;
  return Promise.reject(failed);
}

/** Every leaf of a key is the entity's number, or ends in it. */
function numberIn(key: unknown): number | undefined {
  if (typeof key === 'number') return key;
  if (typeof key === 'string') return Number(/-(\d+)$/.exec(key)?.[1] ?? Number.NaN);
  if (typeof key !== 'object' || key === null) return undefined;
  const { __typename, ...parts } = key as Record<string, unknown>;
  return Object.values(parts).map(numberIn).find(isNumber);
}

function isNumber(value: number | undefined): value is number {
  return value !== undefined && !Number.isNaN(value);
}

const deriveField =
  ({ keyFields, requiring }: Entities): GraphQLFieldResolver<Thing, Weather> =>
  (source, args, weather, info) => {
    const { fieldName, parentType, returnType } = info;
    const type = parentType.name;
    if (keyFields.get(type)?.has(fieldName)) return keyValue(returnType, fieldName, source.number, info);
    const said = source.said?.[fieldName];
    if (said !== undefined && !isCompositeType(getNullableType(returnType))) return said;
    const brought = requiring.has(`${type}.${fieldName}`) ? source.said : undefined;
    const seed = [weather.salt, type, source.number, fieldName, args, brought];
    const roll = numberFrom('roll', ...seed) % 100;
    if (roll < weather.failing) throw failure(type, fieldName);
    return derive(returnType, seed, weather, info);
  };

function keyValue(
  type: GraphQLOutputType,
  field: string,
  number: number,
  { schema }: GraphQLResolveInfo,
): unknown {
  const named = getNullableType(type);
  if (isCompositeType(named)) return { number } satisfies Thing;
  return named === schema.getType('Int') ? number : `${field}-${number}`;
}

function derive(
  type: GraphQLOutputType,
  seed: unknown[],
  weather: Weather,
  info: GraphQLResolveInfo,
): unknown {
  const nullable = getNullableType(type);
  const value = numberFrom(...seed);
  if (nullable === type && value % 100 < weather.empty) return null;
  if (isListType(nullable))
    return Array.from({ length: value % 4 }, (_item, index) =>
      derive(nullable.ofType, [...seed, index], weather, info),
    );
  if (isCompositeType(nullable)) {
    const number = value % entitiesOfType;
    const possible = isAbstractType(nullable) ? info.schema.getPossibleTypes(nullable) : [nullable];
    return { __typename: possible[number % possible.length]?.name ?? nullable.name, number } satisfies Thing;
  }
  if (isEnumType(nullable)) {
    const values = nullable.getValues();
    return values[value % values.length]?.value;
  }
  switch (nullable.name) {
    case 'Int':
      // Never 0, which the stock executor loses when the planner has renamed the field.
      return 1 + (value % 999);
    case 'Float':
      return (1 + (value % 999)) / 4;
    case 'Boolean':
      return value % 2 === 0;
    default:
      return `${nullable.name} ${value % 1000}`;
  }
}

function failure(...place: string[]): GraphQLError {
  const coded = numberFrom(place) % 2 === 0;
  return new GraphQLError(`${place.join('.')} fails`, coded ? { extensions: { code: 'FAILING' } } : {});
}

/** Replaces leaves by what their type doesn't allow, as a subgraph does whose schema isn't the composed one. */
function spoil(value: unknown, weather: Weather, key = ''): unknown {
  if (Array.isArray(value)) return value.map((item) => spoil(item, weather, key));
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(
      Object.entries(value).map(([name, inner]) => [name, spoil(inner, weather, name)]),
    );
  const spoiled =
    value !== null &&
    // Types are what fragments are chosen by; `kind` is the alias that operations of tests give them.
    !key.startsWith('__') &&
    key !== 'kind' &&
    !String(value).includes('-') &&
    numberFrom(weather.salt, 'nonsense', key, value) % 100 < weather.nonsense;
  return spoiled ? (typeof value === 'number' ? 'nonsense' : 7) : value;
}
