import {
  createLoader,
  createPageLoader,
  createViewerLoader,
  type Loader,
  notedList,
  once,
  type PageLoader,
  type ViewerLoader,
} from '../../shared/loaders.ts';
import { type Page, textOfPage } from '../../shared/page.ts';
import { type RequestContext, viewerId } from '../../shared/request-context.ts';
import { facts } from './cache-tags.ts';
import { type CommentRow, commentColumns, type FoundComment, findComments } from './comments.ts';
import type { Database } from './database.ts';
import { findLikedPosts } from './likes.ts';
import type { PostCounters } from './post-counters.ts';
import { findDraftsOf, findFeed, findPublishedPosts, type PublishedPostFilter } from './post-lists.ts';
import { findVisiblePosts, findVisiblePostsBySlug, type PostRow, postColumns } from './posts.ts';
import type { SharedReads } from './shared-reads.ts';
import { findTags, type TagRow } from './tags.ts';

/**
 * Everything one request may read, as one viewer. What is asked for at the same moment goes as one statement, in this request
 * or, where it doesn't matter who asks, in any; and nothing is asked for twice. There is no way in here to a post that the
 * viewer may not see. Every read notes what its answer rests on.
 */
export interface Reads {
  readonly posts: Loader<string, PostRow>;
  readonly postsBySlug: Loader<string, PostRow>;
  readonly postCounters: Loader<string, PostCounters>;
  readonly tagsOfPosts: Loader<string, readonly TagRow[]>;
  /** Which posts the viewer likes. */
  readonly likedPosts: ViewerLoader<string, true>;
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

export function createReads(database: Database, shared: SharedReads, request: RequestContext): Reads {
  const { answer } = request;
  const rowTag = ({ id }: PostRow) => facts.post(id);
  const columns = postColumns.neededFor(request.asked);
  const columnsOfComments = commentColumns.neededFor(request.asked);

  const posts = withOwn(
    createLoader({
      answer,
      read: (id) => shared.publishedPosts.read(id, columns),
      tags: (id) => [facts.post(id)],
    }),
    createViewerLoader({
      request,
      load: (ids, viewer) => findVisiblePosts(database, ids, viewer),
      tags: () => [],
    }),
  );

  function notePost(post: PostRow | null): void {
    if (post !== null) answer.record(rowTag(post));
  }

  // Also where the comment is hidden: it appears when its post is published, of which the comment itself knows nothing.
  function notePostOf(comment: FoundComment | null): void {
    if (comment !== null) answer.record(facts.post(comment.postId));
  }
  const comments = createLoader({
    answer,
    read: (id) => shared.comments.read(id),
    tags: (id) => [facts.comment(id)],
    note: notePostOf,
  });
  const ownComments = createViewerLoader({
    request,
    load: (ids, viewer) => findComments(database, ids, viewer),
    tags: () => [],
    note: notePostOf,
  });

  /** Posts that came in a list need not be read again by id. */
  function remember(rows: readonly PostRow[]): void {
    for (const post of rows) posts.prime(post.id, post);
  }

  const drafts = new Map<string, Promise<readonly PostRow[]>>();
  // The key is a list of authors. It is the viewer's and so always the same, unless a representation was tampered with.
  const feeds = new Map<string, Promise<readonly PostRow[]>>();

  return {
    posts,
    postsBySlug: withOwn(
      createLoader({
        answer,
        read: (slug) => shared.publishedPostsBySlug.read(slug, columns),
        tags: (slug) => [facts.slug(slug)],
        note: notePost,
      }),
      createViewerLoader({
        request,
        load: (slugs, viewer) => findVisiblePostsBySlug(database, slugs, viewer),
        tags: () => [],
        note: notePost,
      }),
    ),
    postCounters: createLoader({
      answer,
      read: (postId) => shared.postCounters.read(postId),
      tags: (postId) => [facts.postCounters(postId)],
    }),
    tagsOfPosts: createLoader({
      answer,
      read: (postId) => shared.tagsOfPosts.read(postId),
      tags: (postId) => [facts.tagsOfPost(postId)],
    }),
    likedPosts: createViewerLoader({
      request,
      load: (postIds, viewer) => findLikedPosts(database, postIds, viewer),
      tags: (_postId, viewer) => [facts.likesOfUser(viewer)],
    }),
    comment: async (id) =>
      (await comments.load(id))?.visible ?? (await ownComments.load(id))?.visible ?? null,
    commentsOfPosts: createPageLoader({
      answer,
      read: (postId, page) => shared.commentsOfPosts.read(postId, page, columnsOfComments),
      listTag: facts.commentsOfPost,
      rowTag: ({ id }) => facts.comment(id),
    }),
    postCountsOfTags: createLoader({
      answer,
      read: (tag) => shared.postCountsOfTags.read(tag),
      tags: (tag) => [facts.tag(tag)],
    }),
    postsOfTags: createPageLoader({
      answer,
      read: (tag, page) => shared.postsOfTags.read(tag, page, columns),
      listTag: facts.withTag,
      rowTag,
      onRows: remember,
    }),
    postCountsOfAuthors: createLoader({
      answer,
      read: (authorId) => shared.postCountsOfAuthors.read(authorId),
      tags: (authorId) => [facts.authorCounters(authorId)],
    }),
    postsOfAuthors: createPageLoader({
      answer,
      read: (authorId, page) => shared.postsOfAuthors.read(authorId, page, columns),
      listTag: facts.author,
      rowTag,
      onRows: remember,
    }),
    async drafts(page) {
      const viewer = viewerId(request);
      if (viewer === null) return [];
      const reading = once(drafts, textOfPage(page), () => findDraftsOf(database, viewer, page));
      return notedList(answer, [facts.drafts(viewer)], rowTag, reading, remember);
    },
    feed(authorIds, page) {
      const reading = once(feeds, JSON.stringify([page, authorIds]), () =>
        findFeed(database, authorIds, page),
      );
      return notedList(answer, authorIds.map(facts.author), rowTag, reading, remember);
    },
    publishedPosts: (filter, page) =>
      notedList(answer, listTags(filter), rowTag, findPublishedPosts(database, filter, page), remember),
    tags(prefix, page) {
      // Nothing of its rows is noted: all they are is a name, which can't change but only go.
      answer.record(facts.allTags);
      return findTags(database, prefix, page);
    },
  };
}

/**
 * What everybody may see, or else what the viewer may. A published post is the same to everybody; a draft is its author's, and so
 * is nothing: it may be a draft to its author. Whether it is isn't looked into: if only those nulls were private, whoever sees
 * that would know where there is a draft. What is primed was asked for before, and noted then.
 */
function withOwn<Value>(
  everybodys: Loader<string, Value>,
  own: ViewerLoader<string, Value>,
): Loader<string, Value> {
  return {
    load: async (key) => (await everybodys.load(key)) ?? own.load(key),
    prime: everybodys.prime,
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
