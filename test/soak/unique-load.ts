import { randomBytes } from 'node:crypto';
import { send } from '../faults/measure/send.ts';

const clients = 6;
/** Of the document's name: what is remembered by the size of texts is full after few rounds. */
const nameBytes = 1_000;
/** One in so many requests opens an account, which costs a password's hash. */
const signUpEvery = 60;

/**
 * Asks what nobody has asked before, as people whom nobody knows, until the time is over.
 *
 * @returns how many requests were answered in full, and how many were not
 */
export async function uniqueLoad(
  gateways: readonly [string, string],
  ms: number,
): Promise<{ whole: number; failed: number }> {
  const end = performance.now() + ms;
  const counts = { whole: 0, failed: 0 };
  const client = async (index: number) => {
    const entrances = index % 2 === 0 ? gateways : [gateways[1], gateways[0]];
    let token: string | undefined;
    for (let round = 0; performance.now() < end; round += 1) {
      const unique = randomBytes(8).toString('hex');
      const opensAccount = round % signUpEvery === index * 10;
      const query = opensAccount ? signUp(unique) : question(unique);
      const signedIn = token !== undefined && round % 2 === 0;
      const outcome = await send(entrances, query, signedIn ? { authorization: `Bearer ${token}` } : {});
      counts[outcome.kind === 'whole' ? 'whole' : 'failed'] += 1;
      token = /"accessToken":"([^"]+)"/.exec(outcome.text)?.[1] ?? token;
    }
  };
  await Promise.all(Array.from({ length: clients }, (_, index) => client(index)));
  return counts;
}

function question(unique: string): string {
  const name = `Q${unique}${randomBytes(nameBytes / 2).toString('hex')}`;
  return `query ${name} { a${unique}: posts(first: 3) { nodes { title author { name } } } user(username: "u${unique}") { id } }`;
}

function signUp(unique: string): string {
  const account = `username: "u${unique}", email: "${unique}@example.com", password: "pass ${unique}"`;
  return `mutation { signUp(input: { ${account} }) { session { accessToken } userErrors { code } } }`;
}
