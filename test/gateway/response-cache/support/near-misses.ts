import fc from 'fast-check';
import { type RandomRequest, valuesOfVariables } from './random-requests.ts';
import { type WrittenRequest, written } from './rewritten-requests.ts';

/** What a careless cache might take for the same, or what stands in the same places. */
const confusable = [
  ['1', '1.0', '1e0', '"1"', '"""1"""', '[1]', '2', '5'],
  ['"a"', '"\\u0061"', '"""a"""', '"b"', 'RED', 'null'],
  ['RED', 'GREEN'],
  ['true', 'false'],
  ['id', 'name', '__typename', 'echo'],
  ['skip', 'include'],
  ['Leaf', 'Branch', 'Node'],
  ['leaf', 'branch', 'node'],
  ['a', 'b', 'c', 'd'],
  ['A', 'B', 'C'],
];

const change = fc.record({
  at: fc.nat(1_000),
  choice: fc.nat(1_000),
  kind: fc.constantFrom('respell', 'respell', 'respell', 'requote', 'exchange', 'swap', 'drop', 'double'),
});

/** Nearly the same request: some of its tokens or variables are others, changed places, are gone or doubled. */
export function nearlyTheSame(request: RandomRequest): fc.Arbitrary<WrittenRequest> {
  const given = Object.keys(request.variables);
  const otherValue = (name: string) =>
    fc.constantFrom(...(valuesOfVariables.get(name) ?? [])).map((value) => [name, value] as const);
  return fc
    .record({
      changes: fc.array(change, { maxLength: 2 }),
      omitted: fc.oneof(fc.constant([]), fc.subarray(given, { maxLength: Math.min(1, given.length) })),
      values:
        given.length === 0 ? fc.constant([]) : fc.array(fc.oneof(...given.map(otherValue)), { maxLength: 1 }),
    })
    .chain(({ changes, omitted, values }) => {
      const tokens = [...request.definitions.flat()];
      for (const { at, choice, kind } of changes) {
        if (kind === 'respell') respell(tokens, at, choice);
        if (kind === 'requote') requote(tokens, at);
        if (kind === 'exchange') exchangeFields(tokens, at);
        const place = at % tokens.length;
        if (kind === 'swap') tokens.splice(place, 2, ...tokens.slice(place, place + 2).reverse());
        if (kind === 'drop') tokens.splice(place, 1);
        if (kind === 'double') tokens.splice(place, 0, tokens[place] ?? '');
      }
      const variables = { ...request.variables, ...Object.fromEntries(values) };
      for (const name of omitted) Reflect.deleteProperty(variables, name);
      return written([tokens]).map((query) => ({ query, variables }));
    });
}

function respell(tokens: string[], at: number, choice: number): void {
  const places = tokens.flatMap((token, place) =>
    confusable.some((alike) => alike.includes(token)) ? [place] : [],
  );
  const place = places[at % places.length];
  if (place === undefined) return;
  const others = confusable
    .filter((alike) => alike.includes(tokens[place] ?? ''))
    .flat()
    .filter((token) => token !== tokens[place]);
  tokens.splice(place, 1, others[choice % others.length] ?? '');
}

/** Makes a string a block string, or the other way round. */
function requote(tokens: string[], at: number): void {
  const places = tokens.flatMap((token, place) => (token.startsWith('"') ? [place] : []));
  const place = places[at % places.length];
  if (place === undefined) return;
  const token = tokens[place] ?? '';
  tokens.splice(place, 1, token.startsWith('"""') ? token.slice(2, -2) : `""${token}""`);
}

/** Lets two neighbouring fields change places, which changes the order of an answer and nothing else. */
function exchangeFields(tokens: string[], at: number): void {
  const isField = (place: number) =>
    /^(?:id|name|__typename)$/.test(tokens[place] ?? '') && tokens[place - 1] !== ':';
  const places = tokens.flatMap((_, place) => (isField(place) && isField(place + 1) ? [place] : []));
  const place = places[at % places.length];
  if (place !== undefined) tokens.splice(place, 2, ...tokens.slice(place, place + 2).reverse());
}
