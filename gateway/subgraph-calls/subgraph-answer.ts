/** A subgraph's answer in the form of https://spec.graphql.org/October2021/#sec-Response-Format. */
export interface SubgraphAnswer {
  readonly data?: Record<string, unknown> | null | undefined;
  /** undefined: there are none. */
  readonly errors?: readonly SubgraphAnswerError[] | undefined;
  /** What it says besides; of what form is for its readers to find out. */
  readonly extensions?: unknown;
}

export interface SubgraphAnswerError {
  readonly message: string;
  readonly path?: readonly (string | number)[];
  readonly extensions?: Record<string, unknown>;
}

/** More of them help nobody, and each is logged and sent to the client. */
const mostErrors = 1_000;

/**
 * @param answer a body that was parsed
 * @throws Error saying what is wrong, for the log, when it is not a GraphQL answer.
 */
export function readSubgraphAnswer(answer: unknown): SubgraphAnswer {
  if (!isObject(answer)) throw new Error('the body is not an object');
  const { data, errors, extensions } = answer;
  if (data !== undefined && data !== null && !isObject(data)) throw new Error('data is not an object');
  if (errors !== undefined && !isErrorList(errors)) throw new Error('errors is not a list of errors');
  if (data === undefined && errors === undefined) throw new Error('there is neither data nor errors');
  const hasErrors = errors !== undefined && errors.length > 0;
  return { data, errors: hasErrors ? errors.slice(0, mostErrors) : undefined, extensions };
}

function isErrorList(value: unknown): value is SubgraphAnswerError[] {
  return Array.isArray(value) && value.every(isError);
}

function isError(value: unknown): value is SubgraphAnswerError {
  if (!isObject(value) || typeof value.message !== 'string') return false;
  const { path, extensions } = value;
  const pathFits =
    path === undefined ||
    (Array.isArray(path) && path.every((step) => typeof step === 'string' || typeof step === 'number'));
  return pathFits && (extensions === undefined || isObject(extensions));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
