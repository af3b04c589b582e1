import { type EnumType, isCustomScalarType, isEnumType, type ScalarType } from '@apollo/federation-internals';

/** Whether a subgraph's value can be one of a scalar or enum. Of a custom scalar the gateway knows only its name. */
export type LeafCheck = (value: unknown) => boolean;

const numberAsInteger = /^-?(?:0|[1-9]\d*)$/;

export function leafCheck(type: ScalarType | EnumType): LeafCheck {
  if (isEnumType(type)) {
    const names = new Set(type.values.map(({ name }) => name));
    return (value) => typeof value === 'string' && names.has(value);
  }
  if (isCustomScalarType(type)) return () => true;
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
  return typeof value === 'number' && numberAsInteger.test(String(value));
}
