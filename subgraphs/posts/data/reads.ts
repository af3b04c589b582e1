import {
  type ChildRow,
  createLoader,
  createPageLoader,
  type Loader,
  notedList,
  type PageLoader,
} from '../../shared/loaders.ts';
import type { Page } from '../../shared/page.ts';
import { peekViewerId, type RequestContext, viewerId } from '../../shared/request-context.ts';
import { countPostsOfAuthors } from './authors.ts';
import { facts } from './cache-tags.ts';
import { type CommentRow, findComments, findCommentsOfPosts } from './comments.ts';
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
 * is asked for twice. There is no way in here to a post that the viewer may not see. Every read notes what its answer
 * rests on.
 */
export interface Reads {
  readonly posts: Loader<string, PostRow>;
  readonly postsBySlug: Loader<string, PostRow>;
  readonly postCounters: Loader<string, PostCounters>;
  readonly tagsOfPosts: Loader<string, readonly TagRow[]>;
  /** Which posts the viewer likes; without a viewer, nothing is asked. */
  readonly likedPosts: Loader<string, true>;
  comment(id: string): Promise<CommentRow | null>;
  readonly commentsOfPosts: PageLoader<CommentRow>;
  readonly postCountsOfTags: Loader<string, number>;
  readonly postsOfTags: PageLoader<PostRow>;
  readonly postCountsOfAuthors: Loader<string, number>;
  readonly postsOfAuthors: PageLoader<PostRow>;
  /** The viewer's own drafts; nobody else's can be asked for. */
  drafts(page: Page): Promise<readonly PostRow[]>;
  feed(authorIds: readonly string[], page: Page): Promise<readonly PostRow[]>;
  publishedPosts(filter: PublishedPostFilter, page: Page): Promise<readonly PostRow[]>;
  tags(prefix: string, page: Page): Promise<readonly TagRow[]>;
}

type ListedPost = PostRow & ChildRow;

export function createReads(database: Database, request: RequestContext): Reads {
  const { answer } = request;
  // Bound into conditions on rows; the functions below say where it made the answer the viewer's own.
  const viewer = peekViewerId(request);

  /**
   * Notes whether it matters who asked. A published post is the same to everybody; a draft is its author's. Nothing, too, may
   * be a draft to its author. Whether it is isn't looked into: if only those nulls were private, whoever sees that would
   * know where there is a draft.
   */
  function noteVisibility(isPublished: boolean): void {
    if (!isPublished) request.viewer.read();
  }

  const posts = createLoader({
    answer,
    load: (ids) => findVisiblePosts(database, ids, viewer),
    tags: (id) => [facts.post(id)],
    note: (post) => noteVisibility(post?.status === 'published'),
  });

  /** Posts that came in a list need not be read again by id. */
  async function remembered<Row extends PostRow>(reading: Promise<readonly Row[]>): Promise<readonly Row[]> {
    const rows = await reading;
    for (const post of rows) posts.prime(post.id, post);
    return rows;
  }

  const rowTag = ({ id }: PostRow) => facts.post(id);

  const comments = createLoader({
    answer,
    load: (ids) => findComments(database, ids, viewer),
    tags: (id) => [facts.comment(id)],
    note(found) {
      noteVisibility(found?.isOnDraft === false);
      // Also where it is hidden: it appears when its post is published, of which the comment itself knows nothing.
      if (found !== null) answer.record(facts.post(found.postId));
    },
  });

  const drafts = createPageLoader<ListedPost>({
    answer,
    load: (authorIds, page) => remembered(findDraftsOfAuthors(database, authorIds, page)),
    listTag: facts.drafts,
    rowTag,
  });

  // The key is a list of authors. It is the viewer's and so always the same, unless a representation was tampered with.
  const feeds = new Map<string, Promise<readonly PostRow[]>>();

  return {
    posts,
    postsBySlug: createLoader({
      answer,
      load: (slugs) => findVisiblePostsBySlug(database, slugs, viewer),
      tags: (slug) => [facts.slug(slug)],
      note(post) {
        noteVisibility(post?.status === 'published');
        if (post !== null) answer.record(facts.post(post.id));
      },
    }),
    postCounters: createLoader({
      answer,
      load: (postIds) => findPostCounters(database, postIds),
      tags: (postId) => [facts.postCounters(postId)],
    }),
    tagsOfPosts: createLoader({
      answer,
      load: (postIds) => findTagsOfPosts(database, postIds),
      tags: (postId) => [facts.tagsOfPost(postId)],
    }),
    likedPosts: createLoader({
      answer,
      load: async (postIds) =>
        viewer === null ? new Map<string, true>() : findLikedPosts(database, postIds, viewer),
      tags: () => (viewer === null ? [] : [facts.likesOfUser(viewer)]),
      note: request.viewer.read,
    }),
    comment: async (id) => (await comments.load(id))?.visible ?? null,
    commentsOfPosts: createPageLoader({
      answer,
      load: (postIds, page) => findCommentsOfPosts(database, postIds, page),
      listTag: facts.commentsOfPost,
      rowTag: ({ id }) => facts.comment(id),
    }),
    postCountsOfTags: createLoader({
      answer,
      load: (tags) => countPostsOfTags(database, tags),
      tags: (tag) => [facts.tag(tag)],
    }),
    postsOfTags: createPageLoader<ListedPost>({
      answer,
      load: (tags, page) => remembered(findPublishedPostsOfTags(database, tags, page)),
      listTag: facts.withTag,
      rowTag,
    }),
    postCountsOfAuthors: createLoader({
      answer,
      load: (authorIds) => countPostsOfAuthors(database, authorIds),
      tags: (authorId) => [facts.authorCounters(authorId)],
    }),
    postsOfAuthors: createPageLoader<ListedPost>({
      answer,
      load: (authorIds, page) => remembered(findPublishedPostsOfAuthors(database, authorIds, page)),
      listTag: facts.author,
      rowTag,
    }),
    async drafts(page) {
      const author = viewerId(request);
      return author === null ? [] : drafts.load(author, page);
    },
    feed(authorIds, page) {
      const key = JSON.stringify([page, authorIds]);
      let feed = feeds.get(key);
      if (feed === undefined) {
        feed = remembered(findFeed(database, authorIds, page));
        feeds.set(key, feed);
      }
      return notedList(answer, authorIds.map(facts.author), rowTag, feed);
    },
    publishedPosts: (filter, page) =>
      notedList(answer, listTags(filter), rowTag, remembered(findPublishedPosts(database, filter, page))),
    tags(prefix, page) {
      // Nothing of its rows is noted: all they are is a name, which can't change but only go.
      answer.record(facts.allTags);
      return findTags(database, prefix, page);
    },
  };
}

/** A post comes into a narrowed list, or leaves it, by what the list is narrowed by; into the whole one by publication. */
function listTags({ authorId, tag, search }: PublishedPostFilter): string[] {
  const tags: string[] = [];
  if (authorId !== null) tags.push(facts.author(authorId));
  if (tag !== null) tags.push(facts.withTag(tag));
  if (search !== null) tags.push(facts.search);
  return tags.length === 0 ? [facts.all] : tags;
}
