import {
  doTypesOverlap,
  type GraphQLArgument,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  isUnionType,
} from 'graphql';
import type { TestOperation } from './both-executors.ts';
import { numberFrom } from './hash.ts';

export interface RandomOperationOptions {
  readonly queriesOnly?: boolean;
  /** What may be given for an argument, or a field of an input, by its name, where it is a text or an id; nothing: made-up words. */
  readonly texts?: (name: string) => readonly string[];
}

/** Decides among so many possibilities: 0 to count - 1. */
export type Choose = (count: number) => number;

const deepest = 5;
const mostFragments = 3;

/**
 * An operation over all of a schema: fields with and without aliases and arguments, fragments of every kind, @skip and
 * @include, variables with and without values. It may break the rule that fields with one key must be mergeable; the
 * caller validates.
 */
export function randomOperation(
  schema: GraphQLSchema,
  choose: Choose,
  { queriesOnly = false, texts = () => [] }: RandomOperationOptions = {},
): TestOperation {
  const mutation = queriesOnly ? undefined : schema.getMutationType();
  const root = mutation && choose(6) === 0 ? mutation : schema.getQueryType();
  if (!root) throw new Error('a schema without queries');
  const writer = new OperationWriter(schema, choose, texts);
  const body = writer.selections(root, 0, root);
  const kind = root === mutation ? 'mutation' : 'query';
  const variables = writer.definitions.length === 0 ? '' : `(${writer.definitions.join(', ')})`;
  return {
    text: [`${kind} Test${variables} ${body}`, ...writer.fragments].join('\n'),
    variables: writer.variables,
  };
}

class OperationWriter {
  readonly definitions: string[] = [];
  readonly fragments: string[] = [];
  readonly variables: Record<string, unknown> = {};
  readonly #fragmentTypes: { name: string; type: GraphQLCompositeType }[] = [];
  readonly #schema: GraphQLSchema;
  readonly #choose: Choose;
  readonly #texts: (name: string) => readonly string[];

  constructor(schema: GraphQLSchema, choose: Choose, texts: (name: string) => readonly string[]) {
    this.#texts = texts;
    this.#schema = schema;
    this.#choose = choose;
  }

  /** @param known the one type that objects have here; undefined where they can have several */
  selections(type: GraphQLCompositeType, depth: number, known: GraphQLObjectType | undefined): string {
    const count = 1 + this.#choose(depth === 0 ? 3 : 4);
    const parts = Array.from({ length: count }, () => this.#selection(type, depth, known));
    return `{ ${parts.join(' ')} }`;
  }

  #selection(type: GraphQLCompositeType, depth: number, known: GraphQLObjectType | undefined): string {
    const kind = this.#choose(12);
    if (kind === 0) return `__typename${this.#condition()}`;
    if (kind === 1) return `kind: __typename${this.#condition()}`;
    if (depth < deepest && (kind <= 4 || isUnionType(type))) return this.#fragment(type, depth, known);
    return this.#field(type, depth);
  }

  #field(type: GraphQLCompositeType, depth: number): string {
    if (isUnionType(type)) return '__typename';
    const all = Object.values(type.getFields());
    const leaves = all.filter((field) => !isCompositeType(getNamedType(field.type)));
    const fields = depth >= deepest ? leaves : all;
    const field = fields[this.#choose(fields.length)];
    if (field === undefined) return '__typename';
    const args = this.#arguments(field);
    const named = getNamedType(field.type);
    // The same arguments, the same key: fields of one key must be mergeable.
    const alias =
      args !== ''
        ? `${field.name}_${numberFrom(args) % 1000}: `
        : this.#choose(6) === 0
          ? this.#alias(field)
          : '';
    const below = isCompositeType(named)
      ? ` ${this.selections(named, depth + 1, isObjectType(named) ? named : undefined)}`
      : '';
    return `${alias}${field.name}${args}${this.#condition()}${below}`;
  }

  #alias(field: GraphQLField<unknown, unknown>): string {
    // Names that objects have anyway must be keys like others.
    const names = [`${field.name}Again`, 'constructor', 'toString', '__proto__'];
    return `${names[this.#choose(names.length)]}: `;
  }

  #fragment(type: GraphQLCompositeType, depth: number, known: GraphQLObjectType | undefined): string {
    const { name, type: condition } = this.#overlapping(type, known);
    const kind = this.#choose(4);
    if (kind === 0) return `...${this.#condition()} ${this.selections(type, depth + 1, known)}`;
    if (kind === 1 && this.#fragmentTypes.length < mostFragments) {
      const fragment = `F${this.#fragmentTypes.length}`;
      this.#fragmentTypes.push({ name: fragment, type: condition });
      const index = this.fragments.push('') - 1;
      // While it is written it is not among those that may be spread: fragments must not contain themselves.
      const body = this.selections(condition, depth + 1, known);
      this.fragments[index] = `fragment ${fragment} on ${name} ${body}`;
      return `...${fragment}${this.#condition()}`;
    }
    return `... on ${name}${this.#condition()} ${this.selections(condition, depth + 1, known)}`;
  }

  /**
   * Where objects can have one type only, a fragment in a fragment is never on a narrower type: the stock executor then
   * leaves out what it asks for.
   */
  #overlapping(
    type: GraphQLCompositeType,
    known: GraphQLObjectType | undefined,
  ): { name: string; type: GraphQLCompositeType } {
    const possible = Object.values(this.#schema.getTypeMap())
      .filter(isCompositeType)
      .filter(
        (other) =>
          !other.name.startsWith('__') &&
          (isAbstractType(type) || isAbstractType(other) || other === type) &&
          doTypesOverlap(this.#schema, type, other) &&
          (known === undefined || other === type || this.#isWider(other, type)),
      );
    const chosen = possible[this.#choose(possible.length)] ?? type;
    return { name: chosen.name, type: chosen };
  }

  #isWider(wide: GraphQLCompositeType, narrow: GraphQLCompositeType): boolean {
    return isAbstractType(wide) && !isUnionType(narrow) && this.#schema.isSubType(wide, narrow);
  }

  #condition(): string {
    const kind = this.#choose(16);
    if (kind > 3) return '';
    const directive = kind % 2 === 0 ? 'skip' : 'include';
    const value =
      kind < 2 ? this.#booleanVariable() : this.#choose(4) === 0 ? String(kind === 2) : String(kind !== 2);
    return ` @${directive}(if: ${value})`;
  }

  #booleanVariable(): string {
    const index = this.#choose(3);
    const name = `b${index}`;
    if (!this.definitions.some((definition) => definition.startsWith(`$${name}:`))) {
      const withDefault = this.#choose(3) === 0;
      this.definitions.push(withDefault ? `$${name}: Boolean! = true` : `$${name}: Boolean!`);
      if (!withDefault || this.#choose(2) === 0) this.variables[name] = this.#choose(2) === 0;
    }
    return `$${name}`;
  }

  #arguments({ args }: GraphQLField<unknown, unknown>): string {
    const given = args.filter((argument) => isRequired(argument) || this.#choose(4) === 0);
    if (given.length === 0) return '';
    return `(${given.map((argument) => `${argument.name}: ${this.#argument(argument)}`).join(', ')})`;
  }

  #argument({ name: argument, type }: GraphQLArgument): string {
    if (this.#choose(4) !== 0) return literal(this.#value(argument, type, 0), type);
    const name = `v${this.definitions.length}`;
    this.definitions.push(`$${name}: ${type}`);
    if (isNonNullType(type) || this.#choose(3) !== 0) this.variables[name] = this.#value(argument, type, 0);
    return `$${name}`;
  }

  #value(name: string, type: GraphQLInputType, depth: number): unknown {
    if (isNonNullType(type)) return this.#value(name, type.ofType, depth);
    if (isListType(type))
      return Array.from({ length: this.#choose(3) }, () => this.#value(name, type.ofType, depth));
    if (isEnumType(type)) return type.getValues()[this.#choose(type.getValues().length)]?.name;
    if (isInputObjectType(type)) {
      const fields = Object.values(type.getFields()).filter(
        (field) => isNonNullType(field.type) || (depth < 2 && this.#choose(2) === 0),
      );
      return Object.fromEntries(
        fields.map((field) => [field.name, this.#value(field.name, field.type, depth + 1)]),
      );
    }
    switch (type.name) {
      case 'Int':
        return this.#choose(10);
      case 'Float':
        return this.#choose(10) / 2;
      case 'Boolean':
        return this.#choose(2) === 0;
      default: {
        const texts = this.#texts(name);
        return texts[this.#choose(Math.max(1, texts.length))] ?? `text ${this.#choose(3)}`;
      }
    }
  }
}

function isRequired({ type, defaultValue }: GraphQLArgument): boolean {
  return isNonNullType(type) && defaultValue === undefined;
}

function literal(value: unknown, type: GraphQLInputType): string {
  if (isNonNullType(type)) return literal(value, type.ofType);
  if (isListType(type))
    return `[${(value as unknown[]).map((item) => literal(item, type.ofType)).join(', ')}]`;
  if (isEnumType(type)) return String(value);
  if (!isInputObjectType(type)) return JSON.stringify(value);
  const fields = type.getFields();
  const parts = Object.entries(value as object).flatMap(([name, inner]) => {
    const field = fields[name];
    return field === undefined ? [] : [`${name}: ${literal(inner, field.type)}`];
  });
  return `{ ${parts.join(', ')} }`;
}
