import type { NamedReads } from '../../shared/named-reads.ts';
import {
  type ChildRow,
  createSharedPageRead,
  createSharedRead,
  type SharedPageRead,
  type SharedRead,
} from '../../shared/shared-reads.ts';
import { countPostsOfAuthors } from './authors.ts';
import { type CommentRow, type FoundComment, findCommentsOfPosts, findPublicComments } from './comments.ts';
import { findPostCounters, type PostCounters } from './post-counters.ts';
import { findPublishedPostsOfAuthors, findPublishedPostsOfTags } from './post-lists.ts';
import { findPublicPosts, findPublicPostsBySlug, type PostRow } from './posts.ts';
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
export function createSharedReads(reads: NamedReads): SharedReads {
  return {
    publishedPosts: createSharedRead((ids, columns) => findPublicPosts(reads, ids, columns)),
    publishedPostsBySlug: createSharedRead((slugs, columns) => findPublicPostsBySlug(reads, slugs, columns)),
    postCounters: createSharedRead((postIds) => findPostCounters(reads, postIds)),
    tagsOfPosts: createSharedRead((postIds) => findTagsOfPosts(reads, postIds)),
    comments: createSharedRead((ids) => findPublicComments(reads, ids)),
    commentsOfPosts: createSharedPageRead((postIds, page, columns) =>
      findCommentsOfPosts(reads, postIds, page, columns),
    ),
    postCountsOfTags: createSharedRead((tags) => countPostsOfTags(reads, tags)),
    postsOfTags: createSharedPageRead((tags, page, columns) =>
      findPublishedPostsOfTags(reads, tags, page, columns),
    ),
    postCountsOfAuthors: createSharedRead((authorIds) => countPostsOfAuthors(reads, authorIds)),
    postsOfAuthors: createSharedPageRead((authorIds, page, columns) =>
      findPublishedPostsOfAuthors(reads, authorIds, page, columns),
    ),
  };
}
