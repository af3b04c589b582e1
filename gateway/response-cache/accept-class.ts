import Negotiator from 'negotiator';

/** The two forms of an answer: they differ in content type. */
export type AcceptClass = 'json' | 'graphql-response';

export const contentTypes: Readonly<Record<AcceptClass, string>> = {
  json: 'application/json; charset=utf-8',
  'graphql-response': 'application/graphql-response+json; charset=utf-8',
};

/** What Apollo Server chooses from, in its order, which decides between types that the client likes equally. */
const answerTypes = [
  contentTypes.json,
  contentTypes['graphql-response'],
  'application/json; callbackSpec=1.0; charset=utf-8',
];

/** What it weighs against each other before it answers a GET with its landing page. */
const pageTypes = [
  contentTypes.json,
  contentTypes['graphql-response'],
  'multipart/mixed; deferSpec=20220824',
  'multipart/mixed; incrementalSpec=v0.2',
  'multipart/mixed',
  'text/html',
];

/**
 * The form that Apollo Server would answer in; with its own library, because a hit must not have another form
 * than a miss.
 *
 * @param accept all of the request's `Accept` headers, joined with commas
 * @returns undefined where it would answer something else: a page, a refusal, a callback
 */
export function acceptClass(method: string, accept: string | undefined): AcceptClass | undefined {
  // Neither names a preference: Apollo's answer is JSON then.
  if (accept === undefined || accept === '') return 'json';
  const negotiator = new Negotiator({ headers: { accept } });
  if (method === 'GET' && negotiator.mediaType(pageTypes) === 'text/html') return undefined;
  const chosen = negotiator.mediaType(answerTypes);
  if (chosen === contentTypes.json) return 'json';
  if (chosen === contentTypes['graphql-response']) return 'graphql-response';
  return undefined;
}
