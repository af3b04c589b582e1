import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Answer, ask } from '../measure/ask.ts';
import { measureInRounds } from '../measure/rounds.ts';
import { requireSameAnswer } from '../measure/same-answer.ts';
import type { Report } from '../report/report.ts';
import { clearLogs } from '../systems/process.ts';
import type { BenchRedis } from '../systems/redis.ts';
import type { System } from '../systems/system.ts';
import type { Bench, Question } from './question.ts';
import { type UniqueTable, uniqueAims } from './unique/aims.ts';
import { startProfiles } from './unique/profiles.ts';
import { type Requests, requestsFor } from './unique/requests.ts';
import { startSystems, systemNames } from './unique/systems.ts';

/** By how many different documents are asked. */
const cases = new Map([
  ['1-document', 1],
  ['16-documents', 16],
]);

/** Requests, of those that are measured, whose answers are compared: some of every document. */
const comparedAnswers = 48;

/** What no cache saves: a user that nobody asked for lately, with posts, comments and their authors, in three hops. */
export const unique: Question = {
  summary: 'what an answer costs that no cache has: a user, posts, comments, their authors',
  systems: Object.keys(systemNames),
  cases: [...cases.keys()],
  clients: [1, 8, 32, 128],

  async ask(given) {
    // Beside the data of the other questions, for this one needs more.
    const bench = { ...given, folder: join(given.folder, 'unique') };
    await mkdir(bench.folder, { recursive: true });
    await using profiles = await startProfiles(bench);
    await using systems = await startSystems(bench, profiles);
    const tables: UniqueTable[] = [];
    for (const [id, documents] of cases) {
      if (!bench.wantsCase(id)) continue;
      const requests = requestsFor(profiles.userIds, documents);
      const shortest = await requireSameAnswers(systems.all, requests);
      for (const clients of bench.clients) {
        const title = `${id.replace('-', ' ')}, clients: ${clients}`;
        bench.say(`unique: ${title} ...`);
        const contestants = systems.all.map((system) => ({
          system,
          request: { ...requests, url: system.url },
          expected: shortest,
        }));
        const samples = await measureInRounds(
          contestants,
          bench.load,
          { ...bench.options, connections: clients },
          () => beginAnew(bench, profiles.subgraphs.redis),
        );
        const rows = systems.all.map((system) => ({
          id: system.id,
          name: system.name,
          samples: samples.get(system.id) ?? [],
        }));
        tables.push({ id: `${id}/${clients}`, title, against: 'join', clients, rows });
      }
      await requireSameAnswers(systems.all, requests);
    }
    return { title: 'Unique nested queries', tables, aims: uniqueAims(tables) } satisfies Report;
  },
};

/**
 * Asks everybody for the same answers.
 *
 * @returns the shortest of them: no answer may have less
 */
async function requireSameAnswers(systems: readonly System[], requests: Requests): Promise<Answer> {
  const answers: Answer[] = [];
  for (const body of requests.bodies.slice(0, comparedAnswers)) {
    let reference: Answer | undefined;
    for (const system of systems) {
      const answer = withoutLineBreak(await ask({ ...requests, body, url: system.url }));
      reference ??= answer;
      requireSameAnswer(system.name, answer, reference);
    }
    if (reference) answers.push(reference);
  }
  const [shortest] = answers.toSorted((a, b) => a.body.length - b.body.length);
  if (shortest === undefined) throw new Error('there is nothing to ask for');
  if (!shortest.body.includes('"author":{"name":'))
    throw new Error(`an answer is not full: ${shortest.body}`);
  return shortest;
}

/** Apollo Server and whoever does as it does end an answer with one; Hive Gateway doesn't. */
function withoutLineBreak(answer: Answer): Answer {
  const { body } = answer;
  return body.at(-1) === 0x0a ? { ...answer, body: body.subarray(0, -1) } : answer;
}

/** With small logs, and without answers that were stored: they would be found the next time. */
async function beginAnew({ folder }: Bench, { client }: BenchRedis): Promise<void> {
  await clearLogs(folder);
  for await (const keys of client.scanStream({ match: '*:entry:*', count: 1_000 }))
    if (keys.length > 0) await client.unlink(keys);
}
