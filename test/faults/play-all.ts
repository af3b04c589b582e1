import { type Experiment, play, type Result } from './experiments/experiment.ts';
import type { House } from './house/house.ts';
import { startLoad } from './measure/load.ts';
import { prepareRows } from './measure/questions.ts';
import { send } from './measure/send.ts';
import { postWriter, profileWriter } from './measure/writers.ts';

/** What was seen of those that could be played, and why the others could not. */
export interface Played {
  readonly results: readonly Result[];
  readonly leftOut: ReadonlyMap<string, string>;
}

/** Plays experiments one after the other, under one load that never stops. */
export async function playAll(
  experiments: readonly Experiment[],
  house: House,
  options: { say: (message: string) => void; signal: AbortSignal },
): Promise<Played> {
  const { say, signal } = options;
  await prepareRows(house);
  const [one, other] = house.gateways;
  const entrances = [one.url(), other.url()] as const;
  const logIn =
    'mutation { logIn(input: { login: "ada", password: "correct horse battery" }) { session { accessToken } } }';
  const { text } = await send(entrances, logIn);
  const token: string = JSON.parse(text).data.logIn.session.accessToken;
  const load = startLoad({
    entrances,
    writers: { users: profileWriter(token), posts: await postWriter(entrances, token) },
    databaseUrls: { users: house.databases.users.directUrl, posts: house.databases.posts.directUrl },
  });
  const results: Result[] = [];
  const leftOut = new Map<string, string>();
  try {
    for (const experiment of experiments) {
      if (signal.aborted) break;
      const why = experiment.leftOut?.(house);
      if (why !== undefined) {
        leftOut.set(experiment.name, why);
        say(`left out: ${experiment.name} (${why})`);
        continue;
      }
      const result = await play(experiment, house, load);
      results.push(result);
      say(`${result.violations.length === 0 ? 'kept' : 'BROKEN'}: ${result.name}`);
      for (const violation of result.violations) say(`    ${violation}`);
    }
  } finally {
    await load.stop();
  }
  return { results, leftOut };
}
