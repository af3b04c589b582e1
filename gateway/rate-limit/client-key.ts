import { addressKey } from '../../platform/address-key.ts';
import type { Viewer } from '../../platform/viewer.ts';

/** Whose account a request is counted on: the viewer's, or without one the address'. */
export function clientKey(viewer: Viewer | null, address: string): string {
  return viewer === null ? addressKey(address) : `viewer:${viewer.subject}`;
}
