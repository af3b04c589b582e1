import {
  type GraphQLObjectType,
  type GraphQLSchema,
  isAbstractType,
  isInterfaceType,
  isObjectType,
} from 'graphql';
import type { RequestContext } from '../request-context.ts';
import { annotationOf, type CacheHint } from './cache-hints.ts';
import type { Resolver } from './compile-query.ts';
import type { FieldInfo } from './field-info.ts';

/** What a representation stands for, to be looked up in the part of the answer that is the representation's. */
export interface Entity {
  /** Undefined: what comes of `resolve` says it. */
  readonly type: GraphQLObjectType | undefined;
  readonly resolve: () => unknown;
}

/** What the schema says of a type that representations name. */
interface EntityType {
  readonly objectType: GraphQLObjectType | undefined;
  /** Undefined: a representation is all there is. */
  readonly resolveReference:
    | ((reference: object, context: RequestContext, info: FieldInfo) => unknown)
    | undefined;
  readonly hint: CacheHint;
}

/**
 * Resolves `_entities` to an {@link Entity} for each representation. Does what `entitiesResolver` of @apollo/subgraph does, which
 * marks what it finds with its type: here that is known, and what is found belongs to all requests.
 *
 * @param resolveByApollo for interfaces, of which only what is found says what it is, and for what is no entity
 */
export function resolverOfEntities(schema: GraphQLSchema, resolveByApollo: Resolver): Resolver {
  const known = new Map<string, EntityType>();

  function entityType(name: string): EntityType {
    let entity = known.get(name);
    if (entity === undefined) {
      entity = readEntityType(schema, name);
      known.set(name, entity);
    }
    return entity;
  }

  return (parent, { representations, ...args }, context, info) => {
    const references = representations as readonly { readonly __typename: string }[];
    context.answer.openRepresentations(info.path, references.length);
    const hinted = new Set<EntityType>();
    return references.map((reference): Entity => {
      const entity = entityType(reference.__typename);
      const { objectType: type, resolveReference, hint } = entity;
      if (type === undefined) {
        const resolve = () => {
          const all = resolveByApollo(parent, { ...args, representations: [reference] }, context, info);
          return Array.isArray(all) ? all[0] : null;
        };
        return { type, resolve };
      }
      if (!hinted.has(entity)) info.cacheControl.cacheHint.restrict(hint);
      hinted.add(entity);
      const resolve = () => (resolveReference ? resolveReference(reference, context, info) : reference);
      return { type, resolve };
    });
  };
}

function readEntityType(schema: GraphQLSchema, name: string): EntityType {
  const type = schema.getType(name);
  if (!isObjectType(type) && !isInterfaceType(type))
    throw new Error(
      `The _entities resolver tried to load an entity for type "${name}", but no object or interface type of that name was found in the schema`,
    );
  const { apollo } = type.extensions as {
    apollo?: { subgraph?: { resolveReference?: EntityType['resolveReference'] } };
  };
  const union = schema.getType('_Entity');
  const isPossible = isObjectType(type) && isAbstractType(union) && schema.isSubType(union, type);
  return {
    objectType: isPossible ? type : undefined,
    resolveReference: apollo?.subgraph?.resolveReference,
    hint: annotationOf(type) ?? {},
  };
}
