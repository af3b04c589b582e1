import { supergraphOf } from '../../gateway/support/start-test-gateway.ts';
import { type BothExecutors, type ExecutorRun, startBothExecutors } from './both-executors.ts';
import { type DerivedSubgraph, fairWeather, type SubgraphCall } from './derived-subgraph.ts';

const link =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", "@interfaceObject"])';

const sdls = {
  posts: `${link}
    type Query { posts: [Post] post: Post nodes: [Node] shapes: [Shape] media: [Media!] }
    type Mutation { first: Post second: Int third: Post }
    interface Node { id: ID! }
    type Post implements Node @key(fields: "id") { id: ID! title: String tags: [String!] author: User }
    type Tag implements Node { id: ID! }
    union Shape = Round | Square
    type Round { size: Int! @shareable }
    type Square { size: Int }
    interface Media @key(fields: "id") { id: ID! }
    type Photo implements Media @key(fields: "id") { id: ID! }
    type User implements Node @key(fields: "id") { id: ID! best: Post posts: Int }`,
  users: `${link}
    type Query { me: User }
    type Mutation { between: Int }
    type Round { size: Int @shareable }
    type Media @key(fields: "id") @interfaceObject { id: ID! views: Int }
    type User @key(fields: "id") { id: ID! name: String friends: [User!] }`,
};
const supergraph = supergraphOf(
  Object.entries(sdls).map(([name, sdl]) => ({ name, sdl, url: `http://${name}.test` })),
);

/** What a subgraph says to a call. */
export type Reply = (call: SubgraphCall) => { data?: Record<string, unknown> | null; errors?: object[] };

/** What one operation gets when subgraphs answer in these words. */
export async function run(
  text: string,
  replies: { posts?: Reply; users?: Reply },
  options: { variables?: Record<string, unknown>; executor?: 'stock' | 'compiled' } = {},
): Promise<ExecutorRun> {
  const answering =
    (reply: Reply | undefined): DerivedSubgraph =>
    async (call) => {
      if (reply === undefined) throw new Error('nobody is here');
      return JSON.parse(JSON.stringify(reply(call)));
    };
  const both: BothExecutors = await startBothExecutors(supergraph, {
    posts: answering(replies.posts),
    users: answering(replies.users),
  });
  const { variables = {}, executor = 'compiled' } = options;
  try {
    return await both[executor]({ text, variables }, fairWeather);
  } finally {
    await both.stop();
  }
}

/** Posts by these authors; null: by nobody. */
export const authored = (...ids: (string | null)[]) => ({
  data: { posts: ids.map((id) => ({ author: id === null ? null : { __typename: 'User', id } })) },
});
