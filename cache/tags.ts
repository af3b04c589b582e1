import { createHash } from 'node:crypto';

/**
 * Tags: what an answer rests on, and what an invalidation names.
 *
 *     posts/Post:7            a row                                  exact, of the family posts/Post
 *     posts/Post.author:42    a list: the posts by 42                exact, of the family posts/Post.author
 *     posts/Post.all          a list without arguments               exact, a family of its own
 *     posts/Post              everything of a type                   whole
 *     posts                   everything of a subgraph               whole
 *     posts/Post#a3f          one of 4096 buckets of a family        made here
 *     posts/Post#             anything of a family                   made here
 *
 * They meet in two directions. A *broad invalidation* (TRUNCATE, a new database) has to hit narrow answers: so every
 * entry also holds the types and subgraphs of its tags. A *narrow invalidation* has to hit answers that were too broad
 * to name each row: so it also marks the row's bucket and family. The names of the two directions differ, or every
 * write of a post would remove everything that holds some post.
 */
const bucketCount = 4_096;

/**
 * Above so many tags of one family an answer names buckets instead, and above so many buckets the family.
 *
 * The feed of someone who follows a thousand accounts has to stay exact: whatever is collapsed depends on writes of
 * strangers, too. And buckets are of use only where there are more of them than tags: two thousand tags leave 61 % of
 * these empty, and would leave none of 256.
 */
const exactTagsOfFamily = 1_024;
const bucketsOfFamily = 2_048;

export function subgraphOf(tag: string): string {
  const slash = tag.indexOf('/');
  return slash < 0 ? tag : tag.slice(0, slash);
}

/**
 * What an entry holds for the tags that its parts recorded: the tags themselves, collapsed family by family where they
 * are many, and the types and subgraphs they belong to.
 *
 * Collapsing loses hits, never an invalidation: see {@link tagsToMark}.
 *
 * @param subgraphs all that the answer was read from, so that one that records no tags can be invalidated as a whole
 */
export function tagsToHold(recorded: Iterable<string>, subgraphs: Iterable<string>): string[] {
  const tags = [...recorded];
  const held = new Set<string>(subgraphs);
  let type = '';
  for (const tag of tags) {
    // Mostly it is the same as before.
    if (type !== '' && tag.startsWith(type) && endsType(tag, type.length)) continue;
    type = typeOf(tag);
    held.add(subgraphOf(tag)).add(type);
  }
  // With so few, as nearly always, no family of theirs has more.
  for (const tag of tags.length <= exactTagsOfFamily ? tags : collapseFamilies(tags)) held.add(tag);
  return [...held];
}

/** What an invalidation marks for the tags it was given: each of them, with its bucket and its family. */
export function tagsToMark(invalidated: Iterable<string>): string[] {
  const marked = new Set<string>();
  for (const tag of invalidated) {
    marked.add(tag);
    if (!isExact(tag)) continue;
    marked.add(bucketOf(tag)).add(`${familyOf(tag)}#`);
  }
  return [...marked];
}

function collapseFamilies(tags: readonly string[]): string[] {
  const families = new Map<string, Set<string>>();
  for (const tag of tags) {
    const family = familyOf(tag);
    const members = families.get(family) ?? new Set();
    families.set(family, members.add(tag));
  }
  return [...families].flatMap(([family, members]) => [...collapse(family, members)]);
}

function collapse(family: string, members: ReadonlySet<string>): Iterable<string> {
  if (members.size <= exactTagsOfFamily) return members;
  const buckets = new Set<string>();
  // A whole type among its rows stays itself: nothing marks the bucket of a whole.
  for (const tag of members) buckets.add(isExact(tag) ? bucketOf(tag) : tag);
  return buckets.size <= bucketsOfFamily ? buckets : [`${family}#`];
}

/** Whether a tag names one row or one list, and not all of a type or subgraph. */
function isExact(tag: string): boolean {
  return tag.includes(':');
}

function familyOf(tag: string): string {
  const colon = tag.indexOf(':');
  return colon < 0 ? tag : tag.slice(0, colon);
}

function typeOf(tag: string): string {
  let end = 0;
  while (!endsType(tag, end)) end += 1;
  return tag.slice(0, end);
}

/** Whether the name of a type that begins the tag ends before this place. */
function endsType(tag: string, at: number): boolean {
  return at >= tag.length || tag[at] === '.' || tag[at] === ':' || tag[at] === '#';
}

function bucketOf(tag: string): string {
  const number = createHash('sha256').update(tag).digest().readUInt16BE() % bucketCount;
  return `${familyOf(tag)}#${number.toString(16).padStart(3, '0')}`;
}
