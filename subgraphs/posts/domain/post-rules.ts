import { hasLength, type InputCheck } from '../../shared/user-errors.ts';
import { isSlug } from './slug.ts';

/** What may be in a post. The database holds the same rules; these say which one was broken. */

const mostTags = 10;
const longestTag = 40;

/** What is stored of a title: spaces around it say nothing. */
export function trimmedTitle(title: string): string {
  return title.trim();
}

export function checkTitle(check: InputCheck, title: string): void {
  check.expect(hasLength(trimmedTitle(title), 1, 200), 'title', 'A title has 1 to 200 characters.');
}

export function checkBody(check: InputCheck, body: string): void {
  check.expect(hasLength(body, 0, 100_000), 'body', 'A body has up to 100000 characters.');
}

export function checkSlug(check: InputCheck, slug: string): void {
  check.expect(
    isSlug(slug),
    'slug',
    'A slug has 1 to 200 lower-case letters and digits, with single hyphens between them.',
  );
}

/** Tags that are given twice count once, in the place where they came first. */
export function distinctTags(tags: readonly string[]): string[] {
  return [...new Set(tags)];
}

export function checkTags(check: InputCheck, tags: readonly string[]): void {
  const distinct = distinctTags(tags);
  check.expect(distinct.length <= mostTags, 'tags', `A post has at most ${mostTags} tags.`);
  check.expect(
    distinct.every((tag) => tag.length <= longestTag && isSlug(tag)),
    'tags',
    `A tag has 1 to ${longestTag} lower-case letters and digits, with single hyphens between them.`,
  );
}
