import type { Server } from 'node:http';
import { setImmediate as nextTurn, setTimeout as wait } from 'node:timers/promises';

/** Busy clients ask again within this time; a connection that was idle for so long is hardly used just when it is closed. */
const patienceMs = 500;
const lookMs = 25;

/**
 * Answers for half a second more, and closes each connection after its next answer, which says so. A server that closes idle
 * connections at once meets requests that are just arriving on them; clients can't know whether those were carried out, and
 * don't repeat mutations.
 */
export async function letClientsGo(server: Server): Promise<void> {
  server.prependListener('request', (_request, response) => {
    response.shouldKeepAlive = false;
  });
  const end = performance.now() + patienceMs;
  while (performance.now() < end && (await connectionsOf(server)) > 0) await wait(lookMs);
  // A timer comes before what arrived meanwhile: whoever has connected by now is taken, and read from.
  for (let turn = 0; turn < 2; turn += 1) await nextTurn();
}

function connectionsOf(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.getConnections((error, count) => (error ? reject(error) : resolve(count)));
  });
}
