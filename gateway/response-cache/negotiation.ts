import { createBoundedMemo } from '../../platform/bounded-memo.ts';
import { type AcceptClass, acceptClass } from './accept-class.ts';
import { type ContentCoding, chooseCoding } from './content-encoding.ts';

/** Characters of headers whose meaning is remembered. Clients send few different ones. */
const rememberedText = 100_000;
/** A header longer than this is not worth remembering. */
const memorableLength = 1_000;

/**
 * Finds out what form of an answer a client wants; remembers, because a hit takes little longer than asking the
 * library.
 */
export interface Negotiation {
  acceptClass(method: string, accept: string | undefined): AcceptClass | undefined;
  coding(acceptEncoding: string | undefined): ContentCoding;
}

export function createNegotiation(): Negotiation {
  const codings = remember(chooseCoding);
  // Only a GET may be answered with a page.
  const classesOfGet = remember((accept) => ({ chosen: acceptClass('GET', accept) }));
  const classes = remember((accept) => ({ chosen: acceptClass('POST', accept) }));
  return {
    acceptClass: (method, accept) => (method === 'GET' ? classesOfGet : classes)(accept).chosen,
    coding: codings,
  };
}

function remember<Meaning>(read: (header: string | undefined) => Meaning): typeof read {
  const memo = createBoundedMemo<{ meaning: Meaning }>(rememberedText);
  const ofNone = read(undefined);
  return (header) => {
    if (header === undefined) return ofNone;
    const known = memo.get(header);
    if (known !== undefined) return known.meaning;
    const meaning = read(header);
    if (header.length <= memorableLength) memo.set(header, { meaning }, header.length + 1);
    return meaning;
  };
}
