import { once } from 'node:events';

/** What a process holds once the garbage is collected. */
export interface Held {
  readonly heapBytes: number;
  readonly residentBytes: number;
  /** `process.getActiveResourcesInfo()`, counted by type. */
  readonly resources: Readonly<Record<string, number>>;
}

/** A process that was started with --inspect. */
export interface InspectedProcess extends Disposable {
  measure(): Promise<Held>;
}

const expression = `(() => {
  const resources = {};
  for (const type of process.getActiveResourcesInfo()) resources[type] = (resources[type] ?? 0) + 1;
  const { heapUsed, rss } = process.memoryUsage();
  return { heapBytes: heapUsed, residentBytes: rss, resources };
})()`;

/** @param url that the process printed: `ws://127.0.0.1:port/id` */
export async function inspect(url: string): Promise<InspectedProcess> {
  const socket = new WebSocket(url);
  await once(socket, 'open');
  let calls = 0;
  const call = async (method: string, params: object = {}): Promise<unknown> => {
    calls += 1;
    const id = calls;
    socket.send(JSON.stringify({ id, method, params }));
    for (;;) {
      const [event] = (await once(socket, 'message')) as [{ data: string }];
      const answer = JSON.parse(event.data);
      if (answer.id !== id) continue;
      if (answer.error !== undefined) throw new Error(`${method}: ${answer.error.message}`);
      return answer.result;
    }
  };
  return {
    async measure() {
      // What finalizers let go of is garbage of the next time.
      for (let time = 0; time < 3; time += 1) await call('HeapProfiler.collectGarbage');
      const { result } = (await call('Runtime.evaluate', { expression, returnByValue: true })) as {
        result: { value: Held };
      };
      return result.value;
    },
    [Symbol.dispose]: () => socket.close(),
  };
}
