import type { ViewerId } from '../../shared/request-context.ts';
import { createInputCheck, refusal } from '../../shared/user-errors.ts';
import type { Database } from '../data/database.ts';
import { insertPost } from '../data/post-writes.ts';
import { findVisiblePosts, type PostRow } from '../data/posts.ts';
import { insertTags } from '../data/tags.ts';
import { checkIdempotencyKey, createOnce } from './idempotency.ts';
import { checkBody, checkSlug, checkTags, checkTitle, distinctTags, trimmedTitle } from './post-rules.ts';
import { slugFromTitle, withSuffix } from './slug.ts';

export interface NewPost {
  readonly title: string;
  readonly body: string;
  readonly tags: readonly string[];
  /** Null: made from the title. */
  readonly slug: string | null;
}

/**
 * Writes a draft.
 *
 * @param key makes it safe to call this again: see idempotency.ts.
 * @returns null when the key's post is gone by now.
 * @throws Refusal INVALID, or TAKEN when the author insists on a slug that is, or CONFLICT at a key that was used otherwise.
 */
export function createPost(
  database: Database,
  authorId: ViewerId,
  post: NewPost,
  key: string | null,
): Promise<PostRow | null> {
  const check = createInputCheck();
  checkTitle(check, post.title);
  checkBody(check, post.body);
  checkTags(check, post.tags);
  if (post.slug !== null) checkSlug(check, post.slug);
  checkIdempotencyKey(check, key);
  check.done();

  const title = trimmedTitle(post.title);
  const slugs = post.slug === null ? slugsFor(title) : [post.slug];
  const request = { mutation: 'createPost', key, input: [post.title, post.body, post.tags, post.slug] };
  return createOnce(database, authorId, request, {
    async create(transaction, id) {
      for (const slug of slugs) {
        const created = await insertPost(transaction, { id, authorId, slug, title, body: post.body });
        if (created === null) continue;
        await insertTags(transaction, id, distinctTags(post.tags));
        return created;
      }
      throw refusal('TAKEN', 'Another post has this slug.', 'slug');
    },
    find: async (transaction, id) => (await findVisiblePosts(transaction, [id], authorId)).get(id) ?? null,
  });
}

/** The title's own slug, then a few that nobody will have. */
function slugsFor(title: string): string[] {
  const slug = slugFromTitle(title);
  return [slug, withSuffix(slug), withSuffix(slug), withSuffix(slug)];
}
