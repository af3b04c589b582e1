import type { FetchNode, PlanNode } from '@apollo/query-planner';
import { joinEqualParts } from './equal-parts.ts';
import type { CallSubgraph } from './execution.ts';
import { compileFetch, type Step } from './fetch-step.ts';
import type { PossibleTypes } from './possible-types.ts';
import type { ResponsePath } from './response-path.ts';
import { createSharedFetches, type SharedFetch } from './shared-fetches.ts';

export interface PlanDeps {
  /** How to reach each subgraph, by name. */
  readonly calls: ReadonlyMap<string, CallSubgraph>;
  readonly types: PossibleTypes;
}

/**
 * Turns a query plan into closures: what can be known from the plan alone is worked out here, once, and executing it
 * looks at data only.
 *
 * @param isQuery if so, nothing changes meanwhile, and the same isn't asked twice
 * @throws Error for what this gateway doesn't execute: subscriptions, @defer, @fromContext
 */
export function compilePlan(node: PlanNode, { isQuery, ...deps }: PlanDeps & { isQuery: boolean }): Step {
  return compileNode(node, [[]], { ...deps, sharedBy: isQuery ? createSharedFetches() : () => undefined });
}

interface NodeDeps extends PlanDeps {
  readonly sharedBy: (node: FetchNode) => SharedFetch | undefined;
}

/** @param paths where it works: the places of parts that were joined */
function compileNode(node: PlanNode, paths: readonly ResponsePath[], deps: NodeDeps): Step {
  const { calls, types, sharedBy } = deps;
  switch (node.kind) {
    case 'Fetch':
      return compileFetch(node, paths, { call: calls.get(node.serviceName), types, shared: sharedBy(node) });
    case 'Flatten':
      return compileNode(node.node, within(paths, [node.path.map(String)]), deps);
    case 'Sequence':
      return inSequence(node.nodes.map((child) => compileNode(child, paths, deps)));
    case 'Parallel':
      return inParallel(
        joinEqualParts(node.nodes).map((part) => compileNode(part.node, within(paths, part.places), deps)),
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
