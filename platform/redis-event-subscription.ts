import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Event, EventHandler, EventSubscription } from './event-bus.ts';
import type { Logger } from './logging.ts';
import { createRedisConnection } from './redis-connection.ts';
import { createWakeableSleep } from './wakeable-sleep.ts';
import { within } from './within.ts';

/** How long a question for new events waits for them at most, in milliseconds. */
const longestWaitMs = 5_000;
/** Pauses before a failed handler is called again. After the last, the event is left aside until it is claimed. */
const retryDelaysMs = [100, 400, 1_600, 6_400];
/** Pause after Redis failed. */
const recoveryMs = 1_000;
/** How long a subscription that stops waits for its handler, in milliseconds. */
const stopWithinMs = 5_000;

const eventSchema = z.object({ id: z.string(), type: z.string(), payload: z.unknown() });

type Entry = [id: string, fields: string[]];

/**
 * One consumer of a group on a Redis stream, until it is stopped. An entry is acknowledged when its handler has resolved;
 * those that nobody has acknowledged for `claimAfterMs`, because their consumer crashed or their handler kept failing,
 * are taken over by whoever comes first. So a failing event neither gets lost nor holds up those behind it for long.
 */
export function createRedisEventSubscription(options: {
  url: string;
  stream: string;
  group: string;
  handler: EventHandler;
  claimAfterMs: number;
  logger: Logger;
}): EventSubscription {
  const { url, stream, group, handler, claimAfterMs, logger } = options;
  const consumer = randomUUID();
  const waitMs = Math.min(longestWaitMs, claimAfterMs);
  const redis = createRedisConnection({
    url,
    commandTimeoutMs: waitMs + 2_000,
    whileAway: 'no events are heard',
    logger,
  });
  const pause = createWakeableSleep();
  let stopping = false;
  let waitingForEvents = false;
  /** Where the search for entries to take over goes on. */
  let claimFrom = '0-0';

  async function run(): Promise<void> {
    await redis.connect().catch(() => undefined);
    while (!stopping) {
      try {
        // In turns: neither what keeps failing nor what keeps coming starves the other.
        const left = await takeOver();
        if (left !== undefined) await handle(left);
        const fresh = await takeNew(left === undefined ? waitMs : 1);
        if (fresh !== undefined) await handle(fresh);
      } catch (error) {
        if (!stopping) await recover(error);
      }
    }
  }

  async function takeOver(): Promise<Entry | undefined> {
    const answer = await redis.xautoclaim(stream, group, consumer, claimAfterMs, claimFrom, 'COUNT', 1);
    const [next, entries] = answer as [string, Entry[]];
    claimFrom = next;
    return entries[0];
  }

  async function takeNew(withinMs: number): Promise<Entry | undefined> {
    if (stopping) return undefined;
    waitingForEvents = true;
    try {
      // One at a time: what is taken and waits for its turn is kept from the others of the group.
      const answer = await redis.xreadgroup(
        ...(['GROUP', group, consumer, 'COUNT', 1, 'BLOCK', withinMs, 'STREAMS', stream, '>'] as const),
      );
      return (answer as [string, Entry[]][] | null)?.[0]?.[1][0];
    } finally {
      waitingForEvents = false;
    }
  }

  async function handle([id, fields]: Entry): Promise<void> {
    const event = readEvent(fields);
    if (event === undefined) logger.error({ entry: id }, 'not an event: dropped');
    if (event === undefined || (await delivered(event))) await redis.xack(stream, group, id);
  }

  async function delivered(event: Event): Promise<boolean> {
    for (let attempt = 0; !stopping; attempt++) {
      try {
        await handler(event);
        return true;
      } catch (error) {
        const delayMs = retryDelaysMs[attempt];
        const fate = delayMs === undefined ? 'left aside for a while' : 'tried again soon';
        logger.warn({ err: error, event: event.id, type: event.type }, `event not handled, ${fate}`);
        if (delayMs === undefined) return false;
        await pause.sleep(delayMs);
      }
    }
    return false;
  }

  async function recover(error: unknown): Promise<void> {
    const message = error instanceof Error ? error.message : String(error);
    if (message.startsWith('NOGROUP')) {
      // The first subscriber ever, or the first after Redis lost its data. From the stream's beginning: nothing is missed.
      const created = await redis.xgroup('CREATE', stream, group, '0', 'MKSTREAM').catch(() => undefined);
      if (created !== undefined) return;
    } else if (redis.status === 'ready') logger.warn({ err: error }, 'events could not be taken from Redis');
    await pause.sleep(recoveryMs);
  }

  const running = run();
  return {
    async stop() {
      stopping = true;
      pause.wake();
      // Nothing else ends a command that waits. While a handler works, the connection is there to acknowledge.
      if (waitingForEvents || redis.status !== 'ready') redis.disconnect();
      await within(stopWithinMs, running);
      redis.disconnect();
    },
  };
}

function readEvent([, text = '']: string[]): Event | undefined {
  try {
    return eventSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
