import type { Requests } from '../../measure/same-answers.ts';
import { documentsFor } from './documents.ts';

/** Neighbours differ in the user and, where there are several, in the document. */
export function requestsFor(userIds: readonly string[], documents: number): Requests {
  const all = documentsFor(documents);
  const bodies = userIds.flatMap((id, index) => {
    const document = all[index % all.length];
    return document ? [JSON.stringify({ ...document, variables: { id } })] : [];
  });
  return {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'accept-encoding': 'identity' },
    body: bodies[0] ?? '',
    bodies,
  };
}
