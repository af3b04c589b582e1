import type { FetchDataRewrite } from '@apollo/query-planner';
import { isJsonObject, type JsonObject, ownValue, setOwn } from './json-value.ts';
import type { PossibleTypes } from './possible-types.ts';

/** Changes a representation before it is sent, or an answer before it is merged, in place. */
export type Rewrite = (value: unknown) => void;

const typePrefix = '... on ';

/**
 * Where subgraphs disagree, the planner renames: a field that two types of a union have with different types travels
 * under an alias, an object that one subgraph knows as its interface gets that interface's `__typename`.
 */
export function compileRewrites(
  rewrites: readonly FetchDataRewrite[] | undefined,
  types: PossibleTypes,
): Rewrite | undefined {
  if (rewrites === undefined || rewrites.length === 0) return undefined;
  const compiled = rewrites.map((rewrite) => compileRewrite(rewrite, types));
  return (value) => {
    for (const rewrite of compiled) rewrite(value);
  };
}

function compileRewrite(rewrite: FetchDataRewrite, types: PossibleTypes): Rewrite {
  const steps = rewrite.path.slice(0, -1);
  const key = rewrite.path.at(-1);
  if (key === undefined || key.startsWith(typePrefix))
    throw new Error(`a rewrite ends in no field: ${rewrite.path.join('.')}`);
  const change: (object: JsonObject) => void =
    rewrite.kind === 'ValueSetter'
      ? (object) => setOwn(object, key, rewrite.setValueTo)
      : (object) => rename(object, key, rewrite.renameKeyTo);
  return steps.reduceRight<Rewrite>(
    (next, step) => inEveryItem(stepInto(step, next, types)),
    inEveryItem(change),
  );
}

function rename(object: JsonObject, from: string, to: string): void {
  const value = ownValue(object, from);
  if (value === undefined) return;
  delete object[from];
  setOwn(object, to, value);
}

function stepInto(step: string, next: Rewrite, types: PossibleTypes): (object: JsonObject) => void {
  if (!step.startsWith(typePrefix)) return (object) => next(ownValue(object, step));
  const condition = step.slice(typePrefix.length);
  return (object) => {
    const typename = object.__typename;
    // An object that doesn't say its type was asked for where it can have one type only.
    if (typename === undefined || types.includes(condition, typename)) next(object);
  };
}

function inEveryItem(change: (object: JsonObject) => void): Rewrite {
  const visit: Rewrite = (value) => {
    if (Array.isArray(value)) for (const item of value) visit(item);
    else if (isJsonObject(value)) change(value);
  };
  return visit;
}
