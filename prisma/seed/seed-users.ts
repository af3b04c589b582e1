import type { Client } from 'pg';
import { bulkInsert } from './bulk-insert.ts';
import { momentOf, person, personIds } from './people.ts';
import { createRandom, uuidOf } from './random.ts';

/** What every seeded account signs in with. */
export const seedPassword = 'correct horse battery';

/** Argon2id of {@link seedPassword} (19 MiB, 2 passes, salt "supergraph-seed!"), made once: hashing is slow on purpose. */
const seedPasswordHash =
  '$argon2id$v=19$m=19456,t=2,p=1$c3VwZXJncmFwaC1zZWVkIQ$N4jKXQDrB7/tAggDQz9lyXSqjHa1jgMq3KpLG2nu5O4';

const followsPerUser = 10;

/** Fills the users database: accounts, and who follows whom. */
export async function seedUsers(client: Client, users: number): Promise<Record<string, number>> {
  return {
    users: await bulkInsert(
      client,
      'users',
      [
        ['id', 'uuid'],
        ['username', 'text'],
        ['name', 'text'],
        ['email', 'text'],
        ['bio', 'text'],
        ['password_hash', 'text'],
        ['created_at', 'timestamptz'],
        ['updated_at', 'timestamptz'],
      ],
      accountRows(users),
    ),
    follows: await bulkInsert(
      client,
      'follows',
      [
        ['id', 'uuid'],
        ['follower_id', 'uuid'],
        ['followee_id', 'uuid'],
        ['created_at', 'timestamptz'],
      ],
      followRows(users),
    ),
  };
}

function* accountRows(users: number) {
  for (let index = 0; index < users; index += 1) {
    const { id, username, name, email, bio, createdAt } = person(index, users);
    yield [id, username, name, email, bio, seedPasswordHash, createdAt, createdAt];
  }
}

function* followRows(users: number) {
  const people = personIds(users);
  for (let follower = 0; follower < users; follower += 1) {
    const random = createRandom(`follows ${follower}`);
    const followees = new Set<number>();
    for (let n = 0; n < followsPerUser; n += 1) followees.add(random.skewed(users));
    followees.delete(follower);
    for (const followee of followees) {
      const time = momentOf(0.5 + random.next() / 2);
      const id = uuidOf(`follow ${follower} ${followee}`, time);
      yield [id, people[follower], people[followee], time];
    }
  }
}
