import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import Negotiator from 'negotiator';
import { entityTag } from './entity-tag.ts';

/** Content codings that answers are kept in, the preferred one first. */
const codings = ['br', 'gzip', 'identity'] as const;
export type ContentCoding = (typeof codings)[number];

/** Below this many bytes an answer fits in one packet anyway. */
const worthCompressing = 1_024;
/** Compressing has to save so much of the size, or the client's work is for nothing. */
const worthKeeping = 0.1;
/**
 * Of 11. Compresses better than gzip in less time; the highest ones take a hundred times longer for a few
 * percent.
 */
const brotliQuality = 5;

const compressBrotli = promisify(brotliCompress);
const compressGzip = promisify(gzip);

/**
 * The coding that a client likes best by its `Accept-Encoding` header, ours of those it likes equally. A client
 * that accepts none of them gets the bytes as they are, as RFC 9110, section 12.5.3, recommends.
 */
export function chooseCoding(acceptEncoding: string | undefined): ContentCoding {
  if (acceptEncoding === undefined) return 'identity';
  const negotiator = new Negotiator({ headers: { 'accept-encoding': acceptEncoding } });
  // The library's types don't know of its second parameter.
  const encodings: (available: string[], options: { preferred: string[] }) => string[] =
    negotiator.encodings.bind(negotiator);
  const [chosen] = encodings([...codings], { preferred: [...codings] });
  return codings.find((coding) => coding === chosen) ?? 'identity';
}

/** Bytes of an answer, in all codings that are worth keeping. */
export type Bodies = Readonly<{ identity: Buffer } & { [coding in ContentCoding]?: Buffer }>;

/** The bytes of an answer, compressed once for everybody who gets them; on the thread pool, so that nobody else waits. */
export interface AnswerBody {
  readonly identity: Buffer;
  /** Of the plain bytes; found out once, when it is first asked for, since it takes a pass over them. */
  readonly entityTag: string;
  /** As they are, where the coding isn't worth it. */
  encoded(wanted: ContentCoding): Promise<{ readonly body: Buffer; readonly coding: ContentCoding }>;
  /** In all codings that somebody has asked for so far, where they are worth keeping. */
  bodies(): Promise<Bodies>;
}

export function createAnswerBody(identity: Buffer): AnswerBody {
  const compressed = new Map<ContentCoding, Promise<Buffer | undefined>>();
  let tag: string | undefined;

  return {
    identity,
    get entityTag() {
      tag ??= entityTag(identity);
      return tag;
    },
    async encoded(wanted) {
      if (wanted === 'identity') return { body: identity, coding: wanted };
      const bytes = compressed.get(wanted) ?? compress(wanted, identity);
      compressed.set(wanted, bytes);
      const body = await bytes;
      return body === undefined ? { body: identity, coding: 'identity' } : { body, coding: wanted };
    },
    async bodies() {
      const [br, gzipped] = await Promise.all([compressed.get('br'), compressed.get('gzip')]);
      return {
        identity,
        ...(br === undefined ? {} : { br }),
        ...(gzipped === undefined ? {} : { gzip: gzipped }),
      };
    },
  };
}

/** @returns undefined if it saves too little, or is too small for it */
export async function compress(
  coding: Exclude<ContentCoding, 'identity'>,
  identity: Buffer,
): Promise<Buffer | undefined> {
  if (identity.length < worthCompressing) return undefined;
  const encoded = await (coding === 'gzip'
    ? compressGzip(identity)
    : compressBrotli(identity, {
        params: {
          [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
          [constants.BROTLI_PARAM_QUALITY]: brotliQuality,
          [constants.BROTLI_PARAM_SIZE_HINT]: identity.length,
        },
      }));
  return encoded.length <= identity.length * (1 - worthKeeping) ? encoded : undefined;
}
