import {
  buildSchema,
  type ExecutionResult,
  executeSync,
  type GraphQLFieldResolver,
  GraphQLScalarType,
  isObjectType,
  parse,
  print,
  type ValueNode,
  validate,
  valueFromASTUntyped,
} from 'graphql';
import type { GraphqlRequest } from '../../../../gateway/response-cache/graphql-request.ts';

/**
 * A schema whose answers tell everything that an execution can know of its document and variables: resolvers echo the
 * arguments as they got them, and the custom scalar also how its literals were written.
 */
export const echoSchema = buildSchema(`
  scalar JSON
  enum Colour { RED GREEN }
  input Point { x: Int = 1, y: Float, tags: [String!], next: Point, raw: JSON, colour: Colour = GREEN }
  interface Node { id: ID! echo(string: String, int: Int): String node: Node }
  type Leaf implements Node { id: ID! echo(string: String, int: Int): String node: Node name: String }
  type Branch implements Node { id: ID! echo(string: String, int: Int): String node: Node nodes: [Node!] }
  union Any = Leaf | Branch
  type Query {
    leaf: Leaf
    branch: Branch
    node: Node
    any: [Any]
    echo(
      int: Int, float: Float, string: String = "s", id: ID, flag: Boolean, colour: Colour = RED, ints: [Int]
      point: Point, points: [Point!], raw: JSON
    ): String
  }
  type Mutation { leaf: Leaf }
`);

const leaf = { __typename: 'Leaf', id: 'l', name: 'leaf', node: () => branch };
const branch = { __typename: 'Branch', id: 'b', node: () => leaf, nodes: () => [leaf, branch] };
const root = { leaf, branch, node: leaf, any: [leaf, branch, null] };

const json = echoSchema.getType('JSON');
if (!(json instanceof GraphQLScalarType)) throw new Error('JSON is no scalar');
json.parseValue = (value) => ({ value });
json.parseLiteral = (literal: ValueNode, variables) => ({
  literal: print(literal),
  means: valueFromASTUntyped(literal, variables),
});

const echo: GraphQLFieldResolver<unknown, unknown> = (_source, args) => JSON.stringify(args);
for (const type of Object.values(echoSchema.getTypeMap())) {
  const field = isObjectType(type) ? type.getFields().echo : undefined;
  if (field !== undefined) field.resolve = echo;
}

/** What a gateway without a cache would answer, in bytes; without the places in the document that errors name. */
export function answerOf(request: GraphqlRequest): { bytes: string; failed: boolean } {
  let result: ExecutionResult;
  try {
    const document = parse(request.query ?? '');
    const errors = validate(echoSchema, document);
    result =
      errors.length > 0
        ? { errors }
        : executeSync({
            schema: echoSchema,
            document,
            rootValue: root,
            variableValues: request.variables,
            operationName: request.operationName ?? null,
          });
  } catch (error) {
    return { bytes: String(error), failed: true };
  }
  const { errors, ...others } = result;
  return {
    bytes: JSON.stringify({ errors: errors?.map(({ message, path }) => ({ message, path })), ...others }),
    failed: errors !== undefined,
  };
}
