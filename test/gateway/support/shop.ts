import { startTestGateway, supergraphOf, type TestGateway } from './start-test-gateway.ts';
import { startTestSubgraph, type TestResolvers, type TestSubgraph } from './test-subgraph.ts';

const federation = (...imports: string[]) =>
  `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ${JSON.stringify(imports)})`;

export const productsSdl = `
  ${federation('@key')}
  type Query {
    product(id: ID!): Product
    products(first: Int, last: Int): [Product!]
    slow: String
    viewer: String
  }
  type Mutation { rename(id: ID!, name: String!): Product }
  type Product @key(fields: "id") { id: ID! name: String! alike: [Product!] }
`;

const reviewsSdl = `
  ${federation('@key')}
  type Query { latestReview: Review }
  type Product @key(fields: "id") { id: ID! reviews: [Review!] }
  type Review { text: String author: String product: Product rating: Int! }
`;

const nameOf = (id: string) => `Product ${id}`;

const productsResolvers: TestResolvers = {
  Query: {
    product: (_source: unknown, { id }: { id: string }) => ({ id, name: nameOf(id) }),
    products: () => ['1', '2'].map((id) => ({ id, name: nameOf(id) })),
    viewer: (_source, _args, { viewer }) => viewer?.subject ?? null,
  },
  Mutation: { rename: (_source: unknown, { id, name }: { id: string; name: string }) => ({ id, name }) },
  Product: {
    __resolveReference: ({ id }: { id: string }) => ({ id, name: nameOf(id) }),
    alike: () => [{ id: '3', name: nameOf('3') }],
  },
};

const reviewOf = (id: string) => ({ text: `about ${id}`, author: 'Ada', product: { id }, rating: 5 });

const reviewsResolvers: TestResolvers = {
  Query: { latestReview: () => reviewOf('1') },
  Product: {
    __resolveReference: ({ id }: { id: string }) => ({ id }),
    reviews: ({ id }: { id: string }) => [reviewOf(id)],
  },
};

export interface Shop extends AsyncDisposable {
  readonly gateway: TestGateway;
  readonly products: TestSubgraph;
  readonly reviews: TestSubgraph;
  readonly supergraph: string;
}

/** A gateway over two subgraphs that share an entity. */
export async function startShop(
  options: { env?: Record<string, string>; products?: TestResolvers; reviews?: TestResolvers } = {},
): Promise<Shop> {
  await using opening = new AsyncDisposableStack();
  const products = opening.use(
    await startTestSubgraph({
      name: 'products',
      sdl: productsSdl,
      resolvers: merge(productsResolvers, options.products),
    }),
  );
  const reviews = opening.use(
    await startTestSubgraph({
      name: 'reviews',
      sdl: reviewsSdl,
      resolvers: merge(reviewsResolvers, options.reviews),
    }),
  );
  const supergraph = supergraphOf([products, reviews]);
  const gateway = opening.use(
    await startTestGateway({ supergraph, ...(options.env === undefined ? {} : { env: options.env }) }),
  );
  const opened = opening.move();
  return { gateway, products, reviews, supergraph, [Symbol.asyncDispose]: () => opened.disposeAsync() };
}

function merge(base: TestResolvers, over: TestResolvers = {}): TestResolvers {
  const merged = { ...base };
  for (const [type, fields] of Object.entries(over)) merged[type] = { ...base[type], ...fields };
  return merged;
}
