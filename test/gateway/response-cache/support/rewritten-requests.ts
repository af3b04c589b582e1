import fc from 'fast-check';
import { type RandomRequest, tokensOf, valuesOfDefaults, valuesOfVariables } from './random-requests.ts';

const ignored = fc.constantFrom(' ', '\n', ' , ', '\t\t', ' # a comment " { }\n', '\r\n', ',,', '\ufeff ');

const otherOperations = [
  'query Other { leaf { ...Z } } fragment Z on Leaf { id name }',
  'query Other($int: Int) { echo(int: $int) }',
  'mutation Other { leaf { id } }',
];

/** A document's text, with anything that GraphQL ignores between its tokens. */
function written(definitions: readonly (readonly string[])[]): fc.Arbitrary<string> {
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

/** Nearly the same request: some of its tokens or variables changed places, are gone, doubled, or those of another. */
export function nearlyTheSame(request: RandomRequest, other: RandomRequest): fc.Arbitrary<WrittenRequest> {
  const foreign = other.definitions.flat();
  const change = fc.record({
    at: fc.nat(1_000),
    from: fc.nat(1_000),
    kind: fc.constantFrom('swap', 'drop', 'double', 'insert', 'replace', 'replace', 'replace', 'replace'),
  });
  return fc
    .record({
      changes: fc.array(change, { maxLength: 2, size: 'small' }),
      values: fc.array(fc.tuple(fc.nat(20), fc.nat(20)), { maxLength: 1 }),
    })
    .chain(({ changes, values }) => {
      const tokens = [...request.definitions.flat()];
      // Also from the request itself, so that a field meets its own name again.
      const source = [...foreign, ...tokens, '1', '1.0', '"1"', 'id', 'name', '$', 'RED', 'true', 'null'];
      for (const { at, from, kind } of changes) {
        const place = at % tokens.length;
        const here = tokens[place] ?? '';
        const alike = kind === 'replace' ? source.filter((token) => looksLike(token, here)) : source;
        const token = alike[from % alike.length] ?? '';
        if (kind === 'swap') tokens.splice(place, 2, ...tokens.slice(place, place + 2).reverse());
        else if (kind === 'drop') tokens.splice(place, 1);
        else if (kind === 'double') tokens.splice(place, 0, here);
        else if (kind === 'replace') tokens.splice(place, 1, token);
        else tokens.splice(place, 0, token);
      }
      const variables = { ...request.variables };
      for (const [which, value] of values) {
        const name = Object.keys(variables)[which % Object.keys(variables).length];
        const candidates = name === undefined ? undefined : valuesOfVariables.get(name);
        if (name !== undefined && candidates !== undefined) {
          if (value % (candidates.length + 1) === candidates.length) Reflect.deleteProperty(variables, name);
          else variables[name] = candidates[value % (candidates.length + 1)];
        }
      }
      return written([tokens]).map((query) => ({ query, variables }));
    });
}

/** Whether both are names, or both numbers, or the same kind of punctuation: then the document mostly stays valid. */
function looksLike(token: string, other: string): boolean {
  const kinds = [/^\w*[a-z]\w*$/, /^[\d"[$tfRG]/, /^[A-Z]+$/, /^\W+$/];
  return kinds.some((kind) => kind.test(token) && kind.test(other));
}
