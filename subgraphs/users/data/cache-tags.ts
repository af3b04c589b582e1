/**
 * The facts that answers of this subgraph rest on. The triggers of prisma/users/migrations name the same when a row changes;
 * test/tags/agreement-*.test.ts holds the two together.
 */
export const facts = {
  /** The account itself, or that there is none. */
  user: (id: string) => `users/User:${id}`,
  /** Whose username it is, if anybody's. */
  username: (username: string) => `users/User.username:${username}`,
  /** Who is in the list of all accounts. */
  all: 'users/User.all',
  /** Who is found by a search, whatever was searched for. */
  search: 'users/User.search',
  followers: (followee: string) => `users/User.followers:${followee}`,
  following: (follower: string) => `users/User.following:${follower}`,
  counters: (user: string) => `users/User.counters:${user}`,
} as const;

/** Of which type the ids in them are, for whoever explains them to clients. */
export const tagIdTypes = {
  User: 'User',
  'User.followers': 'User',
  'User.following': 'User',
  'User.counters': 'User',
} as const;
