import type { Requests } from '../../measure/same-answers.ts';
import { postRequests } from '../post-requests.ts';
import { documentsFor } from './documents.ts';

/** Each user with each document, before any of them comes again. Neighbours differ in the user and, where there are several, in the document. */
export function requestsFor(userIds: readonly string[], documents: number): Requests {
  const all = documentsFor(documents);
  return postRequests(
    all.flatMap((_, pass) =>
      userIds.map((id, index) => ({ ...all[(index + pass) % all.length], variables: { id } })),
    ),
  );
}
