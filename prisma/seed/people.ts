import { createRandom, uuidOf } from './random.ts';
import { fullName, paragraph } from './text.ts';

/** The moment at which the made-up world ends; everything in it happened in the year before. */
const worldEnd = new Date('2026-11-01T00:00:00.000Z');
const yearMs = 365 * 24 * 60 * 60 * 1_000;

/** A moment of the world's year: 0 is its beginning, 1 its end. */
export function momentOf(fraction: number): Date {
  return new Date(worldEnd.getTime() - Math.floor((1 - fraction) * yearMs));
}

export interface Person {
  readonly id: string;
  readonly username: string;
  readonly name: string;
  readonly email: string;
  readonly bio: string;
  readonly createdAt: Date;
}

/** The first accounts have names that examples can rely on. */
const wellKnown = [
  ['ada', 'Ada Lovelace'],
  ['grace', 'Grace Hopper'],
  ['edsger', 'Edsger Dijkstra'],
] as const;

/** The ids of all accounts, for both databases. */
export function personIds(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => personId(index, count));
}

function personId(index: number, count: number): string {
  return uuidOf(`user ${index}`, createdAt(index, count));
}

export function person(index: number, count: number): Person {
  const random = createRandom(`user ${index}`);
  const known = wellKnown[index];
  const username = known?.[0] ?? `user_${index}`;
  return {
    id: personId(index, count),
    username,
    name: known?.[1] ?? fullName(random),
    email: `${username}@example.com`,
    bio: paragraph(random, random.below(3)),
    createdAt: createdAt(index, count),
  };
}

// The accounts came in the year's first half, so that all of them can have written and followed since.
function createdAt(index: number, count: number): Date {
  return momentOf((0.5 * index) / count);
}
