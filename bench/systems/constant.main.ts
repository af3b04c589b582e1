import { readFile } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import { Redis } from 'ioredis';
import type { ConstantAnswer } from './constant.ts';

/** The floor: node:http and one answer to everything, as the file in the first argument says. */
const answer: ConstantAnswer = JSON.parse(await readFile(process.argv[2] ?? '', 'utf8'));
const constant = Buffer.from(answer.body, 'base64');
const redis = answer.redis && new Redis(answer.redis.socket);

const server = createServer((request, response) => {
  request.resume();
  request.on('end', () => void reply(response));
});
server.listen(answer.port, '127.0.0.1');

async function reply(response: ServerResponse): Promise<void> {
  const body = redis && answer.redis ? await redis.getBuffer(answer.redis.key) : constant;
  response.writeHead(answer.status, answer.headers);
  response.end(body);
}
