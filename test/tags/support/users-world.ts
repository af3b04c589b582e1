import { toGlobalId } from '../../../platform/global-id.ts';

/** Accounts with fixed ids, so that tags can be written down. */

const uuid = (number: number) => `00000000-0000-7000-8001-${String(number).padStart(12, '0')}`;

/** `dora` has deleted her account; she still follows bob in the database, as a careless import would leave it. */
export const people = {
  ada: uuid(1),
  bob: uuid(2),
  cleo: uuid(3),
  dora: uuid(4),
  eve: uuid(5),
  none: uuid(9),
};

export const personId = (person: keyof typeof people) => toGlobalId('User', people[person]);

const follow = (number: number) => `00000000-0000-7000-8002-${String(number).padStart(12, '0')}`;

export const usersWorld = `
  INSERT INTO users (id, username, name, bio, email, password_hash, created_at, updated_at, deleted_at) VALUES
    ('${people.ada}', 'ada', 'Ada Lovelace', 'Counts.', 'ada@example.com', 'x', '2026-01-01', '2026-01-01', NULL),
    ('${people.bob}', 'bob', 'Bob', '', 'bob@example.com', 'x', '2026-01-02', '2026-01-02', NULL),
    ('${people.cleo}', 'cleo', 'Cleo', '', 'cleo@example.com', 'x', '2026-01-03', '2026-01-03', NULL),
    ('${people.dora}', 'dora', '', '', NULL, NULL, '2026-01-04', '2026-01-04', '2026-01-05'),
    ('${people.eve}', 'eve', 'Eve', '', 'eve@example.com', 'x', '2026-01-05', '2026-01-05', NULL);
  INSERT INTO follows (id, follower_id, followee_id, created_at) VALUES
    ('${follow(1)}', '${people.ada}', '${people.bob}', '2026-01-06'),
    ('${follow(2)}', '${people.cleo}', '${people.bob}', '2026-01-07'),
    ('${follow(3)}', '${people.dora}', '${people.bob}', '2026-01-07'),
    ('${follow(4)}', '${people.bob}', '${people.ada}', '2026-01-08'),
    ('${follow(5)}', '${people.ada}', '${people.cleo}', '2026-01-09');
`;
