import { type GraphQLResolveInfo, getNamedType, isAbstractType } from 'graphql';
import { CodedError } from '../../../platform/errors.ts';
import { parseGlobalId } from '../../../platform/global-id.ts';
import type { NodeReference } from '../../shared/node-reference.ts';
import type { Context } from '../context.ts';
import type { QueryResolvers } from '../resolver-types.ts';

const mostNodes = 100;

export const nodes: Pick<QueryResolvers, 'node' | 'nodes'> = {
  node: (_query, { id }, context, info) => findNode(id, context, info),

  async nodes(_query, { ids }, context, info) {
    if (ids.length > mostNodes)
      throw new CodedError('BAD_USER_INPUT', {
        message: `\`ids\` holds at most ${mostNodes}, and holds ${ids.length}.`,
      });
    return Promise.all(ids.map((id) => findNode(id, context, info)));
  },
};

/**
 * What an id stands for. Things of other subgraphs are only pointed at: their subgraph knows whether they are there. Which
 * types those are is read from the schema, so a new one needs no line here.
 */
async function findNode(
  id: string,
  context: Context,
  info: GraphQLResolveInfo,
): Promise<NodeReference | null> {
  const parsed = parseGlobalId(id);
  if (parsed === null) return null;
  if (parsed.type === 'User') {
    const user = await context.loaders.users.load(parsed.uuid);
    return user && { ...user, __typename: parsed.type };
  }
  return isPossible(parsed.type, info) ? { __typename: parsed.type, id } : null;
}

/** Whether the field may return a thing of this type. */
function isPossible(type: string, info: GraphQLResolveInfo): boolean {
  const returned = getNamedType(info.returnType);
  return isAbstractType(returned) && info.schema.getPossibleTypes(returned).some(({ name }) => name === type);
}
