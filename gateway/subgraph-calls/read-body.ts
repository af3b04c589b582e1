import type { Readable } from 'node:stream';
import { CallFailure } from './call-failure.ts';

/** An answer above this many bytes is refused: it would be held in memory several times over. */
export const maxAnswerBytes = 32 * 1024 * 1024;

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

/** @throws CallFailure when there is too much to read. */
export async function readText(body: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  await readBody(body, (chunk) => {
    bytes += chunk.length;
    if (bytes > maxAnswerBytes) throw new CallFailure('nonsense', 'the answer is too large');
    chunks.push(chunk);
  });
  return Buffer.concat(chunks).toString();
}

const lineEnd = 0x0a;
/** As much of a line that is too long is kept: it says whose it is. */
const beginningBytes = 64;

/**
 * Cuts what arrives into lines.
 *
 * @param onLine what comes after the last line end is no line
 * @param onTooLong called with the beginning of a line that isn't kept
 */
export function createLineReader(options: {
  maxBytes: number;
  onLine: (line: string) => void;
  onTooLong: (beginning: string) => void;
}): (chunk: Buffer) => void {
  const { maxBytes, onLine, onTooLong } = options;
  let parts: Buffer[] = [];
  let bytes = 0;

  const take = (part: Buffer) => {
    const wasTooLong = bytes > maxBytes;
    bytes += part.length;
    if (wasTooLong) return;
    parts.push(part);
    if (bytes <= maxBytes) return;
    onTooLong(Buffer.concat(parts).toString('latin1', 0, beginningBytes));
    parts = [];
  };

  return (chunk) => {
    let start = 0;
    for (let end = chunk.indexOf(lineEnd); end !== -1; end = chunk.indexOf(lineEnd, start)) {
      take(chunk.subarray(start, end));
      if (bytes <= maxBytes) onLine(Buffer.concat(parts).toString());
      parts = [];
      bytes = 0;
      start = end + 1;
    }
    if (start < chunk.length) take(chunk.subarray(start));
  };
}
