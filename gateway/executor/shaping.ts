import type { GraphQLFormattedError } from 'graphql';
import type { Variables } from './execution.ts';

/** What is being shaped, and where: the path grows and shrinks with the walk. */
export interface Shaping {
  readonly path: (string | number)[];
  /** Said in `extensions.valueCompletion`: nulls that stand where a subgraph gave no value that may stand there. */
  readonly completions: GraphQLFormattedError[];
  readonly variables: Variables;
}

/** A null that has been reported, and that a field which may be null can take. */
export const failed = Symbol('failed');
/** The same where no null may be: it takes the object or list around it. */
export const bubbling = Symbol('bubbling');

/** Makes of a subgraph's value what the client gets, or one of the symbols. An absent value is null. */
export type Complete = (value: unknown, shaping: Shaping) => unknown;

/** Reports a value that its type doesn't allow. */
export function invalid(shaping: Shaping, typeName: string, parentName: string): typeof failed {
  report(shaping, `Invalid value found for ${describe(shaping, typeName, parentName)}.`);
  return failed;
}

/** The place of the value, for a message. */
export function describe({ path }: Shaping, typeName: string, parentName: string): string {
  const last = path.at(-1);
  return typeof last === 'number'
    ? `array element of type ${typeName} at index ${last}`
    : `field ${parentName}.${last}`;
}

export function report(shaping: Shaping, message: string): void {
  shaping.completions.push({ message, path: [...shaping.path], extensions: { code: 'INVALID_GRAPHQL' } });
}
