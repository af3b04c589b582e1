import { boot } from './boot.ts';
import { deepPaging } from './deep-paging.ts';
import { entities } from './entities.ts';
import { feed } from './feed.ts';
import { growth } from './growth.ts';
import { guild } from './guild.ts';
import { herd } from './herd.ts';
import { hits } from './hits.ts';
import { mixed } from './mixed.ts';
import { mutations } from './mutations.ts';
import { plain } from './plain.ts';
import { profile } from './profile.ts';
import type { Question } from './question.ts';
import { refusals } from './refusals.ts';
import { unique } from './unique.ts';

/** By the name that the command takes; without one, all are asked in this order. */
export const questions: ReadonlyMap<string, Question> = new Map([
  ['hits', hits],
  ['unique', unique],
  ['feed', feed],
  ['deep-paging', deepPaging],
  ['entities', entities],
  ['mutations', mutations],
  ['mixed', mixed],
  ['growth', growth],
  ['guild', guild],
  ['plain', plain],
  ['herd', herd],
  ['boot', boot],
  ['refusals', refusals],
  ['profile', profile],
]);
