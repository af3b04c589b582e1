import {
  type ArgumentNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isCompositeType,
  isListType,
  isUnionType,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
  type ValueNode,
  valueFromASTUntyped,
} from 'graphql';
import { type Amount, amountFor, productOf, sumOf, type Variables } from './amount.ts';
import type { CostHints } from './cost-hints.ts';
import { createFieldHints } from './field-hints.ts';
import { createInputCost, type InputCost } from './input-cost.ts';
import { defaultListSize, pageSizeOf, type SizedBelow, sizedBelow, sizeOf } from './list-sizes.ts';
import { type VariableValues, variableValues } from './variable-values.ts';

/** What an operation costs with these variables, in points. Quick: the document isn't looked at again. */
export type OperationCost = (variables: Variables) => number;

export interface OperationCosts {
  /** @param document valid: fragments without cycles, fields that there are */
  compile(document: DocumentNode, operation: OperationDefinitionNode): OperationCost;
}

/** Of a mutation's root field that nobody says anything about: it writes. Apollo Router's number. */
const mutationWeight = 10;

/**
 * Estimates what operations cost before they are executed, from `@cost` and `@listSize`:
 *
 *     cost of a field = its weight + its arguments' + items x (the weight of its type + the cost of what is selected there)
 *
 * A field's weight is 0 unless `@cost` says otherwise (10 for mutations), a type's 1, and 0 for scalars and enums. Items are
 * 1 unless it is a list: then what `@listSize` says, or the page arguments, or 10. What is asked for twice costs twice.
 */
export function createOperationCosts(schema: GraphQLSchema, hints: CostHints): OperationCosts {
  const inputCost = createInputCost(hints);
  const { weightOf, argumentWeightOf, typeWeightOf, listSizeOf } = createFieldHints(schema, hints);

  return {
    compile(document, operation) {
      const fragments = new Map<string, FragmentDefinitionNode>();
      for (const definition of document.definitions)
        if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
      const values = variableValues(operation);

      const ofSelections = (
        type: GraphQLCompositeType,
        { selections }: SelectionSetNode,
        sized: SizedBelow | undefined,
      ): Amount =>
        sumOf(
          selections.map((selection) =>
            unlessSkipped(selection, ofSelection(type, selection, sized), values),
          ),
        );

      const ofSelection = (
        type: GraphQLCompositeType,
        selection: SelectionNode,
        sized: SizedBelow | undefined,
      ): Amount => {
        switch (selection.kind) {
          case Kind.FIELD:
            return ofField(type, selection, sized);
          case Kind.INLINE_FRAGMENT:
            return ofSelections(
              narrowed(type, selection.typeCondition?.name.value),
              selection.selectionSet,
              sized,
            );
          case Kind.FRAGMENT_SPREAD: {
            const fragment = fragments.get(selection.name.value);
            if (fragment === undefined) return 0;
            return ofSelections(
              narrowed(type, fragment.typeCondition.name.value),
              fragment.selectionSet,
              sized,
            );
          }
        }
      };

      const ofField = (
        type: GraphQLCompositeType,
        node: FieldNode,
        sized: SizedBelow | undefined,
      ): Amount => {
        const name = node.name.value;
        // Introspection has none: the gateway answers it without asking anybody.
        const field = isUnionType(type) ? undefined : type.getFields()[name];
        if (field === undefined) return 0;
        const listSize = listSizeOf(type, name) ?? pageSizeOf(field);
        const size = listSize && sizeOf(listSize, field, node.arguments, values);
        const isList = isListType(getNullableType(field.type));
        const items = !isList ? 1 : sized?.covers(name) ? sized.size : (size ?? defaultListSize);
        const below = listSize && size !== undefined ? sizedBelow(listSize, size, isList) : undefined;
        const named = getNamedType(field.type);
        const inside =
          node.selectionSet !== undefined && isCompositeType(named)
            ? ofSelections(named, node.selectionSet, below)
            : 0;
        return sumOf([
          weightOf(type, name) ?? (type === schema.getMutationType() ? mutationWeight : 0),
          ...(node.arguments ?? []).map((argument) => ofArgument(type, field, argument)),
          productOf(items, sumOf([typeWeightOf(field.type), inside])),
        ]);
      };

      const ofArgument = (
        type: GraphQLCompositeType,
        field: GraphQLField<unknown, unknown>,
        { name, value }: ArgumentNode,
      ): Amount => {
        const definition = field.args.find((argument) => argument.name === name.value);
        if (definition === undefined) return 0;
        return sumOf([argumentWeightOf(type, field.name, name.value) ?? 0, ofValue(definition.type, value)]);
      };

      const ofValue = (type: GraphQLInputType, node: ValueNode): Amount => {
        if (!inputCost.mayCost(type)) return 0;
        return costOfInput(inputCost, type, node, values);
      };

      const narrowed = (type: GraphQLCompositeType, condition: string | undefined): GraphQLCompositeType => {
        const named = condition === undefined ? undefined : schema.getType(condition);
        return isCompositeType(named) ? named : type;
      };

      const root = schema.getRootType(operation.operation);
      const cost = root ? ofSelections(root, operation.selectionSet, undefined) : 0;
      return costOf(cost);
    },
  };
}

// What is remembered for as long as the document is made out here: a function made in there would hold on to the whole syntax tree.

function costOf(amount: Amount): OperationCost {
  return (variables) => amountFor(amount, variables);
}

function costOfInput(
  inputCost: InputCost,
  type: GraphQLInputType,
  node: ValueNode,
  values: VariableValues,
): Amount {
  return (variables) => inputCost.of(type, valueFromASTUntyped(node, values.all(variables)));
}

function unlessSkipped({ directives }: SelectionNode, amount: Amount, values: VariableValues): Amount {
  let left = amount;
  for (const { name, arguments: [condition] = [] } of directives ?? []) {
    if (name.value !== 'skip' && name.value !== 'include') continue;
    if (condition === undefined) continue;
    const wanted = name.value === 'include';
    const { value } = condition;
    if (value.kind === Kind.BOOLEAN) left = value.value === wanted ? left : 0;
    else if (value.kind === Kind.VARIABLE) left = whenVariable(value.name.value, wanted, left, values);
  }
  return left;
}

function whenVariable(name: string, wanted: boolean, amount: Amount, values: VariableValues): Amount {
  return (variables) => (values.of(name, variables) === !wanted ? 0 : amountFor(amount, variables));
}
