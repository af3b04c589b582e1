import type { FetchNode, QueryPlanSelectionNode } from '@apollo/query-planner';
import type { CallSubgraph, Execution, Variables } from './execution.ts';
import type { JsonObject } from './json-value.ts';
import { mergeInto } from './merge.ts';
import type { PossibleTypes } from './possible-types.ts';
import { compileRepresentations, type Representations } from './representations.ts';
import { objectsAt, type ResponsePath } from './response-path.ts';
import { compileRewrites } from './rewrites.ts';
import { askOnce, type SharedFetch } from './shared-fetches.ts';
import { clientErrors } from './subgraph-errors.ts';

/** Does its part of an operation. Never rejects for what a subgraph did: that is among the execution's errors. */
export type Step = (execution: Execution) => Promise<void>;

/**
 * One call to one subgraph: for root fields, or for more of the objects that are at these paths already.
 *
 * @param deps.shared with other parts of the plan
 */
export function compileFetch(
  node: FetchNode,
  paths: readonly ResponsePath[],
  deps: { call: CallSubgraph | undefined; types: PossibleTypes; shared?: SharedFetch | undefined },
): Step {
  const { call, types, shared } = deps;
  const { serviceName: subgraph, operation: query, operationName } = node;
  if (call === undefined) throw new Error(`there is no subgraph ${subgraph}`);
  if (node.contextRewrites !== undefined && node.contextRewrites.length > 0)
    throw new Error('@fromContext is not executed');
  const ask =
    node.requires === undefined
      ? askOfRoot(node, paths, types)
      : askOfEntities(node, node.requires, paths, { types, shared });
  const atEachPath =
    paths.length === 1 ? [] : paths.map((path) => compileFetch(node, [path], { call, types }));

  return async (execution) => {
    try {
      const question = ask(execution);
      if (question === undefined) return;
      const { variables, representations, positions } = question;
      const send = () => call({ query, operationName, variables }, execution.context);
      const { data, errors } = await (isRepeated(shared) && representations !== undefined
        ? askOnce(shared, execution, representations, send)
        : send());
      const hasData = data !== null && data !== undefined;
      // One entity may have taken all others of the call with it: those at other paths are asked for apart from it.
      if (!hasData && atEachPath.length > 0) {
        await Promise.all(atEachPath.map((step) => step(execution)));
        return;
      }
      if (errors !== undefined)
        execution.errors.push(...clientErrors(errors, subgraph, { root: execution.data, paths, positions }));
      if (hasData) question.take(data);
    } catch (error) {
      // What a fetch lost is missing from the answer; what others fetched is not.
      execution.errors.push(error instanceof Error ? error : new Error(String(error)));
    }
  };
}

/** What a fetch asks in one execution. */
interface Question {
  readonly variables: Variables;
  /** What it asks about; undefined for root fields. */
  readonly representations: Representations['distinct'] | undefined;
  readonly positions: Representations['positions'] | undefined;
  /** Puts the answer where it belongs. */
  take(answer: JsonObject): void;
}

/** undefined: there is nothing to ask about. */
type Ask = (execution: Execution) => Question | undefined;

function askOfRoot(node: FetchNode, paths: readonly ResponsePath[], types: PossibleTypes): Ask {
  const variableNames = node.variableUsages ?? [];
  const rewriteAnswer = compileRewrites(node.outputRewrites, types);
  return (execution) => {
    const objects = objectsAt(execution.data, paths);
    if (objects.length === 0) return undefined;
    return {
      variables: pickVariables(execution, variableNames),
      representations: undefined,
      positions: undefined,
      take(answer) {
        rewriteAnswer?.(answer);
        for (const object of objects) mergeInto(object, answer, objects.length > 1);
      },
    };
  };
}

function askOfEntities(
  node: FetchNode,
  requires: readonly QueryPlanSelectionNode[],
  paths: readonly ResponsePath[],
  { types, shared }: { types: PossibleTypes; shared: SharedFetch | undefined },
): Ask {
  const variableNames = node.variableUsages ?? [];
  const rewriteAnswer = compileRewrites(node.outputRewrites, types);
  const pick = compileRepresentations(requires, compileRewrites(node.inputRewrites, types), types);
  return (execution) => {
    const objects = objectsAt(execution.data, paths);
    const { distinct, positions } = pick(objects);
    if (distinct.length === 0) return undefined;
    const variables = pickVariables(execution, variableNames);
    if (Object.hasOwn(variables, 'representations'))
      throw new Error('Variables cannot contain key "representations"');
    return {
      variables: { ...variables, representations: distinct },
      representations: distinct,
      positions,
      take(answer) {
        for (const [index, entity] of readEntities(answer, distinct.length).entries()) {
          if (entity === null) continue;
          entity.__typename ??= objects[positions[index]?.[0] ?? 0]?.__typename;
          rewriteAnswer?.(entity);
          // The object has a type already, and perhaps by a subgraph that knows which one.
          if (types.isInterface(entity.__typename)) entity.__typename = undefined;
          const filled = positions[index] ?? [];
          const copy = filled.length > 1 || isRepeated(shared);
          for (const position of filled) {
            const object = objects[position];
            if (object !== undefined) mergeInto(object, entity, copy);
          }
        }
      },
    };
  };
}

/** All parts of the plan are known when it is executed. */
function isRepeated(shared: SharedFetch | undefined): shared is SharedFetch {
  return shared !== undefined && shared.parts > 1;
}

/** Variables that the client left out are left out here: the subgraph knows their defaults. */
function pickVariables({ sentVariables }: Execution, names: readonly string[]): Variables {
  const picked: Record<string, unknown> = {};
  for (const name of names)
    if (Object.hasOwn(sentVariables, name) && sentVariables[name] !== undefined)
      picked[name] = sentVariables[name];
  return picked;
}

/** @throws Error when a subgraph doesn't answer with one entity, or null, for each representation */
function readEntities(answer: JsonObject, expected: number): (JsonObject | null)[] {
  const entities = answer._entities;
  if (!Array.isArray(entities)) throw new Error('Expected "data._entities" in response to be an array');
  if (entities.length !== expected)
    throw new Error(`Expected "data._entities" to contain ${expected} elements`);
  return entities;
}
