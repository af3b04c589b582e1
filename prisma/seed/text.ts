import type { Random } from './random.ts';

const givenNames = [
  'Ada',
  'Alan',
  'Barbara',
  'Dennis',
  'Edsger',
  'Frances',
  'Grace',
  'Hedy',
  'Ivan',
  'Jean',
  'Katherine',
  'Ken',
  'Leslie',
  'Margaret',
  'Niklaus',
  'Radia',
  'Robin',
  'Shafi',
  'Sophie',
  'Tony',
] as const;
const familyNames = [
  'Allen',
  'Bartik',
  'Dijkstra',
  'Goldwasser',
  'Hamilton',
  'Hoare',
  'Hopper',
  'Johnson',
  'Kernighan',
  'Lamarr',
  'Lamport',
  'Liskov',
  'Lovelace',
  'Milner',
  'Perlman',
  'Ritchie',
  'Sutherland',
  'Thompson',
  'Turing',
  'Wilson',
  'Wirth',
] as const;

/** Most used first: posts pick them with a skew. */
export const tagNames = [
  'graphql',
  'postgresql',
  'typescript',
  'caching',
  'redis',
  'federation',
  'testing',
  'performance',
  'security',
  'design',
  'node',
  'sql',
  'observability',
  'containers',
  'http',
  'architecture',
  'api',
  'concurrency',
  'networking',
  'databases',
  'tooling',
  'releases',
  'debugging',
  'types',
  'algorithms',
  'history',
  'community',
  'hardware',
  'compilers',
  'ethics',
] as const;

const subjects = [
  'A cache',
  'The planner',
  'Every index',
  'One connection',
  'The gateway',
  'A slow query',
  'The schema',
  'A good test',
  'The queue',
  'A deadline',
  'The log',
  'An old lock',
  'The loader',
  'A cursor',
  'The outbox',
  'A retry',
] as const;
const verbs = [
  'hides',
  'explains',
  'needs',
  'outlives',
  'repeats',
  'protects',
  'measures',
  'forgets',
  'replaces',
  'invites',
  'limits',
  'reveals',
  'costs',
  'survives',
  'simplifies',
  'remembers',
] as const;
const objects = [
  'more than it seems',
  'its own failure',
  'a second reader',
  'what nobody asked',
  'the write before it',
  'a quiet network',
  'twice the memory',
  'the page after next',
  'a clean shutdown',
  'yesterday’s traffic',
  'an honest number',
  'the last byte',
  'every tenant',
  'a single round trip',
  'the clock on the wall',
  'whoever comes next',
] as const;

export function fullName(random: Random): string {
  return `${random.pick(givenNames)} ${random.pick(familyNames)}`;
}

export function clause(random: Random): string {
  return `${random.pick(subjects)} ${random.pick(verbs)} ${random.pick(objects)}`;
}

export function paragraph(random: Random, sentences: number): string {
  return Array.from({ length: sentences }, () => `${clause(random)}.`).join(' ');
}
