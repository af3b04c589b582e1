import type DataLoader from 'dataloader';
import { createLoader, createPageLoader, type PageLoader } from '../../shared/loaders.ts';
import type { Page } from '../../shared/page.ts';
import { countPostsOfAuthors } from './authors.ts';
import { type CommentRow, findCommentsOfPosts, findVisibleComments } from './comments.ts';
import type { Database } from './database.ts';
import { findLikedPosts } from './likes.ts';
import { findPostCounters, type PostCounters } from './post-counters.ts';
import {
  findDraftsOfAuthors,
  findFeed,
  findPublishedPosts,
  findPublishedPostsOfAuthors,
  findPublishedPostsOfTags,
  type PublishedPostFilter,
} from './post-lists.ts';
import { findVisiblePosts, findVisiblePostsBySlug, type PostRow } from './posts.ts';
import { countPostsOfTags, findTags, findTagsOfPosts, type TagRow } from './tags.ts';

/**
 * Everything one request may read, as one viewer. What is asked for at the same moment goes as one statement, and nothing
 * is asked for twice. There is no way in here to a post that the viewer may not see.
 */
export interface Reads {
  readonly posts: DataLoader<string, PostRow | null>;
  readonly postsBySlug: DataLoader<string, PostRow | null>;
  readonly postCounters: DataLoader<string, PostCounters | null>;
  readonly tagsOfPosts: DataLoader<string, readonly TagRow[] | null>;
  /** Which posts the viewer likes; without a viewer, nothing is asked. */
  readonly likedPosts: DataLoader<string, true | null>;
  readonly comments: DataLoader<string, CommentRow | null>;
  readonly commentsOfPosts: PageLoader<CommentRow>;
  readonly postCountsOfTags: DataLoader<string, number | null>;
  readonly postsOfTags: PageLoader<PostRow>;
  readonly postCountsOfAuthors: DataLoader<string, number | null>;
  readonly postsOfAuthors: PageLoader<PostRow>;
  /** The viewer's own drafts; nobody else's can be asked for. */
  drafts(page: Page): Promise<readonly PostRow[]>;
  feed(authorIds: readonly string[], page: Page): Promise<readonly PostRow[]>;
  publishedPosts(filter: PublishedPostFilter, page: Page): Promise<readonly PostRow[]>;
  tags(prefix: string, page: Page): Promise<readonly TagRow[]>;
}

export function createReads(database: Database, viewerId: string | null): Reads {
  const posts = createLoader<string, PostRow>((ids) => findVisiblePosts(database, ids, viewerId));

  /** Posts that came in a list need not be read again by id. */
  async function remembered<Row extends PostRow>(rows: Promise<readonly Row[]>): Promise<readonly Row[]> {
    for (const post of await rows) posts.prime(post.id, post);
    return rows;
  }

  const drafts = createPageLoader((authorIds, page) =>
    remembered(findDraftsOfAuthors(database, authorIds, page)),
  );
  // The key is a list of authors. It is the viewer's and so always the same, unless a representation was tampered with.
  const feeds = new Map<string, Promise<readonly PostRow[]>>();

  return {
    posts,
    postsBySlug: createLoader((slugs) => findVisiblePostsBySlug(database, slugs, viewerId)),
    postCounters: createLoader((postIds) => findPostCounters(database, postIds)),
    tagsOfPosts: createLoader((postIds) => findTagsOfPosts(database, postIds)),
    likedPosts: createLoader(async (postIds) =>
      viewerId === null ? new Map<string, true>() : findLikedPosts(database, postIds, viewerId),
    ),
    comments: createLoader((ids) => findVisibleComments(database, ids, viewerId)),
    commentsOfPosts: createPageLoader((postIds, page) => findCommentsOfPosts(database, postIds, page)),
    postCountsOfTags: createLoader((tags) => countPostsOfTags(database, tags)),
    postsOfTags: createPageLoader((tags, page) => remembered(findPublishedPostsOfTags(database, tags, page))),
    postCountsOfAuthors: createLoader((authorIds) => countPostsOfAuthors(database, authorIds)),
    postsOfAuthors: createPageLoader((authorIds, page) =>
      remembered(findPublishedPostsOfAuthors(database, authorIds, page)),
    ),
    drafts: async (page) => (viewerId === null ? [] : drafts.load(viewerId, page)),
    feed(authorIds, page) {
      const key = JSON.stringify([page, authorIds]);
      let feed = feeds.get(key);
      if (feed === undefined) {
        feed = remembered(findFeed(database, authorIds, page));
        feeds.set(key, feed);
      }
      return feed;
    },
    publishedPosts: (filter, page) => remembered(findPublishedPosts(database, filter, page)),
    tags: (prefix, page) => findTags(database, prefix, page),
  };
}
