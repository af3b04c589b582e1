import type { Event, EventBus, EventHandler } from './event-bus.ts';
import { within } from './within.ts';

/** How long a subscription that stops waits for its handler, in milliseconds. */
const stopWithinMs = 5_000;

/**
 * A bus for services that share a process. It keeps nothing: publishing takes until every group has handled the event, and
 * fails when one of them didn't, or isn't there any more. Whoever publishes (an outbox) keeps the event until then.
 */
export function createInProcessEventBus(): EventBus {
  // A group stays when its last subscriber leaves: it is owed every event.
  const groups = new Map<string, EventHandler[]>();

  async function publish(event: Event): Promise<void> {
    if (groups.size === 0) throw new Error('nobody has subscribed to events yet');
    for (const [group, handlers] of groups) {
      const [handler, ...others] = handlers;
      if (handler === undefined) throw new Error(`nobody of ${group} takes events at the moment`);
      groups.set(group, [...others, handler]);
      // A copy, as every other bus gives: nobody changes what another one reads.
      await handler(structuredClone(event));
    }
  }

  return {
    openPublisher: () => ({ publish, close: async () => {} }),

    subscribe(group, handle) {
      let last: Promise<unknown> = Promise.resolve();
      const handler: EventHandler = (event) => {
        const handled = last.then(() => handle(event));
        last = handled.catch(() => {});
        return handled;
      };
      groups.set(group, [...(groups.get(group) ?? []), handler]);
      return {
        async stop() {
          groups.set(group, groups.get(group)?.filter((other) => other !== handler) ?? []);
          await within(stopWithinMs, last);
        },
      };
    },
  };
}
