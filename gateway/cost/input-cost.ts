import { type GraphQLInputType, type GraphQLNamedInputType, getNamedType, isInputObjectType } from 'graphql';
import type { CostHints } from './cost-hints.ts';

/** What the values of arguments cost: the weights of their types and of the fields of input objects that are given. */
export interface InputCost {
  /** Whether a value of this type can cost anything. */
  mayCost(type: GraphQLInputType): boolean;
  of(type: GraphQLInputType, value: unknown): number;
}

export function createInputCost({ weights }: Pick<CostHints, 'weights'>): InputCost {
  const mayCost = (type: GraphQLInputType, seen = new Set<GraphQLNamedInputType>()): boolean => {
    const named = getNamedType(type);
    if (seen.has(named)) return false;
    seen.add(named);
    if (weights.has(named.name)) return true;
    if (!isInputObjectType(named)) return false;
    return Object.values(named.getFields()).some(
      (field) => weights.has(`${named.name}.${field.name}`) || mayCost(field.type, seen),
    );
  };

  const of = (type: GraphQLInputType, value: unknown): number => {
    if (value === undefined || value === null) return 0;
    if (Array.isArray(value)) return value.reduce<number>((sum, item) => sum + of(type, item), 0);
    const named = getNamedType(type);
    let cost = weights.get(named.name) ?? 0;
    if (isInputObjectType(named))
      for (const field of Object.values(named.getFields())) {
        const given = (value as Record<string, unknown>)[field.name];
        if (given !== undefined)
          cost += (weights.get(`${named.name}.${field.name}`) ?? 0) + of(field.type, given);
      }
    return cost;
  };

  return { mayCost: (type) => mayCost(type), of };
}
