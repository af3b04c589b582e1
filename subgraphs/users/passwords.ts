import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { createConcurrencyLimit } from './concurrency-limit.ts';

/**
 * Argon2id (RFC 9106) with the parameters that OWASP's Password Storage Cheat Sheet asks for: 19 MiB, 2 passes, 1 lane.
 * Kept as PHC strings, `$argon2id$v=19$m=19456,t=2,p=1$salt$tag`, which name their parameters: raising these makes no
 * hash unreadable.
 */
const parameters = { memory: 19 * 1024, passes: 2, parallelism: 1 };
const saltBytes = 16;
const tagBytes = 32;

/**
 * Two at once leave half of Node's four worker threads to everything else that needs one, and bound the memory. A hash
 * takes 25 to 50 ms, so the last of a full queue waits less than 3 s.
 */
const defaultLimits = { running: 2, waiting: 100 };

export interface Passwords {
  /** @throws CodedError OVERLOADED */
  hash(password: string): Promise<string>;
  /**
   * Whether it is the password. Without a hash (there is no such account) it isn't, which takes as long to find out.
   *
   * @throws CodedError OVERLOADED
   */
  verify(password: string, hash: string | null): Promise<boolean>;
}

interface ParsedHash {
  readonly parameters: typeof parameters;
  readonly salt: Buffer;
  readonly tag: Buffer;
}

const derive = promisify(argon2);

/** @param limits how many are hashed at once, and how many may wait for that. */
export function createPasswords(limits: { running: number; waiting: number } = defaultLimits): Passwords {
  const limit = createConcurrencyLimit(limits);
  const nobodys: ParsedHash = { parameters, salt: randomBytes(saltBytes), tag: randomBytes(tagBytes) };

  const tagOf = (password: string, { salt, tag, parameters }: ParsedHash) =>
    limit(() =>
      derive('argon2id', {
        // One character can be typed as different code points, depending on the keyboard (NIST SP 800-63B, 3.1.1.2).
        message: password.normalize('NFKC'),
        nonce: salt,
        tagLength: tag.length,
        ...parameters,
      }),
    );

  return {
    async hash(password) {
      const salt = randomBytes(saltBytes);
      const tag = await tagOf(password, { parameters, salt, tag: Buffer.alloc(tagBytes) });
      return toPhc({ parameters, salt, tag });
    },
    async verify(password, hash) {
      const expected = hash === null ? nobodys : parsePhc(hash);
      return timingSafeEqual(await tagOf(password, expected), expected.tag);
    },
  };
}

function toPhc({ parameters: { memory, passes, parallelism }, salt, tag }: ParsedHash): string {
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${toBase64(salt)}$${toBase64(tag)}`;
}

const phcPattern = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

function parsePhc(hash: string): ParsedHash {
  const [, memory, passes, parallelism, salt, tag] = phcPattern.exec(hash) ?? [];
  if (salt === undefined || tag === undefined)
    throw new Error('A stored password hash is not an Argon2id one');
  return {
    parameters: { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) },
    salt: Buffer.from(salt, 'base64'),
    tag: Buffer.from(tag, 'base64'),
  };
}

/** PHC strings have no padding. */
function toBase64(bytes: Buffer): string {
  return bytes.toString('base64').replaceAll('=', '');
}
