import type { ResponseCache } from '../../cache/response-cache.ts';
import type { StoredAnswer } from '../../cache/store.ts';
import { createBoundedMemo } from '../../platform/bounded-memo.ts';
import { type ContentCoding, compress } from './content-encoding.ts';

/** Characters of what tells answers apart of which is remembered what was done. */
const rememberedText = 10_000_000;

/**
 * Adds a content coding to an answer when somebody likes it who was not the first to ask. Most answers are asked for in one
 * coding only, many once and never again, and compressing takes longer than all else about keeping them.
 *
 * @returns to be told of each answer that was found, with the coding that its client likes; nobody waits for it
 */
export function createLateCodings(
  cache: Pick<ResponseCache, 'addCoding'>,
): (answer: StoredAnswer, wanted: ContentCoding) => void {
  /** Once for each answer and coding: what isn't worth it now will not be later. */
  const done = createBoundedMemo<true>(rememberedText);

  return (answer, wanted) => {
    if (answer.encoding === wanted || wanted === 'identity') return;
    const name = `${wanted} ${answer.key} ${answer.meta}`;
    if (done.get(name)) return;
    done.set(name, true, name.length);
    compress(wanted, answer.body)
      .then((bytes) => bytes && cache.addCoding(answer, wanted, bytes))
      // It is served as it is.
      .catch(() => {});
  };
}
