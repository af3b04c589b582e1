import {
  type Connection,
  type Page,
  type PageArguments,
  parsePage,
  toConnection,
} from '../../shared/page.ts';
import { isPublishedPostKey, publishedPostKey } from '../data/post-lists.ts';
import type { PostRow } from '../data/posts.ts';

/** Answers any list of published posts: they all have the same order, and so the same cursors. */
export async function publishedPosts(
  args: PageArguments,
  read: (page: Page) => Promise<readonly PostRow[]>,
): Promise<Connection<PostRow>> {
  const page = parsePage(args, isPublishedPostKey);
  return toConnection(page, await read(page), publishedPostKey, (post) => post);
}
