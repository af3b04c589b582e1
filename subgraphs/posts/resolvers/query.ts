import { CodedError } from '../../../platform/errors.ts';
import { uuidOf } from '../../../platform/global-id.ts';
import { parsePage, toConnection } from '../../shared/page.ts';
import type { PublishedPostFilter } from '../data/post-lists.ts';
import { isTagKey, tagKey } from '../data/tags.ts';
import { isSlug } from '../domain/slug.ts';
import type { PostFilter, QueryResolvers } from '../resolver-types.ts';
import { publishedPosts } from './published-posts.ts';

const longestSearch = 200;

export const query: QueryResolvers = {
  post(_parent, { id = null, slug = null }, { reads }) {
    if ((id === null) === (slug === null))
      throw new CodedError('BAD_USER_INPUT', { message: 'Give exactly one of `id` and `slug`.' });
    if (slug !== null) return isSlug(slug) ? reads.postsBySlug.load(slug) : null;
    const uuid = id === null ? null : uuidOf('Post', id);
    return uuid === null ? null : reads.posts.load(uuid);
  },

  posts(_parent, { filter, ...args }, { reads }) {
    const narrowed = readFilter(filter ?? {});
    return publishedPosts(args, async (page) =>
      narrowed === null ? [] : reads.publishedPosts(narrowed, page),
    );
  },

  async tags(_parent, { search, ...args }, { reads }) {
    const page = parsePage(args, isTagKey);
    const prefix = search ?? '';
    // Nothing begins with what no tag can hold, and PostgreSQL would refuse a zero byte.
    const tags = prefix === '' || /^[a-z0-9-]+$/.test(prefix) ? await reads.tags(prefix, page) : [];
    return toConnection(page, tags, tagKey, (tag) => tag);
  },
};

/** Null when no post can match: an author or tag that there cannot be. */
function readFilter({ author, tag, search }: PostFilter): PublishedPostFilter | null {
  const words = search?.trim() ?? '';
  if (words.length > longestSearch)
    throw new CodedError('BAD_USER_INPUT', {
      message: `\`filter.search\` has up to ${longestSearch} characters.`,
    });
  const authorId = author == null ? null : uuidOf('User', author);
  if (author != null && authorId === null) return null;
  if (tag != null && !isSlug(tag)) return null;
  if (words.includes('\0')) return null;
  return { authorId, tag: tag ?? null, search: words === '' ? null : words };
}
