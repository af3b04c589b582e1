import { toCursor } from '../../../subgraphs/shared/page.ts';
import type { Requests } from '../../measure/same-answers.ts';
import { keyOfManyPost } from '../../systems/many-posts.ts';
import { postRequests } from '../post-requests.ts';

/** Pages begin one post further on each time, so that nobody's answer is another's. */
const pages = 500;

const query = `query Page($first: Int!, $after: String) {
  posts(first: $first, after: $after) {
    nodes { title publishedAt author { name } }
    pageInfo { hasNextPage }
  }
}`;

/** Pages of all posts, of which the first one begins after so many others. */
export function pageRequests(first: number, offset: number): Requests {
  return postRequests(
    Array.from({ length: pages }, (_, shift) => {
      const after = toCursor(keyOfManyPost(offset + shift));
      return { operationName: 'Page', query, variables: { first, after } };
    }),
  );
}

/** In every answer to them: a page that isn't the last one is full. */
export const fullPage = '"hasNextPage":true';
