import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNullableType,
  isAbstractType,
  isLeafType,
  isNonNullType,
  Kind,
  type OperationDefinitionNode,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import type { RequestContext } from '../request-context.ts';
import type { AskedFields } from '../row-columns.ts';
import { type CacheHint, createCachePolicy, type FieldHint, fieldHint, settledHint } from './cache-hints.ts';
import { type Conditions, collectFields, collectSubfields } from './collect-fields.ts';
import { type Complete, completionOf } from './complete.ts';
import { resolverOfEntities } from './entities.ts';
import { constantArguments, variableArguments } from './field-arguments.ts';
import type { FieldInfo } from './field-info.ts';
import { type CoerceVariables, coercionOf } from './variables.ts';

/** What graphql-js calls a field resolver. */
export type Resolver = (
  parent: unknown,
  args: Record<string, unknown>,
  context: RequestContext,
  info: FieldInfo,
) => unknown;

/** One field of one object type in an operation, with everything about it that no request changes. */
export interface CompiledField {
  /** In the answer. */
  readonly key: string;
  /** In the schema; `__typename` has no definition there. */
  readonly name: string;
  readonly definition: GraphQLField<unknown, unknown> | undefined;
  readonly parentType: GraphQLObjectType;
  readonly nodes: readonly [FieldNode, ...FieldNode[]];
  readonly isNullable: boolean;
  /** Undefined: the field is a property of its parent. */
  readonly resolve: Resolver | undefined;
  /** Of a property that is neither object nor list: makes of its value what the answer has. */
  readonly serialize: ((value: unknown) => unknown) | undefined;
  /** Undefined where they depend on variables. */
  readonly constantArguments: Record<string, unknown> | undefined;
  /** The variables that the arguments are, by their names, where that is all they are. */
  readonly variableArguments: ReadonlyMap<string, string> | undefined;
  readonly hint: FieldHint;
  /** What it comes to where its resolver says nothing. */
  readonly settledHint: CacheHint;
  readonly complete: Complete;
}

/** What is asked of one object type at one place of an operation. */
export interface Selection {
  readonly type: GraphQLObjectType;
  readonly fields: readonly CompiledField[];
  /** Of all fields that are properties: nobody can say anything else about these. */
  readonly hint: CacheHint;
}

/** A query that was validated against the schema, ready to be executed: see execute-query.ts. */
export interface CompiledQuery {
  readonly schema: GraphQLSchema;
  readonly operation: OperationDefinitionNode;
  readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>;
  readonly asked: AskedFields;
  readonly coerceVariables: CoerceVariables;
  /** What is asked for with these variables. */
  rootOf(variables: Readonly<Record<string, unknown>>): Selection;
}

/** What is compiled at one place of an operation, for whichever type an object there turns out to have. */
export type Selections = (type: GraphQLObjectType) => Selection;

/** So many combinations of @skip and @include are remembered of a query; further ones are compiled each time. */
const mostVariants = 16;

/** Null for what it doesn't do, and nobody asks for often: mutations, introspection, and a key that objects don't take for one. */
export function compileQuery(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): CompiledQuery | null {
  const root = schema.getQueryType();
  if (!root || operation.operation !== 'query' || hasUnusualField(document)) return null;
  const fragments: Record<string, FragmentDefinitionNode> = {};
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments[definition.name.value] = definition;

  const conditionNames = conditionsOf(document);
  const variants = new Map<string, Selection>();
  return {
    schema,
    operation,
    fragments,
    asked: askedFields(schema, document),
    coerceVariables: coercionOf(schema, operation),
    rootOf(variables) {
      const conditions: Record<string, unknown> = {};
      let variant = '';
      for (const name of conditionNames) {
        conditions[name] = variables[name];
        variant += variables[name] === true ? '1' : '0';
      }
      const known = variants.get(variant);
      if (known !== undefined) return known;
      const fields = collectFields({ schema, fragments, conditions }, root, [operation.selectionSet]);
      const compiled = compileSelection({ schema, fragments, conditions }, root, fields);
      if (variants.size < mostVariants) variants.set(variant, compiled);
      return compiled;
    },
  };
}

function compileSelection(
  scope: { schema: GraphQLSchema; fragments: CompiledQuery['fragments']; conditions: Conditions },
  type: GraphQLObjectType,
  collected: ReadonlyMap<string, readonly [FieldNode, ...FieldNode[]]>,
): Selection {
  const { schema } = scope;
  const hint = createCachePolicy();
  const fields: CompiledField[] = [];
  for (const [key, nodes] of collected) {
    const name = nodes[0].name.value;
    const definition = type.getFields()[name];
    if (definition === undefined) {
      if (name === '__typename') fields.push(typenameField(key, type, nodes));
      continue;
    }
    const selections = remembered((objectType) =>
      compileSelection(scope, objectType, collectSubfields(scope, objectType, nodes)),
    );
    const isOfQuery = type === schema.getQueryType();
    const isOfEntities = isOfQuery && name === '_entities';
    const resolve =
      isOfEntities && definition.resolve
        ? resolverOfEntities(schema, definition.resolve)
        : definition.resolve;
    const leaf = getNullableType(definition.type);
    const ownHint = fieldHint(definition, isOfQuery);
    const field: CompiledField = {
      key,
      name,
      definition,
      parentType: type,
      nodes,
      isNullable: !isNonNullType(definition.type),
      resolve,
      serialize: resolve === undefined && isLeafType(leaf) ? (value) => leaf.serialize(value) : undefined,
      constantArguments: constantArguments(definition, nodes[0]),
      variableArguments: variableArguments(definition, nodes[0]),
      hint: ownHint,
      settledHint: settledHint(ownHint, ownHint),
      complete: completionOf({ schema, selections, isOfEntities }, definition.type),
    };
    fields.push(field);
    if (field.resolve === undefined) hint.restrict(field.settledHint);
  }
  return { type, fields, hint: { maxAge: hint.maxAge, scope: hint.scope } };
}

function typenameField(
  key: string,
  parentType: GraphQLObjectType,
  nodes: CompiledField['nodes'],
): CompiledField {
  return {
    key,
    name: '__typename',
    definition: undefined,
    parentType,
    nodes,
    isNullable: false,
    resolve: undefined,
    serialize: undefined,
    constantArguments: {},
    variableArguments: undefined,
    hint: { needsMaxAge: false },
    settledHint: {},
    complete: () => {},
  };
}

function hasUnusualField(document: DocumentNode): boolean {
  let found = false;
  visit(document, {
    Field({ name, alias }) {
      if (name.value === '__schema' || name.value === '__type' || alias?.value === '__proto__') found = true;
    },
  });
  return found;
}

/** Whatever the variables: what is only asked for sometimes is among it. */
function askedFields(schema: GraphQLSchema, document: DocumentNode): AskedFields {
  const asked = new Set<string>();
  const types = new TypeInfo(schema);
  const visitor = {
    Field({ name }: FieldNode) {
      const parent = types.getParentType();
      const possible = isAbstractType(parent) ? schema.getPossibleTypes(parent) : [parent];
      for (const type of possible) if (type) asked.add(`${type.name}.${name.value}`);
    },
  };
  visit(document, visitWithTypeInfo(types, visitor));
  return asked;
}

/** The variables that decide what is asked for. */
function conditionsOf(document: DocumentNode): string[] {
  const names = new Set<string>();
  visit(document, {
    Directive({ name, arguments: args }) {
      if (name.value !== 'skip' && name.value !== 'include') return;
      for (const { value } of args ?? []) if (value.kind === Kind.VARIABLE) names.add(value.name.value);
    },
  });
  return [...names];
}

/** Compiles what a type is asked for when the first object of it is met. */
function remembered(compile: Selections): Selections {
  const compiled = new Map<GraphQLObjectType, Selection>();
  return (type) => {
    let selection = compiled.get(type);
    if (selection === undefined) {
      selection = compile(type);
      compiled.set(type, selection);
    }
    return selection;
  };
}
