import type { PlanNode } from '@apollo/query-planner';
import { joinEqualParts } from './equal-parts.ts';
import type { CallSubgraph } from './execution.ts';
import { compileFetch, type Step } from './fetch-step.ts';
import type { PossibleTypes } from './possible-types.ts';
import type { ResponsePath } from './response-path.ts';

export interface PlanDeps {
  /** How to reach each subgraph, by name. */
  readonly calls: ReadonlyMap<string, CallSubgraph>;
  readonly types: PossibleTypes;
}

/**
 * Turns a query plan into closures: what can be known from the plan alone is worked out here, once, and executing it
 * looks at data only.
 *
 * @param paths where it works: the places of parts that were joined
 * @throws Error for what this gateway doesn't execute: subscriptions, @defer, @fromContext
 */
export function compilePlan(node: PlanNode, deps: PlanDeps, paths: readonly ResponsePath[] = [[]]): Step {
  switch (node.kind) {
    case 'Fetch':
      return compileFetch(node, paths, { call: deps.calls.get(node.serviceName), types: deps.types });
    case 'Flatten':
      return compilePlan(node.node, deps, within(paths, [node.path.map(String)]));
    case 'Sequence':
      return inSequence(node.nodes.map((child) => compilePlan(child, deps, paths)));
    case 'Parallel':
      return inParallel(
        joinEqualParts(node.nodes).map((part) => compilePlan(part.node, deps, within(paths, part.places))),
      );
    case 'Condition':
      throw new Error('conditions are decided before planning');
    case 'Defer':
      throw new Error('@defer is not executed');
  }
}

function within(paths: readonly ResponsePath[], places: readonly ResponsePath[]): ResponsePath[] {
  return paths.flatMap((path) => places.map((place) => [...path, ...place]));
}

/** The order counts: later steps read what earlier ones merged, and mutations are executed one after the other. */
function inSequence(steps: readonly Step[]): Step {
  return async (execution) => {
    for (const step of steps) await step(execution);
  };
}

function inParallel(steps: readonly Step[]): Step {
  return async (execution) => {
    await Promise.all(steps.map((step) => step(execution)));
  };
}
