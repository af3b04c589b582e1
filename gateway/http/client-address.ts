import type { IncomingMessage } from 'node:http';
import proxyAddr from '@fastify/proxy-addr';

/** Tells a request's client by its address. */
export type ClientAddress = (request: IncomingMessage) => string;

/**
 * @param trustedProxies addresses or networks whose `X-Forwarded-For` is believed: what they say of whoever sent them the
 *   request, and what that one says if it is trusted, too
 */
export function createClientAddress(trustedProxies: readonly string[]): ClientAddress {
  if (trustedProxies.length === 0) return (request) => request.socket.remoteAddress ?? '';
  const isTrusted = proxyAddr.compile([...trustedProxies]);
  return (request) => proxyAddr(request, isTrusted);
}
