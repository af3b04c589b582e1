import { z } from 'zod';
import type { EventBus, EventSubscription } from '../../platform/event-bus.ts';
import type { BackgroundWork } from '../shared/subgraph-server.ts';
import type { Database } from './data/database.ts';
import { forgetAccount } from './domain/deleted-accounts.ts';

/** All posts subgraphs together are one subscriber. */
const group = 'posts';

const accountDeleted = z.object({ accountId: z.uuid() });

/** Hears what happened elsewhere, and follows it here. */
export function createEventListener(events: EventBus, database: Database): BackgroundWork {
  let subscription: EventSubscription | undefined;
  return {
    start() {
      subscription = events.subscribe(group, async ({ type, payload }) => {
        if (type === 'account.deleted')
          await forgetAccount(database, accountDeleted.parse(payload).accountId);
      });
    },
    async stop() {
      await subscription?.stop();
    },
  };
}
