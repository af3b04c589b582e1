import type { GatewayContext } from '../context.ts';
import type { JsonObject } from './json-value.ts';
import type { AskedEntities, SharedFetch } from './shared-fetches.ts';
import type { ReportedError } from './subgraph-errors.ts';

export type Variables = Readonly<Record<string, unknown>>;

/** One operation being executed. */
export interface Execution {
  /** What the subgraphs answered so far, merged; in their terms, and more than the client asked for. */
  readonly data: JsonObject;
  /** As the client sent them, and the defaults of those it left out. */
  readonly variables: Variables;
  /** As the client sent them: subgraphs know the defaults. */
  readonly sentVariables: Variables;
  readonly errors: Error[];
  /** What it asked for in fetches that other parts of the plan make, too. */
  readonly asked: Map<SharedFetch, AskedEntities[]>;
  /** Handed to the data sources. */
  readonly context: GatewayContext;
}

interface SubgraphOperation {
  readonly query: string;
  readonly operationName: string | undefined;
  readonly variables: Variables;
}

export interface SubgraphReply {
  readonly data?: JsonObject | null;
  readonly errors?: readonly ReportedError[];
}

/**
 * Sends an operation to a subgraph. The reply's data is the caller's: it is changed in place.
 *
 * @throws Error when there is no answer; it is among the errors of the client's answer as it is
 */
export type CallSubgraph = (operation: SubgraphOperation, context: GatewayContext) => Promise<SubgraphReply>;
