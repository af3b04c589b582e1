import { createInputCheck, refusal } from '../../shared/user-errors.ts';
import type { Database } from '../data/database.ts';
import { insertPost } from '../data/post-writes.ts';
import type { PostRow } from '../data/posts.ts';
import { insertTags } from '../data/tags.ts';
import { writeAs } from './deleted-accounts.ts';
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
 * @throws Refusal INVALID, or TAKEN when the author insists on a slug that is.
 */
export function createPost(database: Database, authorId: string, post: NewPost): Promise<PostRow> {
  const check = createInputCheck();
  checkTitle(check, post.title);
  checkBody(check, post.body);
  checkTags(check, post.tags);
  if (post.slug !== null) checkSlug(check, post.slug);
  check.done();

  const title = trimmedTitle(post.title);
  const slugs = post.slug === null ? slugsFor(title) : [post.slug];
  return writeAs(database, authorId, async (transaction) => {
    for (const slug of slugs) {
      const created = await insertPost(transaction, { authorId, slug, title, body: post.body });
      if (created === null) continue;
      await insertTags(transaction, created.id, distinctTags(post.tags));
      return created;
    }
    throw refusal('TAKEN', 'Another post has this slug.', 'slug');
  });
}

/** The title's own slug, then a few that nobody will have. */
function slugsFor(title: string): string[] {
  const slug = slugFromTitle(title);
  return [slug, withSuffix(slug), withSuffix(slug), withSuffix(slug)];
}
