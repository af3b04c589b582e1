import { Gauge, type Registry } from 'prom-client';
import type { Event, EventPublisher } from '../../platform/event-bus.ts';
import type { Logger } from '../../platform/logging.ts';
import { createWakeableSleep } from '../../platform/wakeable-sleep.ts';
import { within } from '../../platform/within.ts';
import type { BackgroundWork } from './subgraph-server.ts';

/** An event that was written in the transaction that made it true, and waits to be published. */
interface OutboxEvent extends Event {
  readonly createdAt: Date;
}

export interface Outbox {
  /** Up to so many events in the order in which they are to be published. */
  oldest(limit: number): Promise<readonly OutboxEvent[]>;
  remove(ids: readonly string[]): Promise<void>;
}

export interface OutboxRelay extends BackgroundWork {
  /** Says that something was committed to the outbox, so that it doesn't wait for the next look. */
  wake(): void;
}

/** For what was committed by others: another process, a line typed into psql. */
const pollMs = 1_000;
const longestBackoffMs = 10_000;
const batch = 100;
/** What a relay that stops may take to publish what is left, in milliseconds. */
const stopWithinMs = 5_000;

/**
 * Moves events from an outbox to the bus, oldest first: publishes, then removes. A crash between the two, or a second
 * relay on the same outbox, publishes an event twice, which handlers are prepared for; none is ever left out. An event
 * that the bus doesn't take holds up those behind it: `outbox_oldest_event_age_seconds` is what to watch.
 */
export function createOutboxRelay(deps: {
  outbox: Outbox;
  openPublisher: () => EventPublisher;
  registry: Registry;
  logger: Logger;
}): OutboxRelay {
  const { outbox, openPublisher, registry, logger } = deps;
  const pause = createWakeableSleep();
  let stopping = false;
  let running: Promise<void> | undefined;
  let oldestAt: Date | undefined;

  new Gauge({
    name: 'outbox_oldest_event_age_seconds',
    help: 'How long the oldest event has waited to be published; 0 when none does',
    registers: [registry],
    collect() {
      this.set(oldestAt === undefined ? 0 : Math.max(0, Date.now() - oldestAt.getTime()) / 1_000);
    },
  });

  async function run(): Promise<void> {
    const publisher = openPublisher();
    let failures = 0;
    for (;;) {
      // Looked at before the work: what was committed before `stop` is published by one more round.
      const last = stopping;
      try {
        while (await publishBatch(publisher));
        if (failures > 0) logger.info('events are published again');
        failures = 0;
      } catch (error) {
        failures += 1;
        if (failures === 1) logger.warn({ err: error }, 'events are not published: they wait in the outbox');
      }
      if (last) break;
      await pause.sleep(Math.min(pollMs * 2 ** failures, longestBackoffMs));
    }
    await publisher.close();
  }

  /** @returns whether there may be more. */
  async function publishBatch(publisher: EventPublisher): Promise<boolean> {
    const events = await outbox.oldest(batch);
    oldestAt = events[0]?.createdAt;
    const published: string[] = [];
    try {
      // One after the other, so that they arrive in order, and none behind one that didn't.
      for (const event of events) {
        await publisher.publish(event);
        published.push(event.id);
      }
    } finally {
      if (published.length > 0) await outbox.remove(published);
    }
    oldestAt = undefined;
    return events.length === batch;
  }

  return {
    start() {
      running ??= run();
    },
    wake: () => pause.wake(),
    async stop() {
      stopping = true;
      pause.wake();
      if (running === undefined || (await within(stopWithinMs, running))) return;
      logger.warn('stopped before every event was published: the next start goes on');
    },
  };
}
