import type { PlanNode } from '@apollo/query-planner';
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
 * @throws Error for what this gateway doesn't execute: subscriptions, @defer, @fromContext
 */
export function compilePlan(node: PlanNode, deps: PlanDeps, path: ResponsePath = []): Step {
  switch (node.kind) {
    case 'Fetch':
      return compileFetch(node, path, { call: deps.calls.get(node.serviceName), types: deps.types });
    case 'Flatten':
      return compilePlan(node.node, deps, [...path, ...node.path.map(String)]);
    case 'Sequence':
      return inSequence(node.nodes.map((child) => compilePlan(child, deps, path)));
    case 'Parallel':
      return inParallel(node.nodes.map((child) => compilePlan(child, deps, path)));
    case 'Condition':
      throw new Error('conditions are decided before planning');
    case 'Defer':
      throw new Error('@defer is not executed');
  }
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
