import { hash } from 'node:crypto';
import { stripIgnoredCharacters } from 'graphql';
import { createBoundedMemo } from '../../platform/bounded-memo.ts';
import type { Logger } from '../../platform/logging.ts';
import type { ListedOperation } from '../operation-manifest.ts';

/** Documents that were logged, so that each has one line. */
const rememberedDocuments = 10_000;

/** The documents that clients were built with. */
export interface Safelist {
  readonly operations: readonly ListedOperation[];
  /** Whether a document may not be executed. In log mode none is refused: those that would be have a line in the log each. */
  refuses(text: string): boolean;
  /** The document that clients may ask for by this id. */
  documentOf(id: string): string | undefined;
  /** Another for every list: what is remembered of documents by one does not hold for the next. */
  readonly edition: number;
}

/**
 * A document is on the list if it has the same tokens as one of it: spaces, commas and comments don't count. It is compared as
 * text, before it is parsed.
 */
export function createSafelist(
  operations: readonly ListedOperation[],
  options: { mode: 'log' | 'enforce'; logger: Logger },
): Safelist & { replace(operations: readonly ListedOperation[]): void } {
  const { mode, logger } = options;
  let { byId, texts, longest } = indexed(operations);
  let current = operations;
  let edition = 1;
  const logged = createBoundedMemo<true>(rememberedDocuments);

  const isListed = (text: string): boolean => {
    if (texts.has(text)) return true;
    // Nobody lays a document out at twice its length; what is longer isn't worth reading.
    if (text.length > 2 * longest) return false;
    try {
      return texts.has(stripIgnoredCharacters(text));
    } catch {
      return false;
    }
  };

  const logOnce = (text: string) => {
    const sha256 = hash('sha256', text);
    if (logged.get(sha256)) return;
    logged.set(sha256, true, 1);
    // Not the text: it may have a secret in it that belongs into a variable.
    const name = /\b(?:query|mutation)\s+(\w{1,100})/.exec(text)?.[1];
    logger.warn({ sha256, operation: name }, 'a document is not on the safelist');
  };

  return {
    refuses(text) {
      if (isListed(text)) return false;
      if (mode === 'log') logOnce(text);
      return mode === 'enforce';
    },
    documentOf: (id) => byId.get(id),
    get operations() {
      return current;
    },
    get edition() {
      return edition;
    },
    replace(next) {
      ({ byId, texts, longest } = indexed(next));
      current = next;
      edition += 1;
    },
  };
}

function indexed(operations: readonly ListedOperation[]) {
  return {
    byId: new Map(operations.map(({ id, body }) => [id, body])),
    texts: new Set(operations.flatMap(({ body }) => [body, stripIgnoredCharacters(body)])),
    longest: operations.reduce((length, { body }) => Math.max(length, body.length), 0),
  };
}
