import type { Requests } from '../measure/same-answers.ts';
import { type ShopSize, userId } from './data.ts';

/** Few people and things that are asked for again and again in one request: 87 KB about 23 of them. */
export const storefront: ShopSize = { users: 6, products: 5, reviewsPerUser: 2, wordsPerReview: 75 };

/** So many people that nobody's page was asked for lately. */
export const crowd: ShopSize = { users: 10_000, products: 10_000, reviewsPerUser: 5, wordsPerReview: 8 };

/** Down from people to what they say of what, who says what else of it, and what those say of what; and down from products. */
const everything = `
fragment Person on User { id handle name }
fragment Opinion on Review { id text }
fragment Item on Product { sku title price weight inStock shippingCost }
query Storefront {
  users {
    ...Person
    reviews {
      ...Opinion
      product {
        ...Item
        reviews { ...Opinion author { ...Person reviews { ...Opinion product { ...Item } } } }
      }
    }
  }
  topProducts(first: 5) {
    ...Item
    reviews { ...Opinion author { ...Person reviews { ...Opinion product { ...Item } } } }
  }
}`;

/** Three hops: users, reviews, then products and users. */
const page = `query Page($id: ID!) {
  user(id: $id) {
    name
    reviews { text product { title reviews(first: 3) { text author { name } } } }
  }
}`;

/** Always the same. */
export const storefrontRequests: Requests = requestsOf([{ query: everything }]);

/** One for each user, in no order. */
export const pageRequests: Requests = requestsOf(
  Array.from({ length: crowd.users }, (_, index) => ({
    query: page,
    // A prime that doesn't divide their number comes by each of them once.
    variables: { id: userId((index * 7_919) % crowd.users) },
  })),
);

function requestsOf(requests: readonly object[]): Requests {
  const bodies = requests.map((request) => JSON.stringify(request));
  return {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'accept-encoding': 'identity' },
    body: bodies[0] ?? '',
    bodies,
  };
}
