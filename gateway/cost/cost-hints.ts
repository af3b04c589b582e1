import { type ConstDirectiveNode, type DocumentNode, Kind, parse, valueFromASTUntyped, visit } from 'graphql';

/** What a supergraph says of the size of a list: https://ibm.github.io/graphql-specs/cost-spec.html#sec-The-List-Size-Directive */
export interface ListSize {
  readonly assumedSize: number | undefined;
  readonly slicingArguments: readonly string[];
  readonly sizedFields: readonly string[];
}

/** What a supergraph says of costs, by schema coordinates: `Type`, `Type.field`, `Type.field(argument:)`. */
export interface CostHints {
  readonly weights: ReadonlyMap<string, number>;
  readonly listSizes: ReadonlyMap<string, ListSize>;
}

const costSpec = 'https://specs.apollo.dev/cost/';

/** Reads `@cost` and `@listSize`, which composition carries into the supergraph under the names that its `@link` gives. */
export function readCostHints(supergraphSdl: string): CostHints {
  const document = parse(supergraphSdl, { noLocation: true });
  const weights = new Map<string, number>();
  const listSizes = new Map<string, ListSize>();
  const names = directiveNames(document);
  if (names === undefined) return { weights, listSizes };

  const note = (coordinate: string, directives: readonly ConstDirectiveNode[] = []) => {
    for (const directive of directives) {
      const { weight, assumedSize, slicingArguments, sizedFields } = argumentsOf(directive);
      if (directive.name.value === names.cost && typeof weight === 'number') weights.set(coordinate, weight);
      if (directive.name.value === names.listSize)
        listSizes.set(coordinate, {
          assumedSize: typeof assumedSize === 'number' ? assumedSize : undefined,
          slicingArguments: textsIn(slicingArguments),
          sizedFields: textsIn(sizedFields),
        });
    }
  };
  visit(document, {
    enter(node) {
      switch (node.kind) {
        case Kind.OBJECT_TYPE_DEFINITION:
        case Kind.INTERFACE_TYPE_DEFINITION:
        case Kind.INPUT_OBJECT_TYPE_DEFINITION: {
          const type = node.name.value;
          note(type, node.directives);
          for (const field of node.fields ?? []) {
            const coordinate = `${type}.${field.name.value}`;
            note(coordinate, field.directives);
            if (field.kind === Kind.FIELD_DEFINITION)
              for (const argument of field.arguments ?? [])
                note(argumentCoordinate(coordinate, argument.name.value), argument.directives);
          }
          return false;
        }
        case Kind.SCALAR_TYPE_DEFINITION:
        case Kind.ENUM_TYPE_DEFINITION:
          note(node.name.value, node.directives);
          return false;
        default:
          return undefined;
      }
    },
  });
  return { weights, listSizes };
}

export function argumentCoordinate(field: string, argument: string): string {
  return `${field}(${argument}:)`;
}

/** https://specs.apollo.dev/link/v1.0/: a spec's own directive has the spec's name, others that name in front, unless imported. */
function directiveNames(document: DocumentNode): { cost: string; listSize: string } | undefined {
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.SCHEMA_DEFINITION && definition.kind !== Kind.SCHEMA_EXTENSION) continue;
    for (const directive of definition.directives ?? []) {
      const { url, as, import: imports } = argumentsOf(directive);
      if (directive.name.value !== 'link' || typeof url !== 'string' || !url.startsWith(costSpec)) continue;
      const prefix = typeof as === 'string' ? as : 'cost';
      return {
        cost: importedAs('@cost', imports) ?? prefix,
        listSize: importedAs('@listSize', imports) ?? `${prefix}__listSize`,
      };
    }
  }
  return undefined;
}

function importedAs(name: string, imports: unknown): string | undefined {
  if (!Array.isArray(imports)) return undefined;
  for (const item of imports) {
    if (item === name) return name.slice(1);
    if (item?.name === name) return String(item.as ?? name).slice(1);
  }
  return undefined;
}

function argumentsOf(directive: ConstDirectiveNode): Record<string, unknown> {
  return Object.fromEntries(
    (directive.arguments ?? []).map(({ name, value }) => [name.value, valueFromASTUntyped(value)]),
  );
}

function textsIn(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}
