import {
  type Product,
  productsOf,
  type Review,
  reviewsOf,
  type ShopSize,
  type User,
  usersOf,
} from './data.ts';

/** By type and field; also those that Federation calls to find an entity. */
type Resolvers = Readonly<Record<string, Readonly<Record<string, Resolver>>>>;
/** What a field's parent and arguments are, each of them says itself. */
type Resolver = (parent: never, args: never) => unknown;

export interface ShopSubgraph {
  readonly name: string;
  readonly sdl: string;
  resolvers(size: ShopSize): Resolvers;
}

/**
 * A shop in four subgraphs, as the public benchmark of gateways has one (github.com/graphql-hive/graphql-gateways-benchmark):
 * users and products, reviews between them, and what products cost to be sent. Of the first version of Federation, which all
 * gateways read. Nothing in it speaks of caching.
 */
export const shopSubgraphs: readonly ShopSubgraph[] = [
  {
    name: 'users',
    sdl: `
      extend type Query { users: [User!] user(id: ID!): User }
      type User @key(fields: "id") { id: ID! handle: String! name: String! }
    `,
    resolvers(size) {
      const users = usersOf(size);
      const byId = new Map(users.map((user) => [user.id, user]));
      return {
        Query: { users: () => users, user: (_, { id }: Pick<User, 'id'>) => byId.get(id) },
        User: { __resolveReference: ({ id }: Pick<User, 'id'>) => byId.get(id) },
      };
    },
  },
  {
    name: 'products',
    sdl: `
      extend type Query { topProducts(first: Int = 5): [Product!] }
      type Product @key(fields: "sku") { sku: ID! title: String! price: Int! weight: Int! }
    `,
    resolvers(size) {
      const products = productsOf(size);
      const bySku = new Map(products.map((product) => [product.sku, product]));
      return {
        Query: { topProducts: (_, { first }: { first: number }) => products.slice(0, first) },
        Product: { __resolveReference: ({ sku }: Pick<Product, 'sku'>) => bySku.get(sku) },
      };
    },
  },
  {
    name: 'reviews',
    sdl: `
      type Review @key(fields: "id") {
        id: ID!
        text: String!
        author: User @provides(fields: "handle")
        product: Product
      }
      extend type User @key(fields: "id") { id: ID! @external handle: String! @external reviews: [Review!] }
      extend type Product @key(fields: "sku") { sku: ID! @external reviews(first: Int = 5): [Review!] }
    `,
    resolvers(size) {
      const reviews = reviewsOf(size);
      const byId = new Map(reviews.map((review) => [review.id, review]));
      const byAuthor = Map.groupBy(reviews, ({ author }) => author.id);
      const byProduct = Map.groupBy(reviews, ({ product }) => product.sku);
      return {
        Review: { __resolveReference: ({ id }: Pick<Review, 'id'>) => byId.get(id) },
        User: { reviews: ({ id }: Pick<User, 'id'>) => byAuthor.get(id) ?? [] },
        Product: {
          reviews: ({ sku }: Pick<Product, 'sku'>, { first }: { first: number }) =>
            byProduct.get(sku)?.slice(0, first) ?? [],
        },
      };
    },
  },
  {
    name: 'inventory',
    sdl: `
      extend type Product @key(fields: "sku") {
        sku: ID! @external
        price: Int! @external
        weight: Int! @external
        inStock: Boolean!
        shippingCost: Int! @requires(fields: "price weight")
      }
    `,
    resolvers: () => ({
      Product: {
        inStock: ({ sku }: Pick<Product, 'sku'>) => !sku.endsWith('3'),
        // What is dear travels for nothing.
        shippingCost: ({ price, weight }: Product) => (price > 50_000 ? 0 : Math.ceil(weight / 2)),
      },
    }),
  },
];
