import { randomUUID } from 'node:crypto';
import { toGlobalId, uuidOf } from '../../../platform/global-id.ts';
import { newPerson, type PostsUnderTest, userReference } from './posts-subgraph.ts';

/** One list of the schema, freshly made and empty, whose rows come and go by plain SQL beside whoever pages it. */
export interface ListUnderChange {
  /** Adds a row somewhere in the list; `rank` (0 to 9) is what it is ordered by first, and rows may share it. */
  add(rank: number): Promise<Row>;
  /** Takes it away: deletes it, or makes it something that this list doesn't hold. */
  remove(row: Row, how: 'delete' | 'hide'): Promise<void>;
  /** In the order of the list, less than 0 when `a` comes first. */
  compare(a: Row, b: Row): number;
  page(args: Record<string, unknown>): Promise<ListPage>;
}

export interface Row {
  readonly uuid: string;
  readonly id: string;
  readonly rank: number;
}

export interface ListPage {
  readonly edges: readonly { readonly cursor: string; readonly node: { readonly id: string } }[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
}

export const lists: Record<string, (posts: PostsUnderTest) => Promise<ListUnderChange>> = {
  'the posts of an author, by filter': async (posts) => {
    const author = newPerson();
    return postList(posts, author, 'published', async (args) => {
      const filter = { author: toGlobalId('User', author) };
      const query = `query(${types}, $filter: PostFilter) { posts(filter: $filter, ${passed}) ${fields} }`;
      return (await posts.ask(null, query, { ...args, filter })).posts;
    });
  },
  'the posts with a tag, by filter': async (posts) => {
    const author = newPerson();
    return postList(posts, author, 'published', async (args) => {
      const query = `query(${types}, $filter: PostFilter) { posts(filter: $filter, ${passed}) ${fields} }`;
      return (await posts.ask(null, query, { ...args, filter: { tag: tagOf(author) } })).posts;
    });
  },
  'the posts of a tag': async (posts) => {
    const author = newPerson();
    // A list is empty at first, and so is the tag: the page is the tag's once there is one.
    return postList(posts, author, 'published', async (args) => {
      const query = `query(${types}, $tag: String) { tags(search: $tag) { nodes { posts(${passed}) ${fields} } } }`;
      return (await posts.ask(null, query, { ...args, tag: tagOf(author) })).tags.nodes[0].posts;
    });
  },
  'the posts of a user': async (posts) => {
    const author = newPerson();
    return postList(posts, author, 'published', (args) => userList(posts, null, author, 'posts', args));
  },
  'a feed': async (posts) => {
    const author = newPerson();
    const viewer = newPerson();
    return postList(posts, author, 'published', (args) =>
      userList(posts, viewer, viewer, 'feed', args, [author]),
    );
  },
  drafts: async (posts) => {
    const author = newPerson();
    return postList(posts, author, 'draft', (args) => userList(posts, author, author, 'drafts', args));
  },
  'the comments of a post': commentList,
};

const types = '$first: Int, $after: String, $last: Int, $before: String';
const passed = 'first: $first, after: $after, last: $last, before: $before';
const fields =
  '{ edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } }';

async function userList(
  posts: PostsUnderTest,
  viewer: string | null,
  user: string,
  field: string,
  args: Record<string, unknown>,
  followees?: string[],
): Promise<ListPage> {
  const query = `query($r: [_Any!]!, ${types}) {
    _entities(representations: $r) { ... on User { ${field}(${passed}) ${fields} } }
  }`;
  const { _entities } = await posts.ask(viewer, query, { ...args, r: [userReference(user, followees)] });
  return _entities[0][field];
}

function postList(
  { database }: PostsUnderTest,
  author: string,
  status: 'published' | 'draft',
  page: ListUnderChange['page'],
): ListUnderChange {
  return {
    page,
    async add(rank) {
      const uuid = randomUUID();
      await database.query(
        `WITH tag AS (INSERT INTO tags VALUES ($5) ON CONFLICT DO NOTHING),
              post AS (INSERT INTO posts (id, author_id, slug, title, body, status, published_at)
                       VALUES ($1::uuid, $2, $1, 'T', 'B', $3, $4))
         INSERT INTO post_tags (post_id, tag, position) VALUES ($1::uuid, $5, 0)`,
        [uuid, author, status, status === 'draft' ? null : new Date(rank * 1_000), tagOf(author)],
      );
      return { uuid, id: toGlobalId('Post', uuid), rank: status === 'draft' ? 0 : rank };
    },
    async remove({ uuid }, how) {
      if (how === 'delete') await database.query('DELETE FROM posts WHERE id = $1', [uuid]);
      else if (status === 'draft')
        await database.query(`UPDATE posts SET status = 'published', published_at = now() WHERE id = $1`, [
          uuid,
        ]);
      else
        await database.query(`UPDATE posts SET status = 'draft', published_at = NULL WHERE id = $1`, [uuid]);
    },
    compare: (a, b) => b.rank - a.rank || (a.uuid < b.uuid ? 1 : -1),
  };
}

async function commentList(posts: PostsUnderTest): Promise<ListUnderChange> {
  const { database } = posts;
  const id = await posts.writePost(newPerson());
  const postUuid = uuidOf('Post', id);
  return {
    async page(args) {
      const query = `query($id: ID, ${types}) { post(id: $id) { comments(${passed}) ${fields} } }`;
      return (await posts.ask(null, query, { ...args, id })).post.comments;
    },
    async add() {
      const uuid = randomUUID();
      await database.query('INSERT INTO comments (id, post_id, author_id, body) VALUES ($1, $2, $1, $3)', [
        uuid,
        postUuid,
        'C',
      ]);
      return { uuid, id: toGlobalId('Comment', uuid), rank: 0 };
    },
    async remove({ uuid }) {
      await database.query('DELETE FROM comments WHERE id = $1', [uuid]);
    },
    compare: (a, b) => (a.uuid < b.uuid ? -1 : 1),
  };
}

function tagOf(author: string): string {
  return `of-${author.slice(0, 13)}`;
}
