import { isIPv6 } from 'node:net';

/**
 * What an address is counted as. Whoever has an IPv6 address has its whole /64 network, so that counts as one.
 */
export function addressKey(address: string): string {
  if (!address.includes(':') || !isIPv6(address)) return `address:${address}`;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  return mapped === undefined ? `network:${network64(address)}` : `address:${mapped}`;
}

/** The first four groups of an IPv6 address, with `::` written out. */
function network64(address: string): string {
  const [head = '', tail] = (address.split('%')[0] ?? '').split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const gap = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length);
  return [...before, ...Array<string>(gap).fill('0'), ...after].slice(0, 4).join(':').toLowerCase();
}
