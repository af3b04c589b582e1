import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { LoadRequest } from '../load/load-generator.ts';
import { nextWarmUp, warmUp } from '../measure/warm-up.ts';
import { type AttachedProfiler, attachProfiler } from '../profile/attach-profiler.ts';
import { listingsOf } from '../profile/listings.ts';
import { profileLoad } from '../profile/profile-load.ts';
import type { Listing, Report } from '../report/report.ts';
import { summarise } from '../report/summarise.ts';
import { startGateways } from '../systems/gateways.ts';
import { clearLogs } from '../systems/process.ts';
import type { System } from '../systems/system.ts';
import { type ClientsTable, compareReads, measureTables } from './compare-reads.ts';
import { hitCases } from './hits/cases.ts';
import { prepareCase } from './hits/contestants.ts';
import { startHitsWorld } from './hits/world.ts';
import type { Bench, Question } from './question.ts';
import { startProfiles } from './unique/profiles.ts';
import { requestsFor } from './unique/requests.ts';
import { variants } from './unique/variants.ts';

const root = join(import.meta.dirname, '../..');

const documents = 16;
const misses = `${documents}-documents`;
const sizes = ['1KB', '100KB'];
/** How many ask for hits. */
const hitClients = 32;

/** Where the time of ours goes, in each process, by V8's profiler: for figures that are not what they should be. */
export const profile: Question = {
  summary: 'where the time goes in our own processes: answers that no cache has, and hits in memory',
  systems: ['ours'],
  cases: [misses, ...sizes],
  clients: [1, 32],

  async ask(bench) {
    const found: Found[] = [];
    if (bench.wantsCase(misses)) found.push(await profileMisses(bench));
    if (sizes.some(bench.wantsCase)) found.push(await profileHits(bench));
    return {
      title: 'Profiles',
      tables: found.flatMap(({ tables }) => tables),
      listings: found.flatMap(({ listings }) => listings),
      aims: [],
    } satisfies Report;
  },
};

interface Found {
  readonly tables: readonly ClientsTable[];
  readonly listings: readonly Listing[];
}

async function profileMisses(given: Bench): Promise<Found> {
  const bench = { ...given, folder: join(given.folder, 'unique'), wantsSystem: () => true };
  await mkdir(bench.folder, { recursive: true });
  await using profiles = await startProfiles(bench);
  const { subgraphs, userIds } = profiles;
  const compiled = variants.filter(({ id }) => id === 'ours-compiled');
  await using gateways = await startGateways(bench, subgraphs, compiled);
  const [system] = gateways.all;
  if (system === undefined) throw new Error('there is no gateway to look into');
  const requests = requestsFor(userIds, documents);
  const about = { id: misses, title: `${documents} documents`, against: '', full: '"author":{"name":' };
  const tables = await compareReads([system], { ...about, requests }, bench, subgraphs.redis);
  const measured = { request: { ...requests, url: system.url }, tables };
  return { tables, listings: await lookInto(system, ['users', 'posts'], [measured], bench) };
}

async function profileHits(given: Bench): Promise<Found> {
  const bench = { ...given, clients: [hitClients], wantsSystem: (id: string) => id === 'l1' };
  await using world = await startHitsWorld(bench);
  const { gateways, subgraphs } = world;
  const [system] = gateways;
  if (system === undefined) throw new Error('there is no gateway to look into');
  await using fields = new AsyncDisposableStack();
  const measured: Measured[] = [];
  for (const hitCase of hitCases) {
    if (!sizes.includes(hitCase.id) || !bench.wantsCase(hitCase.id)) continue;
    const { contestants } = fields.use(await prepareCase(hitCase, gateways, subgraphs, bench));
    const about = { id: hitCase.id, title: `a hit of ${hitCase.title}`, against: '' };
    const tables = await measureTables(contestants, about, bench, [{ folder: bench.folder }]);
    measured.push(...contestants.map(({ request }) => ({ request, tables })));
  }
  const listings = await lookInto(system, [], measured, bench);
  return { tables: measured.flatMap(({ tables }) => tables), listings };
}

/** What was asked, and what it took. */
interface Measured {
  readonly request: LoadRequest;
  readonly tables: readonly ClientsTable[];
}

/**
 * Profiles the gateway, and other processes of its system, with all that was measured. Not in the measurements themselves: to be looked at
 * takes CPU time, too.
 */
async function lookInto(
  { id, processes }: System,
  others: readonly string[],
  measured: readonly Measured[],
  { folder, load, options, say }: Bench,
): Promise<Listing[]> {
  // Where an inspector listens is to be the only thing that the log says.
  await clearLogs(folder);
  await using attached = new AsyncDisposableStack();
  const profilers = new Map<string, AttachedProfiler>();
  const names = new Map([['server', id], ...others.map((name) => [name, name] as const)]);
  for (const [process, name] of names) {
    const pid = processes[process] ?? 0;
    profilers.set(process, attached.use(await attachProfiler({ name, pid, folder })));
  }
  const listings: Listing[] = [];
  for (const { request, tables } of measured)
    for (const { title, clients, rows } of tables) {
      say(`${title}: profile ...`);
      const run = { connections: clients, signal: options.signal };
      await warmUp(request, load, run, nextWarmUp);
      const seconds = options.seconds * options.rounds;
      const summaries = await profileLoad(profilers, request, load, { ...run, seconds }, root);
      const { cpuMs } = summarise(rows[0]?.samples ?? []);
      for (const [process, summary] of summaries)
        listings.push(...listingsOf(`${title}, ${process}`, summary, cpuMs[process]));
    }
  return listings;
}
