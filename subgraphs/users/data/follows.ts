import { Prisma } from '../../../prisma/users/client/client.ts';
import { isKeyOf, type Keyset, orderAndLimit, orderBy, withinPage } from '../../shared/keyset.ts';
import type { NamedReads } from '../../shared/named-reads.ts';
import type { Page } from '../../shared/page.ts';
import type { ViewerId } from '../../shared/request-context.ts';
import { allColumns, type Columns } from '../../shared/row-columns.ts';
import type { ChildRow } from '../../shared/shared-reads.ts';
import type { Connection } from './database.ts';
import { type UserRow, userColumns } from './users.ts';

/** An account in a list of followers or followed accounts. */
export interface FollowRow extends ChildRow, UserRow {
  /** Its place in the list: the order in which the follows came about. */
  readonly followId: string;
}

/** Latest first: ids of follows are UUIDv7. */
const followsKeyset: Keyset = { columns: [{ name: 'follows.id', type: 'uuid' }], order: 'desc' };

export const isFollowKey = isKeyOf(followsKeyset);

/** A page of each account's followers, in one statement. */
export function followersOf(
  reads: NamedReads,
  users: readonly string[],
  page: Page,
  columns = allColumns,
): Promise<FollowRow[]> {
  return followPages(reads, users, page, { of: 'followee_id', shown: 'follower_id', columns });
}

/** A page of the accounts that each account follows, in one statement. */
export function followingOf(
  reads: NamedReads,
  users: readonly string[],
  page: Page,
  columns = allColumns,
): Promise<FollowRow[]> {
  return followPages(reads, users, page, { of: 'follower_id', shown: 'followee_id', columns });
}

type Side = 'follower_id' | 'followee_id';

function followPages(
  reads: NamedReads,
  users: readonly string[],
  page: Page,
  what: { of: Side; shown: Side; columns: Columns },
): Promise<FollowRow[]> {
  const [of, shown] = [Prisma.raw(`follows.${what.of}`), Prisma.raw(`follows.${what.shown}`)];
  // By its LIMIT 1, each account is looked up for its follow. Joined, all of them might be: the plan is made for any page, and
  // the planner takes that for a tenth of all follows.
  return reads.read<FollowRow>(Prisma.sql`
    SELECT parents.parent, listed.*
    FROM unnest(${users}::uuid[]) AS parents (parent)
    CROSS JOIN LATERAL (
      SELECT follows.id AS "followId", ${userColumns.toSql(what.columns)}
      FROM follows
      CROSS JOIN LATERAL (
        SELECT * FROM users WHERE users.id = ${shown} AND users.deleted_at IS NULL LIMIT 1
      ) AS users
      WHERE ${of} = parents.parent AND ${withinPage(followsKeyset, page)}
      ${orderAndLimit(followsKeyset, page)}
    ) AS listed
    ${orderBy({ ...followsKeyset, columns: [{ name: '"followId"', type: 'uuid' }] }, page)}`);
}

/** Which of the accounts the viewer follows. */
export async function followedAmong(
  connection: Connection,
  follower: ViewerId,
  users: readonly string[],
): Promise<ReadonlyMap<string, true>> {
  const rows = await connection.follow.findMany({
    where: { followerId: follower, followeeId: { in: [...users] } },
    select: { followeeId: true },
  });
  return new Map(rows.map(({ followeeId }) => [followeeId, true]));
}

/** The accounts that the viewer followed last, latest first. */
export async function latestFollowees(
  connection: Connection,
  follower: ViewerId,
  limit: number,
): Promise<string[]> {
  const rows = await connection.follow.findMany({
    where: { followerId: follower },
    orderBy: { id: 'desc' },
    take: limit,
    select: { followeeId: true },
  });
  return rows.map(({ followeeId }) => followeeId);
}

export interface FollowCounts {
  readonly followerCount: number;
  readonly followingCount: number;
}

/** Accounts that were never in a follow are missing: theirs are zero. */
export async function followCounts(
  reads: NamedReads,
  users: readonly string[],
): Promise<ReadonlyMap<string, FollowCounts>> {
  const rows = await reads.read<FollowCounts & { userId: string }>(Prisma.sql`
    SELECT user_id AS "userId", follower_count AS "followerCount", following_count AS "followingCount"
    FROM user_counters WHERE user_id = ANY (${users}::uuid[])`);
  return new Map(rows.map((row) => [row.userId, row]));
}

/** Does nothing where the follow exists. */
export async function insertFollow(
  connection: Connection,
  follow: { followerId: string; followeeId: string },
): Promise<void> {
  await connection.follow.createMany({ data: [follow], skipDuplicates: true });
}

/** Does nothing where there is no such follow. */
export async function deleteFollow(
  connection: Connection,
  follow: { followerId: string; followeeId: string },
): Promise<void> {
  await connection.follow.deleteMany({ where: follow });
}

/** Removes the account from everybody's lists. */
export async function deleteFollowsOf(connection: Connection, user: string): Promise<void> {
  // Two accounts that follow each other may be closed at the same moment. Locked in one order, so that they don't deadlock.
  await connection.$executeRaw`
    SELECT FROM follows WHERE follower_id = ${user}::uuid OR followee_id = ${user}::uuid ORDER BY id FOR UPDATE`;
  await connection.follow.deleteMany({ where: { OR: [{ followerId: user }, { followeeId: user }] } });
}
