import { type GraphQLFieldResolver, type GraphQLSchema, isObjectType } from 'graphql';
import type { RequestContext } from './request-context.ts';

type Resolver = GraphQLFieldResolver<unknown, RequestContext>;

/**
 * Makes every field below `_entities` note what it reads for the representation it belongs to: see answer-record.ts.
 * Changes the schema's resolvers, so it comes before a server takes the schema.
 */
export function attributeFields(schema: GraphQLSchema): GraphQLSchema {
  const roots = [schema.getQueryType(), schema.getMutationType()];
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || roots.includes(type)) continue;
    // A field without a resolver is a property of its parent, which somebody has read by then.
    for (const field of Object.values(type.getFields()))
      if (field.resolve !== undefined) field.resolve = attributed(field.resolve);
  }
  const entities = schema.getQueryType()?.getFields()._entities;
  if (entities?.resolve !== undefined) entities.resolve = oneByOne(entities.resolve);
  return schema;
}

function attributed(resolve: Resolver): Resolver {
  return (parent, args, context, info) =>
    context.answer.attribute(info.path, () => resolve(parent, args, context, info));
}

/** Resolves representations as ever, all at the same moment, but by a call for each one, so that they can be told apart. */
function oneByOne(resolveEntities: Resolver): Resolver {
  return (parent, { representations, ...args }, context, info) => {
    context.answer.openRepresentations(info.path, representations.length);
    return representations.map((representation: unknown, index: number) => {
      const path = { prev: info.path, key: index, typename: undefined };
      const resolved: unknown = context.answer.attribute(path, () =>
        resolveEntities(parent, { ...args, representations: [representation] }, context, info),
      );
      return Array.isArray(resolved) ? resolved[0] : null;
    });
  };
}
