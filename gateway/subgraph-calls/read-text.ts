import { isAscii, isUtf8 } from 'node:buffer';
import { CallFailure } from './call-failure.ts';
import { maxAnswerBytes } from './post.ts';

/** Gathers a text. */
export class TextReader {
  readonly #chunks: Buffer[] = [];
  #bytes = 0;

  /** @throws CallFailure when there is too much to read */
  read(chunk: Buffer): void {
    this.#bytes += chunk.length;
    if (this.#bytes > maxAnswerBytes) throw new CallFailure('nonsense', 'the answer is too large');
    this.#chunks.push(chunk);
  }

  /** @throws CallFailure when it is no text */
  end(): string {
    const text = textOf(joined(this.#chunks));
    if (text === undefined) throw new CallFailure('nonsense', notText);
    return text;
  }
}

/** It would otherwise be read as something else, and kept. */
const notText = 'the answer is not UTF-8';

const lineEnd = 0x0a;
/** As much of a line that is too long is kept: it says whose it is. */
const beginningBytes = 64;

/**
 * Cuts what arrives into lines.
 *
 * @param onLine what comes after the last line end is no line
 * @param onBadLine called with the beginning of a line that is too long to be kept, or no text, and with what it is
 */
export function createLineReader(options: {
  maxBytes: number;
  onLine: (line: string) => void;
  onBadLine: (beginning: string, failure: CallFailure) => void;
}): (chunk: Buffer) => void {
  const { maxBytes, onLine, onBadLine } = options;
  let parts: Buffer[] = [];
  let bytes = 0;

  const take = (part: Buffer) => {
    const wasTooLong = bytes > maxBytes;
    bytes += part.length;
    if (wasTooLong) return;
    parts.push(part);
    if (bytes <= maxBytes) return;
    refuse(joined(parts), 'the answer is too large');
    parts = [];
  };

  const refuse = (line: Buffer, what: string) =>
    onBadLine(line.toString('latin1', 0, beginningBytes), new CallFailure('nonsense', what));

  const endLine = () => {
    const line = joined(parts);
    const text = textOf(line);
    if (text === undefined) refuse(line, notText);
    else onLine(text);
  };

  return (chunk) => {
    let start = 0;
    for (let end = chunk.indexOf(lineEnd); end !== -1; end = chunk.indexOf(lineEnd, start)) {
      take(chunk.subarray(start, end));
      if (bytes <= maxBytes) endLine();
      parts = [];
      bytes = 0;
      start = end + 1;
    }
    if (start < chunk.length) take(chunk.subarray(start));
  };
}

/** Most come in one piece, which needs no copy. */
function joined(parts: readonly Buffer[]): Buffer {
  const [only] = parts;
  return only !== undefined && parts.length === 1 ? only : Buffer.concat(parts);
}

/** undefined if it isn't UTF-8. */
function textOf(bytes: Buffer): string | undefined {
  // The same, in half of the time.
  if (isAscii(bytes)) return bytes.toString('latin1');
  return isUtf8(bytes) ? bytes.toString() : undefined;
}
