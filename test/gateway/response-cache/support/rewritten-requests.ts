import fc from 'fast-check';
import { type RandomRequest, tokensOf, valuesOfDefaults } from './random-requests.ts';

const ignored = fc.constantFrom(' ', '\n', ' , ', '\t\t', ' # a comment " { }\n', '\r\n', ',,', '\ufeff ');

const otherOperations = [
  'query Other { leaf { ...Z } } fragment Z on Leaf { id name }',
  'query Other($int: Int) { echo(int: $int) }',
  'mutation Other { leaf { id } }',
];

/** A document's text, with anything that GraphQL ignores between its tokens. */
export function written(definitions: readonly (readonly string[])[]): fc.Arbitrary<string> {
  const tokens = definitions.flat();
  // A few that repeat, as one choice for each token would take most of the test's time.
  return fc
    .array(ignored, { minLength: 7, maxLength: 7 })
    .map((between) => tokens.map((token, at) => `${token}${between[at % between.length]}`).join(''));
}

export interface WrittenRequest {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly operationName?: string;
}

/** The same request, put in other ways that mean the same. */
export function sameInOtherWords(request: RandomRequest): fc.Arbitrary<WrittenRequest> {
  const [operation = [], ...fragments] = request.definitions;
  return fc
    .record({
      name: fc.constantFrom('Main', 'Renamed'),
      other: fc.constantFrom(undefined, ...otherOperations),
      anonymous: fc.boolean(),
      named: fc.boolean(),
      order: fc.shuffledSubarray(fragments, { minLength: fragments.length }),
      last: fc.boolean(),
      names: fc.shuffledSubarray(Object.keys(request.variables), {
        minLength: Object.keys(request.variables).length,
      }),
      undeclared: fc.constantFrom({}, { undeclared: 1 }, { undeclared: null, __typename: 'x' }),
      omitted: fc.subarray([...valuesOfDefaults.keys()]),
    })
    .chain((choices) => {
      const nameless = choices.anonymous && choices.other === undefined;
      const main = operation
        .map((token, at) => (at === 1 ? choices.name : token))
        .filter((_, at) => at !== 1 || !nameless);
      const definitions = choices.last ? [...choices.order, main] : [main, ...choices.order];
      if (choices.other !== undefined) definitions.push(tokensOf(choices.other));
      const needsName = choices.other !== undefined || (choices.named && !nameless);
      const variables = {
        ...choices.undeclared,
        ...Object.fromEntries(choices.names.map((name) => [name, request.variables[name]])),
      };
      for (const name of choices.omitted) {
        const declaredAt = operation.indexOf(name);
        // `$ name : Type = ...`, in tokens; Int! has one more.
        const hasDefault = operation.slice(declaredAt, declaredAt + 5).includes('=');
        if (declaredAt < 0 || !hasDefault) continue;
        const value = valuesOfDefaults.get(name);
        if (!Object.hasOwn(variables, name)) Object.assign(variables, { [name]: value });
        else if (Object.is(Object.entries(variables).find(([key]) => key === name)?.[1], value))
          Reflect.deleteProperty(variables, name);
      }
      return written(definitions).map((query) => ({
        query,
        variables,
        ...(needsName ? { operationName: choices.name } : {}),
      }));
    });
}
