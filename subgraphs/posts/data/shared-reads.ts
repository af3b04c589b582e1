import {
  type ChildRow,
  createSharedPageRead,
  createSharedRead,
  type SharedPageRead,
  type SharedRead,
} from '../../shared/shared-reads.ts';
import { countPostsOfAuthors } from './authors.ts';
import { type CommentRow, type FoundComment, findComments, findCommentsOfPosts } from './comments.ts';
import type { Database } from './database.ts';
import { findPostCounters, type PostCounters } from './post-counters.ts';
import { findPublishedPostsOfAuthors, findPublishedPostsOfTags } from './post-lists.ts';
import { findVisiblePosts, findVisiblePostsBySlug, type PostRow } from './posts.ts';
import { countPostsOfTags, findTagsOfPosts, type TagRow } from './tags.ts';

type ListedPost = PostRow & ChildRow;

/** What requests read together: that which is the same to everybody, so of posts the published ones. */
export interface SharedReads {
  readonly publishedPosts: SharedRead<string, PostRow>;
  readonly publishedPostsBySlug: SharedRead<string, PostRow>;
  readonly postCounters: SharedRead<string, PostCounters>;
  readonly tagsOfPosts: SharedRead<string, readonly TagRow[]>;
  /** Also that there is one on a draft, which is not in it. */
  readonly comments: SharedRead<string, FoundComment>;
  readonly commentsOfPosts: SharedPageRead<CommentRow & ChildRow>;
  readonly postCountsOfTags: SharedRead<string, number>;
  readonly postsOfTags: SharedPageRead<ListedPost>;
  readonly postCountsOfAuthors: SharedRead<string, number>;
  readonly postsOfAuthors: SharedPageRead<ListedPost>;
}

/** Made once a process. */
export function createSharedReads(database: Database): SharedReads {
  return {
    publishedPosts: createSharedRead((ids) => findVisiblePosts(database, ids, null)),
    publishedPostsBySlug: createSharedRead((slugs) => findVisiblePostsBySlug(database, slugs, null)),
    postCounters: createSharedRead((postIds) => findPostCounters(database, postIds)),
    tagsOfPosts: createSharedRead((postIds) => findTagsOfPosts(database, postIds)),
    comments: createSharedRead((ids) => findComments(database, ids, null)),
    commentsOfPosts: createSharedPageRead((postIds, page) => findCommentsOfPosts(database, postIds, page)),
    postCountsOfTags: createSharedRead((tags) => countPostsOfTags(database, tags)),
    postsOfTags: createSharedPageRead((tags, page) => findPublishedPostsOfTags(database, tags, page)),
    postCountsOfAuthors: createSharedRead((authorIds) => countPostsOfAuthors(database, authorIds)),
    postsOfAuthors: createSharedPageRead((authorIds, page) =>
      findPublishedPostsOfAuthors(database, authorIds, page),
    ),
  };
}
