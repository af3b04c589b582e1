import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { buildSchema } from 'graphql';
import { runCompose } from '../../gateway/composition/run-compose.ts';

const link = (...imports: string[]) =>
  `extend schema @link(url: "https://specs.apollo.dev/federation/v2.12", import: ${JSON.stringify(imports)})\n`;

const products = `${link('@key', '@inaccessible')}
  type Query { product(id: ID!): Product }
  type Product @key(fields: "id") { id: ID! name: String internal: String @inaccessible }`;
const reviews = `${link('@key')}
  type Product @key(fields: "id") { id: ID! rating: Int }`;

const config = `
federation_version: =2.14.0
subgraphs:
  reviews:
    routing_url: \${env.REVIEWS_URL:-http://reviews:4002/graphql}
    schema: { file: reviews.graphql }
  products:
    routing_url: http://\${env.HOST}:4001/graphql
    schema: { file: products.graphql }
`;

/** A folder with a supergraph.yaml and what it names, and the command on it. */
async function inFolder(files: Record<string, string>) {
  const folder = await mkdtemp(join(tmpdir(), 'compose-test-'));
  const all = {
    'supergraph.yaml': config,
    'products.graphql': products,
    'reviews.graphql': reviews,
    ...files,
  };
  for (const [name, text] of Object.entries(all)) await writeFile(join(folder, name), text);
  return {
    read: (name: string) => readFile(join(folder, name), 'utf8'),
    write: (name: string, text: string) => writeFile(join(folder, name), text),
    async compose(options: { check?: boolean; env?: NodeJS.ProcessEnv } = {}) {
      const lines: string[] = [];
      const code = await runCompose({
        configFile: join(folder, 'supergraph.yaml'),
        check: options.check ?? false,
        env: options.env ?? { HOST: 'products' },
        print: (line) => lines.push(line),
      });
      return { code, output: lines.join('\n') };
    },
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true }),
  };
}

test('composing writes the supergraph, with expanded addresses, and the public schema', async () => {
  await using folder = await inFolder({});
  const { code, output } = await folder.compose();
  assert.equal(code, 0, output);
  const supergraph = await folder.read('supergraph.graphql');
  assert.match(supergraph, /@join__graph\(name: "products", url: "http:\/\/products:4001\/graphql"\)/);
  assert.match(supergraph, /@join__graph\(name: "reviews", url: "http:\/\/reviews:4002\/graphql"\)/);

  const schema = await folder.read('schema.graphql');
  const product = buildSchema(schema).getType('Product');
  assert.deepEqual(Object.keys((product as unknown as { getFields(): object }).getFields()), [
    'id',
    'name',
    'rating',
  ]);
  assert.doesNotMatch(schema, /join__|internal|@link/);
});

test('--check passes on what was just composed, finds either file stale, and writes nothing', async () => {
  await using folder = await inFolder({});
  const missing = await folder.compose({ check: true });
  assert.equal(missing.code, 1);
  assert.match(missing.output, /supergraph\.graphql is not what/);
  await assert.rejects(folder.read('supergraph.graphql'));

  await folder.compose();
  assert.deepEqual(await folder.compose({ check: true }), { code: 0, output: '' });

  for (const name of ['supergraph.graphql', 'schema.graphql']) {
    const fresh = await folder.read(name);
    await folder.write(name, `${fresh}\n`);
    const { code, output } = await folder.compose({ check: true });
    assert.equal(code, 1);
    assert.match(output, new RegExp(`${name} is not what the subgraphs compose to`));
    assert.equal(await folder.read(name), `${fresh}\n`);
    await folder.write(name, fresh);
  }

  await folder.write('reviews.graphql', reviews.replace('rating: Int', 'rating: Float'));
  assert.equal((await folder.compose({ check: true })).code, 1);
});

test('the order of subgraphs in the file makes no difference', async () => {
  await using folder = await inFolder({});
  await folder.compose();
  const before = await folder.read('supergraph.graphql');
  const [head = '', first = '', second = ''] = config.split(/^(?= {2}\w+:$)/m);
  await folder.write('supergraph.yaml', head + second + first);
  await folder.compose();
  assert.equal(await folder.read('supergraph.graphql'), before);
});

test('subgraphs that do not compose are an error', async () => {
  await using folder = await inFolder({
    'reviews.graphql': `${link('@key')} type Product @key(fields: "id") { id: ID! name: String rating: Int }`,
  });
  const { code, output } = await folder.compose();
  assert.equal(code, 1);
  assert.match(output, /do not compose:[\s\S]*Non-shareable field "Product\.name"/);
});

test('a hint of level WARN is an error, hints of other levels are not', async () => {
  const sdl = (type: string) => `${link('@shareable')} type Query { a: ${type} @shareable } enum E { X }`;
  await using folder = await inFolder({
    'products.graphql': sdl('E'),
    'reviews.graphql': sdl('E').replace('{ X }', '{ X Y }'),
  });
  const fine = await folder.compose();
  assert.equal(fine.code, 0, fine.output);
  assert.match(fine.output, /^DEBUG INCONSISTENT_ENUM_VALUE_FOR_OUTPUT_ENUM/m);

  const before = await folder.read('supergraph.graphql');
  await folder.write('products.graphql', sdl('E @deprecated(reason: "One.")'));
  await folder.write('reviews.graphql', sdl('E @deprecated(reason: "Another.")'));
  const warned = await folder.compose();
  assert.equal(warned.code, 1);
  assert.match(warned.output, /^WARN {2}INCONSISTENT_NON_REPEATABLE_DIRECTIVE_ARGUMENTS/m);
  assert.equal(await folder.read('supergraph.graphql'), before);
});

test('what the gateway cannot run is an error that names it', async () => {
  const features: Record<string, string> = {
    '@authenticated': '@authenticated',
    '@requiresScopes': '@requiresScopes(scopes: [["a"]])',
    '@policy': '@policy(policies: [["a"]])',
    '@cacheTag': '@cacheTag(format: "x")',
  };
  for (const [name, use] of Object.entries(features)) {
    await using folder = await inFolder({
      'products.graphql': `${link('@key', name)} type Query { a: Int ${use} } type Product @key(fields: "id") { id: ID! }`,
    });
    const { code, output } = await folder.compose();
    assert.equal(code, 1, name);
    assert.match(output, new RegExp(`cannot run this supergraph[\\s\\S]*${name}`));
  }

  const others: Record<string, string> = {
    subscriptions: `${link('@key')} type Query { a: Int } type Subscription { b: Int } type Product @key(fields: "id") { id: ID! }`,
    '@context': `${link('@key', '@context', '@fromContext')} type Query { t: T } type T @key(fields: "id") @context(name: "c") { id: ID! x: String! u: U! } type U @key(fields: "id") { id: ID! f(a: String @fromContext(field: "$c { x }")): Int } type Product @key(fields: "id") { id: ID! }`,
    '@connect': `${link('@key')} extend schema @link(url: "https://specs.apollo.dev/connect/v0.1", import: ["@connect", "@source"]) @source(name: "x", http: { baseURL: "http://x" }) type Query { a: Int @connect(source: "x", http: { GET: "/x" }, selection: "$") } type Product @key(fields: "id") { id: ID! }`,
  };
  for (const [name, sdl] of Object.entries(others)) {
    await using folder = await inFolder({ 'products.graphql': sdl });
    const { code, output } = await folder.compose();
    assert.equal(code, 1, `${name}\n${output}`);
    assert.match(output, new RegExp(`cannot run this supergraph[\\s\\S]*${name}`));
  }
});

test('a supergraph.yaml with faults is refused with all of them, and forms that only rover reads too', async () => {
  await using folder = await inFolder({
    'supergraph.yaml': `
federation_version: 2
subgraphs:
  products:
    routing_url: not a url
    schema: { subgraph_url: http://products }
`,
  });
  const { code, output } = await folder.compose();
  assert.equal(code, 1);
  for (const fault of ['federation_version', 'subgraphs.products.routing_url', 'subgraphs.products.schema'])
    assert.match(output, new RegExp(fault.replaceAll('.', '\\.')));
});

test('a supergraph.yaml that is not YAML is refused in words', async () => {
  await using folder = await inFolder({ 'supergraph.yaml': 'subgraphs: [' });
  assert.match((await folder.compose()).output, /supergraph\.yaml is not YAML/);
});

test('another version of federation than the installed one is refused', async () => {
  await using folder = await inFolder({ 'supergraph.yaml': config.replace('2.14.0', '2.9.0') });
  const { code, output } = await folder.compose();
  assert.equal(code, 1);
  assert.match(output, /federation_version is =2\.9\.0, but @apollo\/composition 2\.14/);
});

test('a schema that is missing or does not parse is named with its place', async () => {
  await using folder = await inFolder({ 'reviews.graphql': 'type Product {\n  id: ID!\n' });
  assert.match((await folder.compose()).output, /reviews\.graphql:\d+:\d+: Syntax Error/);
  await folder.write('supergraph.yaml', config.replace('reviews.graphql', 'nowhere.graphql'));
  assert.match((await folder.compose()).output, /nowhere\.graphql cannot be read/);
});

test('a variable that is not set and has no default is an error that names it', async () => {
  await using folder = await inFolder({});
  const { code, output } = await folder.compose({ env: {} });
  assert.equal(code, 1);
  assert.match(output, /the environment variable HOST is not set/);
});
