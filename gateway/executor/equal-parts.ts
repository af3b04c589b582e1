import type { FetchNode, PlanNode } from '@apollo/query-planner';
import type { ResponsePath } from './response-path.ts';

/** A part of a plan that works at one or more places of the answer. */
interface PlacedPart {
  readonly node: PlanNode;
  /** Within the place that the plan's part around it has. */
  readonly places: readonly ResponsePath[];
}

/**
 * Of parts that may run at the same time, those that differ only in where they work become one: what is about products here
 * and products there is one call, not two. The planner makes a part of its own for each place.
 */
export function joinEqualParts(nodes: readonly PlanNode[]): PlacedPart[] {
  const parts = new Map<string, { node: PlanNode; places: ResponsePath[] }>();
  for (const node of nodes) {
    const place = placeOf(node);
    const within = withoutPlace(node, place);
    const text = whatItDoes(within);
    const equal = parts.get(text);
    if (equal === undefined) parts.set(text, { node: within, places: [place] });
    else equal.places.push(place);
  }
  return [...parts.values()];
}

/** Where all of a part works. */
function placeOf(node: PlanNode): ResponsePath {
  if (node.kind === 'Flatten') return node.path.map(String);
  if (node.kind !== 'Sequence') return [];
  const [first = [], ...others] = node.nodes.map(placeOf);
  return others.every((other) => other.join() === first.join()) ? first : [];
}

function withoutPlace(node: PlanNode, place: ResponsePath): PlanNode {
  if (place.length === 0) return node;
  if (node.kind === 'Flatten') return node.node;
  if (node.kind === 'Sequence')
    return { ...node, nodes: node.nodes.map((child) => withoutPlace(child, place)) };
  return node;
}

/** The same for parts that do the same: the planner numbers the names of its fetches. */
export function whatItDoes(node: PlanNode): string {
  return JSON.stringify(node, (_, value: unknown) => (isFetch(value) ? withoutName(value) : value));
}

function isFetch(value: unknown): value is FetchNode {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'Fetch';
}

function withoutName({ operationName = '', operationDocumentNode: _, ...fetch }: FetchNode): unknown {
  return { ...fetch, operation: fetch.operation.replace(operationName, '') };
}
