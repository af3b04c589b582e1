/** The variables of a request, as they came. */
export type Variables = Readonly<Record<string, unknown>>;

/** A number, or how it follows from the variables: what doesn't depend on them is worked out once. */
export type Amount = number | ((variables: Variables) => number);

export function amountFor(amount: Amount, variables: Variables): number {
  return typeof amount === 'number' ? amount : amount(variables);
}

export function sumOf(amounts: readonly Amount[]): Amount {
  let constant = 0;
  const varying: ((variables: Variables) => number)[] = [];
  for (const amount of amounts)
    if (typeof amount === 'number') constant += amount;
    else varying.push(amount);
  if (varying.length === 0) return constant;
  return (variables) => {
    let sum = constant;
    for (const amount of varying) sum += amount(variables);
    return sum;
  };
}

export function productOf(a: Amount, b: Amount): Amount {
  if (a === 0 || b === 0) return 0;
  if (typeof a === 'number' && typeof b === 'number') return a * b;
  return (variables) => amountFor(a, variables) * amountFor(b, variables);
}
