const link = `extend schema @link(
  url: "https://specs.apollo.dev/federation/v2.9"
  import: [
    "@key", "@requires", "@provides", "@external", "@shareable", "@override",
    "@inaccessible", "@interfaceObject"
  ]
)`;

/** Supergraphs of one difficulty each, by what is difficult in them: subgraph -> SDL. */
export const smallSupergraphs: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'compound, several and nullable keys': {
    catalogue: `${link}
      type Query { product: Product products: [Product] parcel: Parcel parcels: [Parcel!]! }
      type Product @key(fields: "sku") @key(fields: "code") { sku: ID! code: ID name: String! }
      type Parcel @key(fields: "number owner { id }") { number: Int! owner: Owner! weight: Float }
      type Owner { id: ID! @shareable }`,
    stock: `${link}
      type Product @key(fields: "code") { code: ID amount: Int! shelf: Shelf }
      type Shelf @key(fields: "id") { id: ID! place: String! parcels: [Parcel!] }
      type Parcel @key(fields: "number owner { id }") { number: Int! owner: Owner! sentTo: String! }
      type Owner { id: ID! @shareable }`,
    prices: `${link}
      type Product @key(fields: "sku") { sku: ID! price: Float! }
      type Shelf @key(fields: "id") { id: ID! rent: Float! }`,
  },
  '@requires, with arguments, nested and over several subgraphs': {
    goods: `${link}
      type Query { items(first: Int = 2): [Item!]! item: Item }
      type Item @key(fields: "id") { id: ID! weight: Int size: Size parts: [Part!] related: [Item] }
      type Size { width: Int! height: Int }
      type Part @key(fields: "id") { id: ID! material: String }`,
    shipping: `${link}
      type Item @key(fields: "id") {
        id: ID!
        weight: Int @external
        size: Size @external
        parts: [Part!] @external
        cost(currency: String = "EUR", express: Boolean): Float @requires(fields: "weight size { width height }")
        label: String! @requires(fields: "parts { material }")
        box: Box @requires(fields: "size { height }")
      }
      type Size { width: Int! @external height: Int @external }
      type Part @key(fields: "id") { id: ID! material: String @external }
      type Box { name: String! holds: [Item!] }`,
    taxes: `${link}
      type Item @key(fields: "id") {
        id: ID!
        cost(currency: String = "EUR", express: Boolean): Float @external
        weight: Int @external
        tax: Float! @requires(fields: "cost(currency: \\"USD\\") weight")
      }`,
  },
  '@provides, @shareable and @override': {
    reviews: `${link}
      type Query { review: Review reviews: [Review!] }
      type Review @key(fields: "id") { id: ID! text: String! author: Author @provides(fields: "name") moved: String @shareable }
      type Author @key(fields: "id") { id: ID! name: String @external }`,
    authors: `${link}
      type Query { authors: [Author] }
      type Author @key(fields: "id") { id: ID! name: String @shareable city: City @shareable born: Int }
      type City @shareable { name: String! country: String }
      type Review @key(fields: "id") { id: ID! moved: String @shareable stars: Int @override(from: "archive") }`,
    archive: `${link}
      type Query { oldest: Review }
      type Review @key(fields: "id") { id: ID! stars: Int likes: Int! }
      type City @shareable { name: String! country: String }
      type Author @key(fields: "id") { id: ID! city: City @shareable deceased: Boolean! }`,
  },
  'interfaces and unions over several subgraphs': {
    media: `${link}
      type Query { media: [Media!]! search: [Found] newest: Media any: Found }
      interface Media { id: ID! title: String }
      type Book implements Media @key(fields: "id") { id: ID! title: String pages: Int! }
      type Film implements Media @key(fields: "id") { id: ID! title: String minutes: Int series: [Media!] }
      type Note { text: String! about: Media }
      union Found = Book | Film | Note`,
    people: `${link}
      type Query { person: Person }
      type Book @key(fields: "id") { id: ID! writer: Person! }
      type Film @key(fields: "id") { id: ID! cast: [Person!]! }
      type Person @key(fields: "id") { id: ID! name: String! made: [Work!]! }
      union Work = Book | Film`,
    lending: `${link}
      interface Loanable { lentTo: Person copies: Int! }
      type Book implements Loanable @key(fields: "id") { id: ID! lentTo: Person copies: Int! }
      type Film implements Loanable @key(fields: "id") { id: ID! lentTo: Person copies: Int! }
      type Person @key(fields: "id") { id: ID! loans: [Loanable!] }`,
  },
  '@interfaceObject': {
    accounts: `${link}
      type Query { accounts: [Account!]! account: Account }
      interface Account @key(fields: "id") { id: ID! name: String }
      type Admin implements Account @key(fields: "id") { id: ID! name: String rights: [String!]! }
      type Guest implements Account @key(fields: "id") { id: ID! name: String until: Int }`,
    activity: `${link}
      type Query { active: [Account] }
      type Account @key(fields: "id") @interfaceObject { id: ID! visits: Int! friends: [Account!] last: Visit }
      type Visit { page: String! by: Account! }`,
  },
  'fields of one name and different types': {
    shapes: `${link}
      type Query { shapes: [Shape!] shape: Shape }
      union Shape = Circle | Square | Line
      type Circle @key(fields: "id") { id: ID! size: Int! @shareable tags: [String!]! @shareable next: Shape }
      type Square @key(fields: "id") { id: ID! size: Int tags: [String] next: Shape! }
      type Line { size: Int! tags: [String!] }`,
    colours: `${link}
      type Circle @key(fields: "id") { id: ID! size: Int @shareable tags: [String] @shareable colour: Colour! }
      type Square @key(fields: "id") { id: ID! colour: Colour }
      type Colour { name: String! mixed: [Colour!] }`,
  },
  'enums and inputs that differ': {
    orders: `${link}
      type Query { orders(filter: Filter, state: State = OPEN): [Order!] order: Order }
      enum State { OPEN SENT LOST @inaccessible }
      input Filter { state: State first: Int = 3 tags: [String!] }
      type Order @key(fields: "id") { id: ID! state: State! history: [State] }`,
    invoices: `${link}
      enum State { OPEN SENT LOST @inaccessible }
      input Filter { state: State first: Int = 3 tags: [String!] }
      type Order @key(fields: "id") { id: ID! invoices(filter: Filter): [Invoice!]! total(in: String!): Float }
      type Invoice { number: Int! state: State order: Order! }`,
  },
  'lists of lists': {
    boards: `${link}
      type Query { board: Board boards: [[Board!]] }
      type Board @key(fields: "id") { id: ID! rows: [[Cell!]!]! deep: [[[Cell]]] numbers: [[Int!]] }
      type Cell @key(fields: "id") { id: ID! value: Int }`,
    colours: `${link}
      type Cell @key(fields: "id") { id: ID! colour: String! neighbours: [[Cell]] }
      type Board @key(fields: "id") { id: ID! theme: String! }`,
  },
  'types and fields that clients do not see': {
    people: `${link}
      type Query { people: [Person!] secret: String @inaccessible being: Being }
      interface Being { id: ID! }
      type Person implements Being @key(fields: "id") { id: ID! name: String! ssn: String @inaccessible }
      type Spy implements Being @key(fields: "id") @inaccessible { id: ID! alias: String }`,
    tax: `${link}
      type Person @key(fields: "id") { id: ID! ssn: String @external bill: Int! @requires(fields: "ssn") }`,
  },
  'mutations over several subgraphs': {
    carts: `${link}
      type Query { cart: Cart }
      type Mutation { addToCart(name: String!): Cart! emptyCart: Cart }
      type Cart @key(fields: "id") { id: ID! names: [String!]! }`,
    payments: `${link}
      type Query { payments: [Payment!]! }
      type Mutation { pay(amount: Int!): Payment refund: Payment! }
      type Payment { amount: Int! cart: Cart! }
      type Cart @key(fields: "id") { id: ID! paid: Boolean! }`,
  },
  'roots that several subgraphs share': {
    shop: `${link}
      type Query {
        product: Product @shareable
        products: [Product!] @shareable
        category(name: String!): Category @shareable
        cheapest: Product
      }
      type Product @key(fields: "id") { id: ID! name: String @shareable price: Float }
      type Category { name: String @shareable top: Product @shareable products: [Product!] }`,
    warehouse: `${link}
      type Query {
        product: Product @shareable
        products: [Product!] @shareable
        category(name: String!): Category @shareable
      }
      type Product @key(fields: "id") { id: ID! name: String @shareable stock: Int! }
      type Category { name: String @shareable top: Product @shareable size: Int! }`,
  },
  '@requires of abstract types, @provides of nested fields': {
    stays: `${link}
      type Query { stay: Stay stays: [Stay!] }
      type Stay @key(fields: "id") { id: ID! place: Place guest: Guest @provides(fields: "name address { city }") }
      union Place = Hotel | Tent
      type Hotel { name: String stars: Int }
      type Tent { name: String size: Int }
      type Guest @key(fields: "id") { id: ID! name: String @external address: Address @external }
      type Address { city: String @shareable }`,
    guests: `${link}
      type Stay @key(fields: "id") {
        id: ID!
        place: Place @external
        bill: Float @requires(fields: "place { ... on Hotel { stars } ... on Tent { size } }")
      }
      union Place = Hotel | Tent
      type Hotel { stars: Int @external }
      type Tent { size: Int @external }
      type Guest @key(fields: "id") { id: ID! name: String @shareable address: Address @shareable stays: [Stay!] }
      type Address { city: String @shareable street: String }`,
  },
  'keys with entities in them, and entities that are only pointed at': {
    orders: `${link}
      type Query { order: Order orders: [Order] }
      type Order @key(fields: "id") { id: ID! lines: [Line!] buyer: Buyer! }
      type Line @key(fields: "order { id } number") { order: Order! number: Int! quantity: Int }
      type Buyer @key(fields: "id", resolvable: false) { id: ID! }`,
    stock: `${link}
      type Line @key(fields: "order { id } number") { order: Order! number: Int! reserved: Boolean }
      type Order @key(fields: "id", resolvable: false) { id: ID! }`,
    buyers: `${link}
      type Buyer @key(fields: "id") { id: ID! name: String! last: Order }
      type Order @key(fields: "id", resolvable: false) { id: ID! }`,
  },
  'roots inside answers, and nulls that bubble': {
    shell: `${link}
      type Query { self: Query! now: Int! maybe: Chain nested: Shell }
      type Shell { query: Query strict: Query! name: String! }
      type Chain @key(fields: "id") { id: ID! next: Chain! }`,
    core: `${link}
      type Query { version: String! }
      type Chain @key(fields: "id") { id: ID! weight: Int! links: [Link!]! loose: [Link!] }
      type Link { chain: Chain! strength: Int! }`,
  },
};
