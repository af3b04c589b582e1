import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { BlockList } from 'node:net';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import { z } from 'zod';
import { readGatewayConfig } from '../../gateway/config.ts';
import { readPostsConfig } from '../../subgraphs/posts/config.ts';
import { readUsersConfig } from '../../subgraphs/users/config.ts';
import { readEnvExample, readText, readYaml, root } from './house-files.ts';

/** Given by the image, or the same in every container. */
const setElsewhere = ['HOST', 'NODE_ENV', 'PORT', 'ADMIN_PORT', 'SUPERGRAPH_FILE', 'EXAMPLE_DOCUMENT_FILE'];

const configurations = [
  { name: 'gateway-1', section: 'Gateway', read: readGatewayConfig },
  { name: 'gateway-2', section: 'Gateway', read: readGatewayConfig },
  { name: 'users', section: 'Users', read: readUsersConfig },
  { name: 'posts', section: 'Posts', read: readPostsConfig },
];

const serviceSchema = z.object({
  image: z.string(),
  build: z.string().optional(),
  command: z.array(z.string()).default(['gateway/main.ts']),
  environment: z.record(z.string(), z.string()).default({}),
  ports: z.array(z.string()).optional(),
  networks: z
    .union([
      z.array(z.string()).transform((names) => new Map(names.map((name) => [name, '']))),
      z
        .record(z.string(), z.object({ ipv4_address: z.string() }).nullable())
        .transform((all) => new Map(Object.entries(all).map(([name, it]) => [name, it?.ipv4_address ?? '']))),
    ])
    .default(new Map()),
  extra_hosts: z.array(z.string()).default([]),
  read_only: z.boolean().optional(),
  cap_drop: z.array(z.string()).optional(),
  stop_grace_period: z.string().optional(),
});

const compose = z
  .object({
    services: z.record(z.string(), serviceSchema),
    networks: z.record(z.string(), z.looseObject({ internal: z.boolean().default(false) })),
  })
  .parse(readYaml('compose.yaml'));

const service = (name: string) => {
  const found = compose.services[name];
  assert.ok(found, `compose.yaml has no service ${name}`);
  return found;
};
const ours = Object.entries(compose.services).filter(([, { build }]) => build !== undefined);
const exampleNames = (section: string) => (readEnvExample().get(section) ?? []).map(({ name }) => name);

test('compose.yaml follows the Compose Specification', () => {
  // The specification's schema, as the linter dclint ships it.
  const linter = fileURLToPath(import.meta.resolve('dclint/package.json'));
  const { $schema: _, ...schema } = JSON.parse(
    readFileSync(linter.replace('package.json', 'schemas/compose.schema.json'), 'utf8'),
  );
  const validate = new Ajv({ strict: false, allErrors: true, validateFormats: false }).compile(schema);
  validate(readYaml('compose.yaml'));
  assert.equal(validate.errors, null);
});

test('only nginx is published', () => {
  const published = Object.entries(compose.services).filter(([, { ports }]) => ports !== undefined);
  assert.deepEqual(
    published.map(([name]) => name),
    ['nginx'],
  );
});

test('nginx reaches the gateways and nothing behind them', () => {
  const neighbours = Object.entries(compose.services)
    .filter(([, { networks }]) =>
      [...networks.keys()].some((network) => service('nginx').networks.has(network)),
    )
    .map(([name]) => name);
  assert.deepEqual(neighbours.sort(), ['gateway-1', 'gateway-2', 'nginx']);
  for (const [name, { internal }] of Object.entries(compose.networks))
    assert.equal(internal, name !== 'edge', name);
});

test('no gateway reaches a database', () => {
  for (const name of ['gateway-1', 'gateway-2'])
    for (const network of service('postgres').networks.keys())
      assert.ok(!service(name).networks.has(network), `${name} is in ${network}`);
});

test('every container gives up its privileges and its file system', () => {
  for (const [name, { read_only, cap_drop }] of Object.entries(compose.services)) {
    assert.equal(read_only, true, name);
    assert.deepEqual(cap_drop, ['ALL'], name);
  }
});

test('the gateways trust exactly the network that nginx calls them from', () => {
  for (const name of ['gateway-1', 'gateway-2']) {
    const { environment, networks } = service(name);
    const [subnet = '', bits = ''] = (environment.TRUSTED_PROXIES ?? '').split('/');
    const edge = z
      .object({ ipam: z.object({ config: z.tuple([z.object({ subnet: z.string() })]) }) })
      .parse(compose.networks.edge).ipam.config[0].subnet;
    assert.equal(`${subnet}/${bits}`, edge);
    const range = new BlockList();
    range.addSubnet(subnet, Number(bits));
    assert.ok(range.check(networks.get('edge') ?? ''));
  }
});

test("nginx's upstream is the two gateways, at the addresses they have", () => {
  const upstream = Array.from(
    readText('deploy/nginx.conf').matchAll(/^\s+server ([\w-]+):4000 /gm),
    ([, name = '']) => name,
  );
  assert.deepEqual(upstream, ['gateway-1', 'gateway-2']);
  assert.deepEqual(
    service('nginx').extra_hosts,
    upstream.map((name) => `${name}:${service(name).networks.get('edge')}`),
  );
});

test('compose.yaml and the script that makes the secrets give every process a usable configuration', () => {
  const given = interpolation(newSecrets());
  for (const { name, read } of configurations) {
    const environment = Object.entries(service(name).environment);
    read(Object.fromEntries(environment.map(([key, value]) => [key, given(value)])));
  }
});

test('compose.yaml sets what the process reads, and hands on everything that .env may hold for it', () => {
  for (const { name, section } of configurations) {
    const known = [...exampleNames('Every service'), ...exampleNames(section)];
    const set = Object.keys(service(name).environment);
    assert.deepEqual(
      set.filter((variable) => !known.includes(variable)),
      [],
      `${name} is given what it doesn't read`,
    );
    assert.deepEqual(
      known.filter((variable) => !set.includes(variable) && !setElsewhere.includes(variable)),
      [],
      `${name} isn't given what .env.example offers`,
    );
  }
  for (const [name, { command, environment }] of ours) {
    if (configurations.some((configuration) => configuration.name === name)) continue;
    for (const variable of Object.keys(environment))
      assert.match(readText(command[0] ?? ''), new RegExp(`\\b${variable}\\b`), name);
  }
});

test('.env.example has every variable that compose.yaml takes from outside', () => {
  const documented = [...readEnvExample().values()].flat().map(({ name }) => name);
  const taken = Array.from(readText('compose.yaml').matchAll(/\$\{(\w+)/g), ([, name = '']) => name);
  assert.deepEqual([...new Set(taken)].filter((name) => !documented.includes(name)).sort(), []);
});

test('a container that is stopped has longer than the longest request', () => {
  const { REQUEST_TIMEOUT_MS: deadline } = readGatewayConfig({ SUBGRAPH_SECRET: 's'.repeat(32) });
  for (const { name } of [...configurations, { name: 'nginx' }]) {
    const seconds = Number.parseInt(service(name).stop_grace_period ?? '', 10);
    assert.ok(seconds * 1_000 > deadline + 2_000, name);
  }
});

function newSecrets(): Record<string, string> {
  const lines = execFileSync('sh', ['deploy/secrets.sh'], { cwd: root, encoding: 'utf8' }).trim().split('\n');
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );
}

/** What Compose makes of `${NAME:-default}` and `${NAME:?message}`. */
function interpolation(env: Record<string, string>) {
  return (value: string) =>
    value.replaceAll(/\$\{(\w+):([-?])([^}]*)\}/g, (_all, name: string, mode: string, rest: string) => {
      const found = env[name] ?? '';
      assert.ok(found !== '' || mode === '-', `${name}: ${rest}`);
      return found === '' ? rest : found;
    });
}
