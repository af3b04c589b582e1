import type { Variables } from '../cost/amount.ts';
import { fixedLimits } from './limits.ts';
import { type OnExceeded, refuse } from './on-exceeded.ts';

/**
 * Holds a request's variables against the limits, whatever the operation makes of them.
 *
 * @throws CodedError INPUT_TOO_DEEP, which is never let pass, and BAD_REQUEST for a name that could reach a prototype:
 *   in a body that is refused when it is parsed, in an address only here
 */
export function judgeVariables(variables: Variables, onExceeded: OnExceeded): void {
  let values = 0;
  let longestList = 0;
  const count = (value: unknown, nesting: number): void => {
    values += 1;
    if (typeof value !== 'object' || value === null) return;
    if (nesting > fixedLimits.variableNesting) refuse('INPUT_TOO_DEEP');
    if (Array.isArray(value)) {
      longestList = Math.max(longestList, value.length);
      for (const item of value) count(item, nesting + 1);
      return;
    }
    if (Object.hasOwn(value, '__proto__')) refuse('BAD_REQUEST');
    for (const field of Object.values(value)) count(field, nesting + 1);
  };
  count(variables, 0);
  if (longestList > fixedLimits.listItems) onExceeded('LIST_TOO_LONG');
  if (values > fixedLimits.variableValues) onExceeded('VARIABLES_TOO_LARGE');
}
