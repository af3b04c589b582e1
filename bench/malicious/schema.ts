const federation = `extend schema @link(
  url: "https://specs.apollo.dev/federation/v2.9"
  import: ["@key", "@cost", "@listSize"]
)`;

/** The supergraph that the malicious requests are aimed at: small, with one of everything that can be abused. */
export const targets = [
  {
    name: 'items',
    sdl: `
      ${federation}
      type Query {
        item(id: ID, input: ItemInput): Item
        items(first: Int, last: Int, ids: [ID!], grid: [[[Int]]], anything: Json): [Item!]
          @listSize(assumedSize: 2, slicingArguments: ["first", "last"], requireOneSlicingArgument: false)
        costly: Int @cost(weight: 400)
        count: Int
      }
      type Mutation { logIn(name: String, password: String): Boolean touch(input: ItemInput): Item }
      type Item @key(fields: "id") {
        id: ID!
        name: String
        self: Item
        items(first: Int): [Item!]
          @listSize(assumedSize: 2, slicingArguments: ["first"], requireOneSlicingArgument: false)
      }
      input ItemInput { text: String count: Int flag: Boolean inner: ItemInput list: [ItemInput!] numbers: [Int!] }
      scalar Json
    `,
  },
  {
    name: 'notes',
    sdl: `
      ${federation}
      type Item @key(fields: "id") { id: ID! note: String }
    `,
  },
] as const;
