import type { Variables } from '../cost/amount.ts';
import type { OperationCost } from '../cost/operation-cost.ts';
import { judgeVariables } from './judge-variables.ts';
import { fixedLimits, type Limits } from './limits.ts';
import type { OnExceeded } from './on-exceeded.ts';

/**
 * Holds what one request asks for against the limits: its variables, and what the operation costs with them. Its
 * document has passed already.
 *
 * @returns the estimated cost, in points
 * @throws CodedError as {@link judgeVariables} does, and what `onExceeded` throws
 */
export function judgeRequest(
  { pageVariables, cost }: { pageVariables: ReadonlySet<string>; cost: OperationCost },
  variables: Variables,
  { limits, onExceeded }: { limits: Limits; onExceeded: OnExceeded },
): number {
  judgeVariables(variables, onExceeded);
  for (const name of pageVariables) {
    const value = Object.hasOwn(variables, name) ? variables[name] : undefined;
    if (typeof value === 'number' && value > fixedLimits.pageSize) onExceeded('PAGE_TOO_LARGE');
  }
  const points = cost(variables);
  if (points > limits.maxCost) onExceeded('OPERATION_TOO_COSTLY');
  return points;
}
