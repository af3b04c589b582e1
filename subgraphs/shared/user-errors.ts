/** As the shared part of every schema.graphql has it. */
export type UserErrorCode =
  | 'INVALID'
  | 'TAKEN'
  | 'NOT_FOUND'
  | 'FORBIDDEN'
  | 'CONFLICT'
  | 'WRONG_CREDENTIALS'
  | 'TOO_MANY_ATTEMPTS';

export interface UserError {
  readonly code: UserErrorCode;
  readonly message: string;
  /** The path to the argument at fault. */
  readonly field: string[] | null;
}

/**
 * Thrown by a mutation's function that can't do what it was asked for a reason the caller can act on. Thrown, so that the
 * transaction around it rolls back: a refusal changes nothing.
 */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly userErrors: readonly [UserError, ...UserError[]];

  constructor(...userErrors: [UserError, ...UserError[]]) {
    super(userErrors.map(({ message }) => message).join(' '));
    this.userErrors = userErrors;
  }
}

/** A refusal for one reason. `field` names an input field, or is null when none in particular is at fault. */
export function refusal(code: UserErrorCode, message: string, field: string | null = null): Refusal {
  return new Refusal({ code, message, field: field === null ? null : ['input', field] });
}

/** Collects what is wrong with an input, so that a form shows all of it at once. */
export interface InputCheck {
  /** Notes a fault of the field unless the condition holds. */
  expect(holds: boolean, field: string, message: string): void;
  /** @throws Refusal if anything was noted. */
  done(): void;
}

export function createInputCheck(): InputCheck {
  const faults: UserError[] = [];
  return {
    expect(holds, field, message) {
      if (!holds) faults.push({ code: 'INVALID', message, field: ['input', field] });
    },
    done() {
      const [first, ...rest] = faults;
      if (first !== undefined) throw new Refusal(first, ...rest);
    },
  };
}

/** Whether a text has between `min` and `max` characters as people count them, and none that PostgreSQL can't store. */
export function hasLength(text: string, min: number, max: number): boolean {
  if (text.includes('\0')) return false;
  const length = [...text].length;
  return length >= min && length <= max;
}

/**
 * Makes the payload of a mutation: what `run` gives, or its refusal with every other field null.
 *
 * @param refused the payload's fields when nothing was done.
 */
export async function payload<Result extends object, Refused extends object>(
  refused: Refused,
  run: () => Promise<Result>,
): Promise<(Result | Refused) & { userErrors: UserError[] }> {
  try {
    return { ...(await run()), userErrors: [] };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { ...refused, userErrors: [...error.userErrors] };
  }
}
