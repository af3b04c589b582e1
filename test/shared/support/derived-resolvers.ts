import { buildSubgraphSchema } from '@apollo/subgraph';
import {
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  isAbstractType,
  isEnumType,
  isListType,
  isNonNullType,
  isObjectType,
  isScalarType,
  parse,
} from 'graphql';
import { CodedError } from '../../../platform/errors.ts';
import type { RequestContext } from '../../../subgraphs/shared/request-context.ts';
import { numberFrom } from '../../executor/support/hash.ts';

export interface DerivationOptions {
  /**
   * Whether every value is promised, or none. graphql-js 16 leaves rejections unhandled where a list holds promises beside
   * something that fails at once.
   */
  isAsync: boolean;
  /** Called by every resolver. */
  observe?: ((info: GraphQLResolveInfo) => void) | undefined;
}

/** An object: what all of its fields are derived from. */
interface Thing {
  readonly __typename: string;
  readonly seed: string;
}

/**
 * Resolvers for all of a schema, that do all that resolvers can: values and promises of them, nothing where something must be,
 * errors thrown, rejected with and returned, tags, the viewer, hints for caches. All of it follows from the schema and the query.
 * Half of the fields have no resolver and are properties of their parents.
 */
export function derivedResolvers(
  sdl: string,
  options: DerivationOptions,
): Record<string, Record<string, unknown>> {
  const schema = buildSubgraphSchema({ typeDefs: parse(sdl) });
  const resolvers: Record<string, Record<string, unknown>> = {};

  function thing(__typename: string, seed: string): Thing {
    const made: Thing = { __typename, seed };
    const type = schema.getType(__typename);
    if (!isObjectType(type)) return made;
    for (const field of Object.values(type.getFields()))
      if (!hasResolver(__typename, field.name))
        Object.defineProperty(made, field.name, {
          get: () => value(field.type, `${seed}.${field.name}`),
        });
    return made;
  }

  function value(type: GraphQLOutputType, seed: string): unknown {
    const number = numberFrom(seed);
    const kind = number % 100;
    const present = () => (kind < 7 ? null : presentValue(type, seed, number));
    if (!options.isAsync) return kind === 0 ? new Error(`returned at ${seed}`) : present();
    return kind < 4
      ? Promise.reject(new CodedError('FORBIDDEN', { message: `rejected at ${seed}` }))
      : Promise.resolve(present());
  }

  function presentValue(type: GraphQLOutputType, seed: string, number: number): unknown {
    if (isNonNullType(type)) return presentValue(type.ofType, seed, number);
    if (isListType(type)) {
      const items = Array.from({ length: number % 4 }, (_, n) => value(type.ofType, `${seed}.${n}`));
      return number % 5 === 0 ? new Set(items) : items;
    }
    if (isEnumType(type)) return type.getValues()[number % type.getValues().length]?.value;
    if (isAbstractType(type)) {
      const possible = schema.getPossibleTypes(type);
      return thing(possible[number % possible.length]?.name ?? '', seed);
    }
    if (isObjectType(type)) return thing(type.name, seed);
    if (isScalarType(type) && type.name === 'Int') return number % 10 === 0 ? 'no number' : number % 1000;
    if (isScalarType(type) && type.name === 'Boolean') return number % 2 === 0;
    return `value of ${seed}`;
  }

  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('_')) continue;
    const ofType: Record<string, unknown> = {};
    if (type !== schema.getQueryType() && type !== schema.getMutationType() && 'id' in type.getFields())
      ofType.__resolveReference = ({ id }: { id: string }, { answer }: RequestContext) => {
        answer.record(`${type.name}:${id}`);
        return value(type, `${type.name} ${id}`);
      };
    for (const field of Object.values(type.getFields())) {
      if (field.name.startsWith('_') || !hasResolver(type.name, field.name)) continue;
      ofType[field.name] = (
        parent: Thing | undefined,
        args: object,
        { answer, viewer }: RequestContext,
        info: GraphQLResolveInfo & { cacheControl: { setCacheHint(hint: { maxAge: number }): void } },
      ) => {
        options.observe?.(info);
        const seed = `${parent?.seed ?? ''}.${field.name}(${JSON.stringify(args)})`;
        const number = numberFrom(`what ${seed}`);
        if (number % 41 === 0) throw new Error(`thrown at ${seed}`);
        answer.record(`tag of ${seed}`);
        if (number % 11 === 0) viewer.read();
        if (number % 13 === 0) info.cacheControl.setCacheHint({ maxAge: number % 100 });
        return value(field.type, seed);
      };
    }
    resolvers[type.name] = ofType;
  }
  return resolvers;
}

/** Of Query, all have one: it has no parent whose property a field could be. */
function hasResolver(type: string, field: string): boolean {
  return type === 'Query' || numberFrom(`${type}.${field}`) % 2 === 0;
}
