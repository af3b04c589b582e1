import { toGlobalId } from '../../../platform/global-id.ts';
import { personIds } from '../../../prisma/seed/people.ts';
import { createRandom } from '../../../prisma/seed/random.ts';
import { toCursor } from '../../../subgraphs/shared/page.ts';
import type { Requests } from '../../measure/same-answers.ts';
import { keyOfManyPost } from '../../systems/many-posts.ts';
import { postRequests } from '../post-requests.ts';

const pageSize = 5;
/** As many as the shortest lists have, so that no size is asked the same more often than another: gateways remember requests. */
const pagesPerAuthor = 5;

const latestQuery = `query Latest($id: ID!) {
  user(id: $id) {
    name
    posts(first: ${pageSize}) { nodes { title comments(first: 3) { nodes { body author { name } } } } }
  }
}`;

const anywhereQuery = `query Anywhere($id: ID!, $after: String) {
  user(id: $id) { name posts(first: ${pageSize}, after: $after) { nodes { title publishedAt } } }
}`;

/** Each author's latest posts: the same answers, however many there are behind them. */
export function latestRequests(users: number): Requests {
  const ids = personIds(users).map((uuid) => toGlobalId('User', uuid));
  return postRequests(ids.map((id) => ({ operationName: 'Latest', query: latestQuery, variables: { id } })));
}

/** Full pages from anywhere in the lists of all authors, in no order: what lies far apart is on other pages of the disk. */
export function anywhereRequests({ users, posts }: { users: number; posts: number }): Requests {
  const random = createRandom('anywhere');
  const authors = personIds(users).map((uuid, index) => ({ id: toGlobalId('User', uuid), index }));
  const lastFullPage = posts / users - pageSize;
  const operations = Array.from({ length: pagesPerAuthor }, (_, part) =>
    authors.map(({ id, index }) => {
      const place = Math.floor(((part + random.next()) * lastFullPage) / pagesPerAuthor);
      // Authors take turns (see many-posts.ts).
      const before = place * users + index;
      const variables = { id, after: toCursor(keyOfManyPost(before)) };
      return { operationName: 'Anywhere', query: anywhereQuery, variables };
    }),
  );
  return postRequests(operations.flat());
}
