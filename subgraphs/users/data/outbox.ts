import { v7 as uuidv7 } from 'uuid';
import type { Outbox } from '../../shared/outbox-relay.ts';
import type { Connection } from './database.ts';

/** What other services hear of accounts. Whoever reads one checks its shape: a change of it is a new type. */
type UsersEvent = { readonly type: 'account.deleted'; readonly payload: { readonly accountId: string } };

/** Has an event published once the transaction is committed, and not otherwise. */
export async function insertEvent(connection: Connection, { type, payload }: UsersEvent): Promise<void> {
  await connection.event.create({ data: { id: uuidv7(), type, payload }, select: { id: true } });
}

export function createOutbox(connection: Connection): Outbox {
  return {
    oldest: (limit) => connection.event.findMany({ orderBy: { id: 'asc' }, take: limit }),
    async remove(ids) {
      await connection.event.deleteMany({ where: { id: { in: [...ids] } } });
    },
  };
}
