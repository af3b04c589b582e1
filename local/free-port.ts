import { createServer, type Server } from 'node:net';

/** The system may choose a port again as soon as it is closed, and whoever asked for it has not begun to listen yet. */
const given = new Set<number>();

/** A port on the loopback address that nothing listens on at this moment, and that this process was not given before. */
export async function freePort(): Promise<number> {
  let port = await chosenPort();
  while (given.has(port)) port = await chosenPort();
  given.add(port);
  return port;
}

/** Whether a server could listen on this port of the loopback address now. */
export async function isPortFree(port: number): Promise<boolean> {
  try {
    await close(await listen(port));
    return true;
  } catch {
    return false;
  }
}

async function chosenPort(): Promise<number> {
  const server = await listen(0);
  const address = server.address();
  await close(server);
  if (address === null || typeof address === 'string')
    throw new Error('A TCP server has an address and a port.');
  return address.port;
}

function listen(port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}
