import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';

/** Longer than the gateways and nginx let anybody wait: who reaches it was forgotten. */
const patienceMs = 10_000;

/** What became of a request. */
export interface Outcome {
  /**
   * - `whole`: all that was asked for, without an error
   * - `partial`: some of it, and errors with codes
   * - `refused`: errors with codes alone
   * - `broken`: no answer at all, or one that doesn't say in the documented way what is wrong
   */
  readonly kind: 'whole' | 'partial' | 'refused' | 'broken';
  readonly codes: readonly string[];
  /** The answer was kept, and nobody executed anything for it. */
  readonly hit: boolean;
  readonly text: string;
  /** What the client of a mutation sends back, to see what it wrote. */
  readonly position: string;
}

/**
 * Sends one operation, on a connection of its own, as different clients do. One that is refused before anything was sent goes to
 * the next address, whatever it is: that is what balancers do.
 */
export async function send(
  urls: readonly string[],
  query: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Outcome> {
  for (const url of urls)
    try {
      return await sendTo(url, query, headers);
    } catch (error) {
      // One that was not accepted before the server closed its port is reset, not refused.
      if ((error as NodeJS.ErrnoException).syscall !== 'connect') return broken(String(error));
    }
  return broken('nobody listens');
}

async function sendTo(
  url: string,
  query: string,
  headers: Readonly<Record<string, string>>,
): Promise<Outcome> {
  const asking = request(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    agent: false,
    signal: AbortSignal.timeout(patienceMs),
  });
  asking.end(JSON.stringify({ query }));
  const [answer] = (await once(asking, 'response')) as [IncomingMessage];
  const header = (name: string) => String(answer.headers[name] ?? '');
  return {
    ...judge(await text(answer)),
    hit: /^[^,]*;\s*hit/.test(header('cache-status')),
    position: header('x-cache-position'),
  };
}

function judge(text: string): Omit<Outcome, 'hit' | 'position'> {
  let answer: { data?: object | null; errors?: { extensions?: { code?: unknown } }[] };
  try {
    answer = JSON.parse(text);
  } catch {
    return broken(`answered with ${text.slice(0, 200)}`);
  }
  const { data, errors = [] } = answer;
  const codes = errors.map(({ extensions }) => extensions?.code);
  if (codes.some((code) => typeof code !== 'string')) return broken(`an error without a code: ${text}`);
  const some = data !== undefined && data !== null && Object.values(data).some((value) => value !== null);
  if (codes.length > 0) return { kind: some ? 'partial' : 'refused', codes: codes.map(String), text };
  return some ? { kind: 'whole', codes: [], text } : broken(`neither data nor errors: ${text}`);
}

function broken(text: string): Outcome {
  return { kind: 'broken', codes: [], hit: false, text, position: '' };
}
