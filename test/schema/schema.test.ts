import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import {
  buildSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  isSpecifiedScalarType,
} from 'graphql';

/** Craft that holds for the whole public schema, whoever adds to it. */

const schema = buildSchema(await readFile(new URL('../../schema.graphql', import.meta.url), 'utf8'));
const types = Object.values(schema.getTypeMap()).filter(
  (type) => !isIntrospectionType(type) && !isSpecifiedScalarType(type),
);
const roots = new Set<unknown>([schema.getQueryType(), schema.getMutationType()]);

test('every type, field, input field and enum value is described', () => {
  const undescribed = types.flatMap((type) => {
    const own = type.description || roots.has(type) ? [] : [type.name];
    if (isObjectType(type) || isInterfaceType(type) || isInputObjectType(type))
      own.push(...bare(type.name, Object.values(type.getFields())));
    if (isEnumType(type)) own.push(...bare(type.name, type.getValues()));
    return own;
  });
  assert.deepEqual(undescribed, []);
});

test('every connection takes first, after, last and before, and is complete', () => {
  const connections = types.filter(({ name }) => name.endsWith('Connection')).filter(isObjectType);
  assert(connections.length >= 4);
  for (const connection of connections)
    assert.deepEqual(Object.keys(connection.getFields()), ['edges', 'nodes', 'pageInfo']);
  for (const type of types.filter(isObjectType))
    for (const field of Object.values(type.getFields()))
      if (getNamedType(field.type).name.endsWith('Connection'))
        assert.deepEqual(
          field.args
            .map(({ name }) => name)
            .filter((name) => ['first', 'after', 'last', 'before'].includes(name))
            .sort(),
          ['after', 'before', 'first', 'last'],
          `${type.name}.${field.name}`,
        );
});

test('every mutation gives a nullable payload with user errors', () => {
  for (const field of Object.values(schema.getMutationType()?.getFields() ?? {})) {
    const payload = getNamedType(field.type);
    assert(isObjectType(payload), field.name);
    assert.equal(String(field.type), `${field.name[0]?.toUpperCase()}${field.name.slice(1)}Payload`);
    assert.equal(String(payload.getFields().userErrors?.type), '[UserError!]!');
  }
});

test('what is between gateway and subgraphs is not public', () => {
  const text = JSON.stringify(
    types.map((type) => [type.name, isObjectType(type) && Object.keys(type.getFields())]),
  );
  assert.doesNotMatch(text, /followeeIds|CacheControlScope|_entities|_service|join__/);
});

function bare(
  type: string,
  members: readonly { name: string; description?: string | null | undefined }[],
): string[] {
  return members.filter(({ description }) => !description).map(({ name }) => `${type}.${name}`);
}
