/**
 * A moment in the life of a cache: how many invalidations it had seen, and in which life.
 *
 * A clock alone means nothing after Redis was flushed, restarted or failed over: a new life may count to the same
 * number. So positions travel as pairs, and are compared as pairs (rule 1).
 */
export interface Position {
  /** One life of the data set; see {@link compareEpochs}. */
  readonly epoch: string;
  /** Invalidations so far in this epoch. */
  readonly clock: number;
}

/** Sixteen digits: when it began, in microseconds since 1970. Then what keeps two servers of the same moment apart. */
const epochPattern = /^\d{16}-[0-9a-f]{8}$/;

/**
 * Which epoch began later: negative if `a` is older than `b`, 0 if they are the same one. Epochs are of fixed width, so
 * that every party (also SQL, with COLLATE "C") orders them as plain text.
 */
export function compareEpochs(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

export function makeEpoch(beganAtMicros: number, distinction: string): string {
  return `${String(beganAtMicros).padStart(16, '0')}-${distinction}`;
}

function isEpoch(text: string): boolean {
  return epochPattern.test(text);
}

/** Microseconds since 1970 at which an epoch began. */
export function beginOfEpoch(epoch: string): number {
  return Number(epoch.slice(0, 16));
}

/** Whether whoever stands at `position` knows all that had happened at `other`: true only within one epoch. */
export function isAtOrAfter(position: Position, other: Position): boolean {
  return position.epoch === other.epoch && position.clock >= other.clock;
}

/**
 * The position of an answer made of several pieces of work: the lowest of theirs, because it is as old as its oldest
 * part (rule 9).
 *
 * @returns undefined if the parts are of different epochs: there is no moment at which all of it held, so it isn't
 *   stored
 */
export function lowestPosition(first: Position, ...others: readonly Position[]): Position | undefined {
  let lowest = first;
  for (const other of others) {
    if (other.epoch !== first.epoch) return undefined;
    if (other.clock < lowest.clock) lowest = other;
  }
  return lowest;
}

/** For a header or a cookie. */
export function formatPosition({ epoch, clock }: Position): string {
  return `${epoch}.${clock}`;
}

/** @returns undefined for anything that {@link formatPosition} doesn't write: clients send what they like. */
export function parsePosition(text: string): Position | undefined {
  const [epoch = '', digits = '', ...rest] = text.split('.');
  const clock = Number(digits);
  if (rest.length > 0 || !isEpoch(epoch) || !/^\d{1,16}$/.test(digits) || !Number.isSafeInteger(clock))
    return undefined;
  return { epoch, clock };
}
