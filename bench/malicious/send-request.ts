import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import type { CorpusRequest } from './requests.ts';

const pieceBytes = 32 * 1024;
const acceptedBytes = 256 * 1024;

/**
 * Sends one request on a connection of its own, as far as the server wants it: one that is refused for its size is
 * answered before all of it was sent.
 */
export async function sendRequest(
  url: string,
  { method, search, headers, body }: CorpusRequest,
): Promise<{ status: number; body: string }> {
  const bytes = Buffer.from(body);
  const length = method === 'GET' ? {} : { 'content-length': bytes.length };
  const asking = request(`${url}${search}`, { method, headers: { ...headers, ...length }, agent: false });
  let response: IncomingMessage | undefined;
  const responding = once(asking, 'response').then(([first]: IncomingMessage[]) => {
    response = first;
  });
  asking.write(bytes.subarray(0, pieceBytes));
  // What is announced as more than the gateway takes is refused at once; it hangs up on whoever goes on sending.
  if (bytes.length <= acceptedBytes) asking.end(bytes.subarray(pieceBytes));
  await responding;
  // From here on the server may hang up on what it doesn't want to read.
  asking.on('error', () => {});
  if (response === undefined) throw new Error('no response');
  const answer = { status: response.statusCode ?? 0, body: await text(response) };
  asking.destroy();
  return answer;
}
