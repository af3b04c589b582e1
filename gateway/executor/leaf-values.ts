import { type EnumType, isCustomScalarType, isEnumType, type ScalarType } from '@apollo/federation-internals';

/** Whether a subgraph's value can be one of a scalar or enum. Of a custom scalar the gateway knows its name, and no form. */
export type LeafCheck = (value: unknown) => boolean;

/** Far above what anybody means, and below what `JSON.stringify` can write: it would fail the whole answer. */
const mostLevels = 500;

/** From here on JSON has integers with an exponent, in which Apollo sees none. */
const firstWithExponent = 1e21;

export function leafCheck(type: ScalarType | EnumType): LeafCheck {
  if (isEnumType(type)) {
    const names = new Set(type.values.map(({ name }) => name));
    return (value) => typeof value === 'string' && names.has(value);
  }
  if (isCustomScalarType(type)) return (value) => isNestedAtMost(mostLevels, value);
  switch (type.name) {
    case 'Boolean':
      return (value) => typeof value === 'boolean';
    case 'Int':
      return isInteger;
    case 'Float':
      return (value) => typeof value === 'number' && Number.isFinite(value);
    case 'ID':
      return (value) => typeof value === 'string' || isInteger(value);
    default:
      return (value) => typeof value === 'string';
  }
}

function isInteger(value: unknown): boolean {
  return typeof value === 'number' && Number.isInteger(value) && Math.abs(value) < firstWithExponent;
}

function isNestedAtMost(levels: number, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return levels > 0 && Object.values(value).every((part) => isNestedAtMost(levels - 1, part));
}
