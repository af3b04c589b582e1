import type { Runtime } from 'node:inspector';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Packages that are parts of another, or work for it alone, by the beginning of their names. */
const families: readonly (readonly [place: string, packages: readonly string[]])[] = [
  ['undici', ['undici']],
  ['ioredis', ['ioredis', '@ioredis/', 'redis-', 'standard-as-callback', 'denque', 'cluster-key-slot']],
  ['pg', ['pg', 'pg-', 'postgres-', 'split2']],
  ['Prisma', ['@prisma/']],
  ['Apollo Server', ['@apollo/']],
  ['graphql-js', ['graphql']],
  ['pino', ['pino', 'sonic-boom', 'safe-stable-stringify', 'quick-format-unescaped', '@pinojs/']],
  ['Fastify', ['fastify', '@fastify/', 'find-my-way', 'avvio', 'light-my-request', 'fast-querystring']],
];

/** Modules of Node, by what follows `node:`; the first that fits. */
const nodeModules: readonly (readonly [place: string, modules: RegExp])[] = [
  ['undici', /^internal\/deps\/undici/],
  ['node:http', /^(_http_|http$|internal\/http)/],
  ['node:net, streams', /^(net$|stream|_stream|internal\/(streams|stream_base|net|js_stream))/],
  [
    'node:timers, promises, events',
    /^(timers|events|async_hooks|internal\/(timers|process|events|async|promise))/,
  ],
];

/**
 * Where a function is, as a reader of a profile wants to know it: which of our rooms, which package, which part of Node. Undefined for
 * the time in which there was nothing to do.
 *
 * @param root the folder of the project
 */
export function placeOf(
  { functionName, scriptId, url }: Runtime.CallFrame,
  root: string,
): string | undefined {
  switch (functionName) {
    case '(idle)':
    case '(root)':
      return undefined;
    case '(garbage collector)':
      return 'garbage collection';
    case '(program)':
      return "Node's own C++, system calls";
  }
  // What the VM itself has built in belongs to no script; what was made of text at run time has one without an address.
  if (url === '') return scriptId === '0' ? 'native functions called by JavaScript' : 'code made at run time';
  // Undici's parser of HTTP, Prisma's compiler of queries.
  if (url.startsWith('wasm:')) return 'WebAssembly';
  if (url.startsWith('node:')) return placeInNode(url.slice('node:'.length));
  const [ours = '', ...packages] = pathOf(url, root).split('node_modules/');
  const installed = packages.at(-1);
  return installed === undefined ? roomOf(ours) : placeOfPackage(installed);
}

/** The file of a function, from the project's folder or that of packages on, and the line it begins in, for people. */
export function sourceOf({ scriptId, url, lineNumber }: Runtime.CallFrame, root: string): string {
  if (url === '') return scriptId === '0' ? 'native' : 'made at run time';
  const path = /^(node|wasm):/.test(url) ? url : pathOf(url, root).split('node_modules/').at(-1);
  return `${path}:${lineNumber + 1}`;
}

function pathOf(url: string, root: string): string {
  return relative(root, url.startsWith('file:') ? fileURLToPath(url) : url).replaceAll('\\', '/');
}

/** Two folders at most: `gateway/executor`, `platform`. */
function roomOf(path: string): string {
  return path.split('/').slice(0, -1).slice(0, 2).join('/') || path;
}

function placeOfPackage(path: string): string {
  const [first = '', second = ''] = path.split('/');
  const name = first.startsWith('@') ? `${first}/${second}` : first;
  const family = families.find(([, packages]) =>
    packages.some((known) => name === known || (/[-/]$/.test(known) && name.startsWith(known))),
  );
  return family?.[0] ?? name;
}

function placeInNode(module: string): string {
  return nodeModules.find(([, modules]) => modules.test(module))?.[0] ?? 'the rest of Node';
}
