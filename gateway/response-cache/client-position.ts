import type { IncomingHttpHeaders } from 'node:http';
import { formatPosition, type Position, parsePosition } from '../../cache/position.ts';
import type { Flushed } from './answer-record.ts';

/**
 * Where a client stands that has just written (rules 4 and 10): sent with the answer to its mutation as a header, for
 * those who read it, and as a cookie, for browsers that send it back by themselves. Either holds a position, or the time until
 * which this client looks past the cache, because its own write may not have reached it.
 */
export const positionHeader = 'x-cache-position';
const cookieName = 'cache-position';
/** Longer than anything that a position guards against lasts. */
const cookieSeconds = 30;

export interface ClientPosition {
  /** The client gets nothing from before. */
  readonly after: Position | undefined;
  readonly looksPastCache: boolean;
}

const anywhere: ClientPosition = { after: undefined, looksPastCache: false };

/** @param now in milliseconds since the epoch */
export function positionHeaders({ position, bypassMs }: Flushed, now: number): Record<string, string> {
  const value =
    bypassMs > 0 ? `until-${now + bypassMs}` : position === undefined ? undefined : formatPosition(position);
  if (value === undefined) return {};
  return {
    [positionHeader]: value,
    'set-cookie': `${cookieName}=${value}; Max-Age=${cookieSeconds}; Path=/; HttpOnly; SameSite=Lax`,
  };
}

/**
 * What a client sends is believed as far as it does no harm: at worst it is answered without the cache for a while.
 *
 * @param now in milliseconds since the epoch
 */
export function clientPosition(headers: IncomingHttpHeaders, now = Date.now()): ClientPosition {
  const header = headers[positionHeader];
  const value = typeof header === 'string' ? header : cookieValue(headers.cookie);
  if (value === undefined) return anywhere;
  const [, until] = /^until-(\d{1,15})$/.exec(value) ?? [];
  if (until !== undefined) {
    const remainingMs = Number(until) - now;
    return { after: undefined, looksPastCache: remainingMs > 0 && remainingMs <= cookieSeconds * 1_000 };
  }
  return { after: parsePosition(value), looksPastCache: false };
}

function cookieValue(cookies: string | undefined): string | undefined {
  return cookies
    ?.split(';')
    .map((cookie) => cookie.trim().split('='))
    .find(([name]) => name === cookieName)?.[1];
}
