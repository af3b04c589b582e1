import { randomBytes } from 'node:crypto';

const longestGiven = 200;
/** A slug made from a title leaves room for a suffix, and for people to read it. */
const longestMade = 80;

/** Letters that decompose into no ASCII letter and a mark, and what people write instead of them. */
const spelledOut: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  ł: 'l',
  þ: 'th',
  ı: 'i',
};

export function isSlug(text: string): boolean {
  return text.length <= longestGiven && /^[a-z0-9]+(-[a-z0-9]+)*$/.test(text);
}

/** A slug that reads like the title: "Crème brûlée, step by step" gives "creme-brulee-step-by-step". */
export function slugFromTitle(title: string): string {
  const words = title
    .toLowerCase()
    .normalize('NFKD')
    // Marks that came off their letters, and apostrophes: "don't" is one word.
    .replaceAll(/[\p{M}'’]/gu, '')
    .replaceAll(/[ßæœøđðłþı]/g, (letter) => spelledOut[letter] ?? '')
    .split(/[^a-z0-9]+/)
    .filter((word) => word !== '');
  // A title in another script leaves nothing.
  return fitting(words) || words[0]?.slice(0, longestMade) || 'post';
}

/** Another slug for a title whose own is taken. Random, so that two authors who try at once don't meet again. */
export function withSuffix(slug: string): string {
  return `${slug}-${randomBytes(4).toString('hex')}`;
}

/** As many words as there is room for. */
function fitting(words: readonly string[]): string {
  let slug = '';
  for (const word of words) {
    const longer = slug === '' ? word : `${slug}-${word}`;
    if (longer.length > longestMade) break;
    slug = longer;
  }
  return slug;
}
