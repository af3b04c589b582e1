import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '../../local/free-port.ts';
import type { Answer } from '../measure/ask.ts';
import { startProcess } from './process.ts';
import type { BenchRedis } from './redis.ts';
import type { System } from './system.ts';

/** What constant.main.ts is told. */
export interface ConstantAnswer {
  readonly port: number;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Base64. */
  readonly body: string;
  /** Where the body is read from for every request; without, it is in memory. */
  readonly redis?: { readonly socket: string; readonly key: string };
}

/** Of what the measured answer has: those without which a client could not read it. */
const neededHeaders = ['content-type', 'content-encoding', 'etag'];

/** A bare node:http server in a process of its own, that answers everything with the bytes of `answer`. */
export async function startConstant(options: {
  id: string;
  name: string;
  answer: Answer;
  /** Has it read the body from there, with one GET for every request. */
  redis?: BenchRedis;
  folder: string;
  signal: AbortSignal;
}): Promise<System & AsyncDisposable> {
  const { id, name, answer, redis, folder, signal } = options;
  const port = await freePort();
  const key = `constant:${id}`;
  await redis?.client.set(key, answer.body);
  const kept = Object.entries(answer.headers).filter(([header]) => neededHeaders.includes(header));
  const hasBody = answer.status !== 304;
  const told: ConstantAnswer = {
    port,
    status: answer.status,
    headers: {
      ...Object.fromEntries(kept.map(([header, value]) => [header, String(value)])),
      ...(hasBody ? { 'content-length': String(answer.body.length) } : {}),
    },
    body: answer.body.toString('base64'),
    ...(redis ? { redis: { socket: redis.socket, key } } : {}),
  };
  const file = join(folder, `${id}.json`);
  await writeFile(file, JSON.stringify(told));
  const url = `http://127.0.0.1:${port}/graphql`;
  const started = await startProcess({
    name: id,
    args: [join(import.meta.dirname, 'constant.main.ts'), file],
    readyUrl: url,
    folder,
    signal,
  });
  return {
    id,
    name,
    url,
    processes: { server: started.pid, ...(redis ? { Redis: redis.pid } : {}) },
    ...(redis ? { counters: redis.counters } : {}),
    isHit: () => true,
    [Symbol.asyncDispose]: () => started[Symbol.asyncDispose](),
  };
}
