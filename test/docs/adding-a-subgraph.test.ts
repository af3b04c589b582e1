import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { freePort } from '../../local/free-port.ts';
import { seed } from '../../prisma/seed/seed.ts';
import { until } from '../support/poll.ts';
import { startSupergraph } from '../support/supergraph.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');

test('docs/adding-a-subgraph.md, followed word for word, adds a subgraph to a running gateway', async () => {
  await using opening = new AsyncDisposableStack();
  const copy = await copyOfTheProject();
  opening.defer(() => rm(copy, { recursive: true, force: true }));
  const supergraph = opening.use(
    await startSupergraph({ SUPERGRAPH_FILE: join(copy, 'supergraph.graphql') }),
  );
  await seed({
    usersUrl: supergraph.usersDatabase.url,
    postsUrl: supergraph.postsDatabase.url,
    users: 5,
    posts: 5,
    notEmpty: 'refuse',
  });
  const port = await freePort();
  const environment = {
    ...process.env,
    READING_URL: `http://127.0.0.1:${port}/graphql`,
    PORT: String(port),
    ADMIN_PORT: '0',
    SUBGRAPH_SECRET: supergraph.secret,
    LOG_LEVEL: 'silent',
  };
  const inCopy = { cwd: copy, env: environment };

  const steps = fencedBlocks(await readFile(join(root, 'docs/adding-a-subgraph.md'), 'utf8'));
  let asked = false;
  for (const { language, attributes, content } of steps) {
    if (attributes.file !== undefined) {
      await mkdir(dirname(join(copy, attributes.file)), { recursive: true });
      await writeFile(join(copy, attributes.file), content);
    } else if (attributes.append !== undefined) {
      await appendFile(join(copy, attributes.append), content);
    } else if (attributes.run === 'background') {
      const [command = '', ...args] = content.trim().split(' ');
      const child = spawn(command === 'node' ? process.execPath : command, args, {
        ...inCopy,
        stdio: 'inherit',
      });
      opening.defer(async () => {
        child.kill();
        await once(child, 'exit');
      });
    } else if (language === 'sh') {
      await run('sh', ['-ec', content], inCopy);
    } else if (attributes.query !== undefined) {
      const { posts } = await until('an answer from the new subgraph', () => ask(supergraph.url, content));
      assert.equal(typeof posts.nodes[0]?.title, 'string');
      assert.equal(posts.nodes[0]?.readingMinutes, 1);
      asked = true;
    } else assert.fail(`The page has a step that this test does not know: ${language}`);
  }
  assert(asked);
  // What the page tells people to write must pass the compiler, too.
  await run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc')], inCopy);
});

interface Answer {
  posts: { nodes: { title?: unknown; readingMinutes?: unknown }[] };
}

/** The data; undefined while the gateway or the subgraph is not there yet. */
async function ask(url: string, query: string): Promise<Answer | undefined> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  const { data, errors } = (await response.json()) as { data?: Answer; errors?: unknown };
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  return data;
}

interface Block {
  readonly language: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly content: string;
}

function fencedBlocks(page: string): Block[] {
  return [...page.matchAll(/^```(\w+) ?(.*)\n([\s\S]*?)^```$/gm)].map(
    ([, language = '', attributes = '', content = '']) => ({
      language,
      attributes: Object.fromEntries(
        attributes
          .split(' ')
          .filter((attribute) => attribute !== '')
          .map((attribute) => {
            const [name = '', value = ''] = attribute.split('=');
            return [name, value];
          }),
      ),
      content,
    }),
  );
}

/** Everything but what an install or a start makes; the packages are shared. */
async function copyOfTheProject(): Promise<string> {
  const copy = await mkdtemp(join(tmpdir(), 'supergraph-docs-'));
  const leftOut = new Set(['node_modules', '.git', '.local', 'test']);
  await cp(root, copy, { recursive: true, filter: (source) => !leftOut.has(basename(source)) });
  await symlink(join(root, 'node_modules'), join(copy, 'node_modules'));
  return copy;
}
