import childProcess from 'node:child_process';
import dgram from 'node:dgram';
import dns from 'node:dns';
import { appendFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';

/**
 * Loaded into a process before its program (`node --import`): writes down each way out that it takes, one a line, into the file that
 * `WATCHED_CONNECTIONS` names. Everything in Node that connects (http, tls, fetch, undici, Redis, PostgreSQL) does so through
 * `net.Socket.connect`. Names are written down where they are asked for, addresses that are no names are not. A port of its own on the loopback address is `itself`.
 */
const file = process.env.WATCHED_CONNECTIONS ?? '';

const note = (way: string) => appendFileSync(file, `${way}\n`);

/** Has the method note its call before it does what it did. */
function watch(owner: object, method: string, describe: (args: unknown[]) => string | undefined): void {
  const original = Reflect.get(owner, method) as (...args: unknown[]) => unknown;
  Reflect.set(owner, method, function watched(this: unknown, ...args: unknown[]) {
    const way = describe(args);
    if (way !== undefined) note(way);
    return Reflect.apply(original, this, args);
  });
}

/** That this process listens on. */
const ownPorts = new Set<number>();
const emit = net.Server.prototype.emit;
net.Server.prototype.emit = function noted(this: net.Server, event: string, ...args: unknown[]) {
  const address = event === 'listening' ? this.address() : null;
  if (address !== null && typeof address === 'object') ownPorts.add(address.port);
  return Reflect.apply(emit, this, [event, ...args]);
};

watch(net.Socket.prototype, 'connect', ([first, second]) => {
  // (options), (path) or (port, host), or all of these in an array when net calls itself.
  const [target, host] = Array.isArray(first) ? first : [first, second];
  if (typeof target === 'object') {
    if (target.host === '127.0.0.1' && ownPorts.has(Number(target.port))) return 'itself';
    return target.path ?? `${target.host ?? 'localhost'}:${target.port}`;
  }
  return Number.isNaN(Number(target))
    ? String(target)
    : `${typeof host === 'string' ? host : 'localhost'}:${target}`;
});

for (const owner of [dns, dns.promises, dns.Resolver.prototype, dns.promises.Resolver.prototype])
  for (const method of Reflect.ownKeys(owner))
    if (typeof method === 'string' && /^(lookup|resolve|reverse)/.test(method))
      watch(owner, method, ([name]) => (net.isIP(String(name)) === 0 ? `name ${name}` : undefined));

for (const method of ['connect', 'send'])
  watch(
    dgram.Socket.prototype,
    method,
    (args) => `udp ${args.filter((arg) => ['string', 'number'].includes(typeof arg)).join(' ')}`,
  );

// What another program does can't be seen from here.
watch(
  childProcess.ChildProcess.prototype,
  'spawn',
  ([options]) => `program ${(options as { file: string }).file}`,
);
for (const method of ['spawnSync', 'execFileSync', 'execSync'])
  watch(childProcess, method, ([program]) => `program ${program}`);

syncBuiltinESMExports();
