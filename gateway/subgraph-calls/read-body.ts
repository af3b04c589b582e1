import { isUtf8 } from 'node:buffer';
import type { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import { within } from '../../platform/within.ts';
import { CallFailure } from './call-failure.ts';

/** An answer above this many bytes is refused: it would be held in memory several times over. */
export const maxAnswerBytes = 32 * 1024 * 1024;

/** A connection isn't worth a longer wait, nor as many bytes, of what nobody is going to look at. */
const discardPatienceMs = 100;
const mostDiscardedBytes = 128 * 1024;

/** Reads a body to its end, or the connection is lost; unless that is long in coming. */
export async function discard(body: Dispatcher.ResponseData['body']): Promise<void> {
  if (!(await within(discardPatienceMs, body.dump({ limit: mostDiscardedBytes })))) body.destroy();
}

/** Reads a body to its end, and the connection with it if what is done with a chunk throws. */
export function readBody(body: Readable, onChunk: (chunk: Buffer) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    body.on('data', (chunk: Buffer) => {
      try {
        onChunk(chunk);
      } catch (error) {
        reject(error);
        body.destroy();
      }
    });
    body.on('end', resolve);
    body.on('error', reject);
  });
}

/** @throws CallFailure when there is too much to read, or it is no text. */
export async function readText(body: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  await readBody(body, (chunk) => {
    bytes += chunk.length;
    if (bytes > maxAnswerBytes) throw new CallFailure('nonsense', 'the answer is too large');
    chunks.push(chunk);
  });
  const text = Buffer.concat(chunks);
  if (!isUtf8(text)) throw new CallFailure('nonsense', notText);
  return text.toString();
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
    refuse(Buffer.concat(parts), 'the answer is too large');
    parts = [];
  };

  const refuse = (line: Buffer, what: string) =>
    onBadLine(line.toString('latin1', 0, beginningBytes), new CallFailure('nonsense', what));

  const endLine = () => {
    const line = Buffer.concat(parts);
    if (isUtf8(line)) onLine(line.toString());
    else refuse(line, notText);
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
