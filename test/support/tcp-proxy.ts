import { once } from 'node:events';
import { connect, createServer, type NetConnectOpts, type Socket } from 'node:net';

/** Stands between clients and a server, and does to their connections what networks do. */
export interface TcpProxy extends AsyncDisposable {
  readonly port: number;
  /** Every piece of data arrives so much later, in both directions; 0: as it was. */
  delay(ms: number): void;
  /** Connections stay, and new ones are made, but nothing arrives any more; false: what was held back arrives. */
  blackHole(on: boolean): void;
  /** Ends connections: all, or those that `which` names, in the order in which they were made. */
  cut(which?: (index: number) => boolean): void;
  /** New connections go to another server; those that there are stay where they are. */
  switchTo(target: NetConnectOpts): void;
}

export async function startTcpProxy(first: NetConnectOpts): Promise<TcpProxy> {
  let target = first;
  let delayMs = 0;
  let hole: PromiseWithResolvers<void> | undefined;
  const clients = new Set<Socket>();

  const forward = async (from: Socket, to: Socket) => {
    // One piece after the other, so that they stay in their order.
    for await (const piece of from) {
      if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, delayMs));
      await hole?.promise;
      to.write(piece);
    }
    to.end();
  };

  const proxy = createServer((client) => {
    const server = connect(target);
    clients.add(client);
    // Whatever ends one side, or breaks it, ends the other.
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      one.on('error', () => {});
      one.on('close', () => other.destroy());
      forward(one, other).catch(() => {});
    }
    client.on('close', () => clients.delete(client));
  }).listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const address = proxy.address();
  const cut = (which = (_index: number) => true) => {
    for (const [index, client] of [...clients].entries()) if (which(index)) client.destroy();
  };

  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    delay(ms) {
      delayMs = ms;
    },
    blackHole(on) {
      hole?.resolve();
      hole = on ? Promise.withResolvers() : undefined;
    },
    cut,
    switchTo(next) {
      target = next;
    },
    async [Symbol.asyncDispose]() {
      hole?.resolve();
      proxy.close();
      cut();
      await once(proxy, 'close');
    },
  };
}
