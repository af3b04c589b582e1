import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';

/** One thing that somebody wrote or was sent, and where it was seen. */
export interface Seen {
  readonly where: string;
  readonly text: string;
}

interface Asking {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** What is sent as it is; an object as JSON. */
  readonly body?: string | object;
}

/** Asks, and keeps all that comes back: status, headers and body. */
export function createRecordingClient(seen: Seen[]) {
  return async (where: string, url: string, asking: Asking = {}) => {
    const { method = 'POST', headers = {}, body = '' } = asking;
    const outgoing = request(url, {
      method,
      agent: false,
      headers: { 'content-type': 'application/json', ...headers },
    });
    // One who is refused before all is sent may find the connection closed, after the answer.
    outgoing.on('error', () => {});
    outgoing.end(typeof body === 'string' ? body : JSON.stringify(body));
    const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
    const content = await text(answer).catch(() => '');
    const head = `${answer.statusCode} ${answer.statusMessage}\n${answer.rawHeaders.join('\n')}`;
    seen.push({ where, text: `${head}\n\n${content}` });
    return { head, content };
  };
}

/** In whichever form it may be written: as it is, in base64, escaped for an address or for JSON. */
export function formsOf(secret: string): string[] {
  const encoded = Buffer.from(secret).toString('base64').replaceAll('=', '');
  return [...new Set([secret, encoded, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)])];
}

/** Where one of these texts was seen: what is found, with what is around it. */
export function findings(seen: readonly Seen[], texts: readonly string[]): string[] {
  return seen.flatMap(({ where, text: content }) =>
    texts.flatMap((wanted) => {
      const at = content.indexOf(wanted);
      return at === -1 ? [] : [`${where}: ${content.slice(Math.max(0, at - 100), at + wanted.length + 50)}`];
    }),
  );
}
