import type { Answer } from '../../measure/ask.ts';

export interface HitCase {
  /** What `--cases` calls it. */
  readonly id: string;
  readonly title: string;
  readonly query: string;
  /** Beside, or instead of, those of every request. */
  readonly headers?: Readonly<Record<string, string>>;
  /** With a bearer token. */
  readonly signedIn?: boolean;
  /** With the ETag of the answer. */
  readonly revalidates?: boolean;
  readonly systems: readonly string[];
  /** @throws Error when the answer isn't what the case is about */
  readonly check?: (answer: Answer) => void;
}

const profile = `{
  user(username: "ada") {
    name
    bio
    posts(first: 3) { nodes { slug title excerpt publishedAt } }
  }
}`;

/** 10 tags: the subgraph, the type, the list and 7 posts, for a page reads one more than it shows. */
const headlines = (viewer = '') => `{
  posts(first: 6) {
    edges {
      cursor
      node { id slug title excerpt body status publishedAt createdAt ${viewer} }
    }
    pageInfo { hasNextPage endCursor }
  }
}`;

const page = `{
  posts(first: 30) {
    nodes {
      id slug title body excerpt likeCount commentCount publishedAt
      tags { name }
      author { id username name }
    }
  }
}`;

const longPage = `{
  posts(first: 100) {
    nodes {
      id slug title body excerpt likeCount commentCount publishedAt updatedAt version
      tags { name }
      author { id username name bio }
      comments(first: 3) { nodes { id body createdAt author { username name } } }
    }
  }
}`;

const all = ['bare', 'bare-get', 'l1', 'l2', 'stock'];
/** Where the stock plugin does something else, or nothing. */
const oursOnly = ['bare', 'bare-get', 'l1', 'l2'];

/** Real pages over the seeded data. */
export const hitCases: readonly HitCase[] = [
  { id: '1KB', title: '1 KB', query: profile, systems: all },
  { id: '4KB', title: '4 KB', query: headlines(), systems: all },
  { id: '20KB', title: '20 KB', query: page, systems: all },
  { id: '100KB', title: '100 KB', query: longPage, systems: all },
  {
    id: '100KB-br',
    title: '100 KB, compressed',
    query: longPage,
    headers: { 'accept-encoding': 'br, gzip' },
    systems: oursOnly,
    check: requireCompressed,
  },
  {
    id: '4KB-signed-in',
    title: '4 KB for everybody, asked for with a bearer token',
    query: headlines(),
    signedIn: true,
    systems: oursOnly,
  },
  {
    id: '4KB-private',
    title: "4 KB of the viewer's own, asked for with a bearer token",
    query: headlines('viewerHasLiked'),
    signedIn: true,
    systems: oursOnly,
    check: requirePrivate,
  },
  {
    id: '4KB-304',
    title: '4 KB that the client still has (304)',
    query: headlines(),
    revalidates: true,
    systems: ['bare', 'l1', 'l2'],
    check: requireNotModified,
  },
];

function requireCompressed({ headers }: Answer): void {
  if (headers['content-encoding'] === undefined) throw new Error('the answer is not compressed');
}

function requirePrivate({ headers }: Answer): void {
  if (!headers['cache-control']?.includes('private')) throw new Error('the answer is not PRIVATE');
}

function requireNotModified({ status }: Answer): void {
  if (status !== 304) throw new Error(`the answer has status ${status}`);
}
