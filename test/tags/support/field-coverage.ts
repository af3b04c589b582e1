import { readFile } from 'node:fs/promises';
import { buildSubgraphSchema } from '@apollo/subgraph';
import {
  getNamedType,
  isAbstractType,
  isObjectType,
  parse,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';

/** The fields of a subgraph that a query can reach, and that none of these asks for; as `Type.field`. */
export async function fieldsNotAskedFor(schemaFile: URL, queries: readonly string[]): Promise<string[]> {
  const schema = buildSubgraphSchema({ typeDefs: parse(await readFile(schemaFile, 'utf8')) });
  const asked = new Set<string>();
  for (const query of queries) {
    const types = new TypeInfo(schema);
    const Field = () => {
      asked.add(`${types.getParentType()?.name}.${types.getFieldDef()?.name}`);
    };
    visit(parse(query), visitWithTypeInfo(types, { Field }));
  }

  const reachable = new Set<string>();
  const follow = (name: string) => {
    const type = schema.getType(name);
    for (const possible of isAbstractType(type) ? schema.getPossibleTypes(type) : [type]) {
      if (!isObjectType(possible)) continue;
      for (const field of Object.values(possible.getFields())) {
        const coordinate = `${possible.name}.${field.name}`;
        // What comes from another subgraph, and what tells of this one.
        if (
          field.astNode?.directives?.some(({ name }) => name.value === 'external') ||
          field.name === '_service'
        )
          continue;
        if (reachable.has(coordinate)) continue;
        reachable.add(coordinate);
        follow(getNamedType(field.type).name);
      }
    }
  };
  follow('Query');
  return [...reachable].filter((coordinate) => !asked.has(coordinate));
}
