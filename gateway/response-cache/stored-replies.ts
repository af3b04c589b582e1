import type { StoredAnswer } from '../../cache/store.ts';
import { createBoundedMemo } from '../../platform/bounded-memo.ts';
import { type AcceptClass, contentTypes } from './accept-class.ts';
import { answerHeaders, type HeaderList, headerList, notModifiedHeaders } from './answer-headers.ts';
import { type AnswerMeta, readAnswerMeta } from './answer-meta.ts';
import { cacheStatus } from './cache-status.ts';
import type { ContentCoding } from './content-encoding.ts';
import { codedEntityTag } from './entity-tag.ts';
import { type ClientRequest, cdnFacts, isUnchanged, type Query, type Reply } from './replies.ts';

/** Characters of metadata whose meaning is remembered. */
const rememberedText = 2_000_000;

/** Makes replies of stored answers, and remembers what it can: to write its headers takes longer than the rest of a hit. */
export interface StoredReplies {
  /** @returns undefined if what is kept with the answer can't be read: to be treated as a miss */
  reply(query: Query, request: ClientRequest, answer: StoredAnswer): Reply | undefined;
  /** What was kept with an answer; undefined if this version can't read it. */
  metaOf(answer: StoredAnswer): AnswerMeta | undefined;
}

interface Known {
  readonly meta: AnswerMeta;
  /** As they were written last. */
  written: Written | undefined;
}

/** The headers of an answer, and all that they depend on besides its metadata. */
interface Written {
  readonly form: AcceptClass;
  readonly coding: string;
  readonly freshMs: number;
  readonly ttlSeconds: number;
  readonly ageSeconds: number;
  readonly headers: HeaderList;
  readonly notModified: HeaderList;
}

/** @param offersToCdns whether the PUBLIC ones are offered to CDNs; what was stored for them may not be for them any more */
export function createStoredReplies(offersToCdns: boolean): StoredReplies {
  const memo = createBoundedMemo<Known>(rememberedText);

  const know = ({ meta: text }: StoredAnswer): Known | undefined => {
    const remembered = memo.get(text);
    if (remembered !== undefined) return remembered;
    const meta = readAnswerMeta(text);
    if (meta === undefined) return undefined;
    const known = { meta, written: undefined };
    memo.set(text, known, text.length);
    return known;
  };

  const write = (
    form: AcceptClass,
    coding: ContentCoding,
    entityTag: string,
    answer: StoredAnswer,
    meta: AnswerMeta,
  ): Written => {
    const { freshMs, ageMs } = answer;
    const ttlMs = freshMs - ageMs;
    const headers = answerHeaders({
      scope: meta.scope,
      entityTag,
      coding,
      contentType: contentTypes[form],
      cacheStatus: cacheStatus({ kind: 'hit', ttlMs }),
      ageMs: meta.ageMs + ageMs,
      cdn: offersToCdns ? cdnFacts(meta, freshMs, meta.cacheTag) : undefined,
    });
    return {
      form,
      coding,
      freshMs,
      ttlSeconds: inSeconds(ttlMs),
      ageSeconds: inSeconds(meta.ageMs + ageMs),
      headers: headerList(headers),
      notModified: headerList(notModifiedHeaders(headers)),
    };
  };

  return {
    metaOf: (answer) => know(answer)?.meta,

    reply({ form, operationName }, request, answer) {
      const known = know(answer);
      if (known === undefined) return undefined;
      const { meta } = known;
      const coding = answer.encoding as ContentCoding; // The store gives what was asked for, or plain bytes.
      const entityTag = codedEntityTag(meta.entityTag, coding);
      // They change once a second.
      if (known.written === undefined || !stillHolds(known.written, form, answer, meta))
        known.written = write(form, coding, entityTag, answer, meta);
      const { headers, notModified } = known.written;
      const notExecuted = { operationName };
      if (isUnchanged(request, entityTag))
        return { status: 304, headers: notModified, body: noBytes, notExecuted };
      return { status: 200, headers, body: answer.body, notExecuted };
    },
  };
}

const noBytes = Buffer.alloc(0);

function stillHolds(written: Written, form: AcceptClass, answer: StoredAnswer, meta: AnswerMeta): boolean {
  const { encoding, freshMs, ageMs } = answer;
  return (
    written.form === form &&
    written.coding === encoding &&
    written.freshMs === freshMs &&
    written.ttlSeconds === inSeconds(freshMs - ageMs) &&
    written.ageSeconds === inSeconds(meta.ageMs + ageMs)
  );
}

function inSeconds(ms: number): number {
  return Math.floor(ms / 1_000);
}
