import {
  type GraphQLCompositeType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
} from 'graphql';
import { argumentCoordinate, type CostHints, type ListSize } from './cost-hints.ts';

/** The hints that apply to a selection: for an interface or union, the largest that one of its objects has. */
export interface FieldHints {
  weightOf(type: GraphQLCompositeType, field: string): number | undefined;
  argumentWeightOf(type: GraphQLCompositeType, field: string, argument: string): number | undefined;
  listSizeOf(type: GraphQLCompositeType, field: string): ListSize | undefined;
  /** Of what a field gives. Unless told otherwise, objects weigh 1 and leaves nothing. */
  typeWeightOf(type: GraphQLOutputType): number;
}

export function createFieldHints(schema: GraphQLSchema, { weights, listSizes }: CostHints): FieldHints {
  const coordinatesOf = (type: GraphQLCompositeType, field: string): string[] => {
    const types = isInterfaceType(type) ? [type, ...schema.getPossibleTypes(type)] : [type];
    return types.map(({ name }) => `${name}.${field}`);
  };
  return {
    weightOf: (type, field) =>
      largest(coordinatesOf(type, field).map((coordinate) => weights.get(coordinate))),

    argumentWeightOf: (type, field, argument) =>
      largest(
        coordinatesOf(type, field).map((coordinate) => weights.get(argumentCoordinate(coordinate, argument))),
      ),

    listSizeOf: (type, field) =>
      coordinatesOf(type, field)
        .map((coordinate) => listSizes.get(coordinate))
        .find((listSize) => listSize !== undefined),

    typeWeightOf(type) {
      const named = getNamedType(type);
      const types = isAbstractType(named) ? schema.getPossibleTypes(named) : [named];
      return largest(types.map(({ name }) => weights.get(name))) ?? (isCompositeType(named) ? 1 : 0);
    },
  };
}

export function largest(values: readonly (number | undefined)[]): number | undefined {
  const numbers = values.filter((value) => value !== undefined);
  return numbers.length === 0 ? undefined : Math.max(...numbers);
}
