import { defaultFieldResolver, type GraphQLFieldResolver, type GraphQLSchema, isObjectType } from 'graphql';
import { CodedError } from '../../platform/errors.ts';
import type { RequestContext } from './request-context.ts';

type Resolver = GraphQLFieldResolver<unknown, RequestContext>;

/**
 * Ends queries that nobody waits for any more at their next field that reads something: graphql-js 16 can't be told to stop.
 * Mutations go on, or a deadline would decide how much of one was done. Changes the schema's resolvers, so it comes before a
 * server takes the schema.
 */
export function stopGivenUp(schema: GraphQLSchema): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type)) continue;
    for (const field of Object.values(type.getFields()))
      if (field.resolve !== undefined && field.resolve !== defaultFieldResolver)
        field.resolve = unlessGivenUp(field.resolve);
  }
  return schema;
}

function unlessGivenUp(resolve: Resolver): Resolver {
  return (parent, args, context, info) => {
    if (context.signal.aborted && info.operation.operation === 'query')
      throw new CodedError('SUBGRAPH_UNAVAILABLE');
    return resolve(parent, args, context, info);
  };
}
