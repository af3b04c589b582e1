import { type ArgumentNode, type GraphQLField, Kind, valueFromASTUntyped } from 'graphql';
import { pageArguments } from '../limits/page-arguments.ts';
import type { Amount, Variables } from './amount.ts';
import type { ListSize } from './cost-hints.ts';
import { largest } from './field-hints.ts';
import type { VariableValues } from './variable-values.ts';

/** Of lists that nobody says anything about. */
export const defaultListSize = 10;

/** The size that a field gives the lists right below it, as a connection does to its edges. */
export interface SizedBelow {
  readonly size: Amount;
  readonly covers: (field: string) => boolean;
}

/** Without a directive, the page arguments say how large the list is, or the lists right below what isn't one. */
export function pageSizeOf({ args }: GraphQLField<unknown, unknown>): ListSize | undefined {
  const slicingArguments = pageArguments.filter((name) => args.some((argument) => argument.name === name));
  if (slicingArguments.length === 0) return undefined;
  return { assumedSize: undefined, slicingArguments, sizedFields: [] };
}

export function sizedBelow({ sizedFields }: ListSize, size: Amount, isList: boolean): SizedBelow | undefined {
  if (sizedFields.length > 0) return { size, covers: (field) => sizedFields.includes(field) };
  return isList ? undefined : { size, covers: () => true };
}

/** The largest that an argument asks for; without one, what the schema assumes. */
export function sizeOf(
  { assumedSize, slicingArguments }: ListSize,
  field: GraphQLField<unknown, unknown>,
  given: readonly ArgumentNode[] | undefined,
  values: VariableValues,
): Amount {
  const sizes = slicingArguments.map((slicing) => {
    const node = given?.find(({ name }) => name.value === slicing);
    const byDefault = sizeIn(field.args.find(({ name }) => name === slicing)?.defaultValue);
    if (node === undefined) return byDefault;
    if (node.value.kind !== Kind.VARIABLE) return sizeIn(valueFromASTUntyped(node.value));
    const variable = node.value.name.value;
    return (variables: Variables) => sizeIn(values.of(variable, variables)) ?? byDefault;
  });
  const pick = (variables: Variables) =>
    largest(sizes.map((size) => (typeof size === 'function' ? size(variables) : size))) ??
    assumedSize ??
    defaultListSize;
  return sizes.some((size) => typeof size === 'function') ? pick : pick({});
}

/** undefined for what is no size: left out, null, or refused later for its type. */
function sizeIn(value: unknown): number | undefined {
  return typeof value === 'number' && !Number.isNaN(value) ? Math.max(0, value) : undefined;
}
