import { uuidOf } from '../../../platform/global-id.ts';

/**
 * The UUID that a representation of the type stands for; null if it stands for nothing. A representation is JSON of which
 * only the `__typename` was looked at, so its id may be anything.
 */
export function referencedUuid(type: string, representation: { readonly id: unknown }): string | null {
  return typeof representation.id === 'string' ? uuidOf(type, representation.id) : null;
}
