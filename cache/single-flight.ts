import { Departure } from '../platform/departure.ts';
import type { Position } from './position.ts';
import type { CheckOutcome } from './store.ts';
import { unlimited, type WaitBudget } from './wait-budget.ts';

/**
 * One execution for all who ask the same at the same time, in one process, so that the origin is safe from a herd even
 * without a cache. Nobody gets an answer that is older than their question (rule 9).
 */
export interface SingleFlight<Result> {
  run(key: string, ask: Ask<Result>): Promise<Flown<Result>>;
}

export interface Ask<Result> {
  /** Where the cache stood when it was asked for this answer; undefined if it was away. */
  readonly position: Position | undefined;
  /** How long the asker may wait for the cache to judge what others made. */
  readonly budget?: WaitBudget;
  /** Of the asker; without one it stays to the end. */
  readonly gone?: Departure | undefined;
  /** Whether others wait for what this flight makes without being on board. Asked when the last on board goes away. */
  readonly isAwaited?: () => boolean;
  /**
   * Makes the answer. It is not this asker's alone: it must not end when the asker goes away.
   *
   * @param position what to store the answer under
   * @param unwanted of all who waited for it; whoever asks from then on has it made anew
   */
  work(position: Position | undefined, unwanted: Departure): Promise<Result>;
  /**
   * Whether the answer is for this asker, too: not if it turned out private. It is made anew, for the asker alone,
   * then.
   */
  accepts(result: Result): boolean;
}

interface Flown<Result> {
  readonly result: Result;
  /** Whether it is the asker's own work: whoever did it stores it. */
  readonly isOwn: boolean;
  readonly position: Position | undefined;
}

interface Flight<Result> {
  position: Position | undefined;
  readonly pilot: Ask<Result>;
  readonly landing: PromiseWithResolvers<Result>;
  /** How many wait for it. */
  passengers: number;
  readonly unwanted: Departure;
  /** Asked once, after the landing, for all who joined when it was under way. */
  verdict: Promise<CheckOutcome | undefined> | undefined;
}

const staysForEver = new Departure();

/**
 * @param check whether a result, whose work began at a position, may still be given to someone who asked after it had
 *   begun; rejects if the cache is away
 */
export function createSingleFlight<Result>(
  check: (result: Result, position: Position) => Promise<CheckOutcome>,
): SingleFlight<Result> {
  const inTheAir = new Map<string, Flight<Result>>();
  const boarding = new Map<string, Flight<Result>>();

  const endUnlessWanted = ({ passengers, pilot, unwanted }: Flight<Result>) => {
    if (passengers === 0 && pilot.isAwaited?.() !== true) unwanted.leave();
  };

  const takeOff = (key: string) => {
    const flight = boarding.get(key);
    if (flight === undefined) return;
    boarding.delete(key);
    inTheAir.set(key, flight);
    endUnlessWanted(flight);
    const work = async () => flight.pilot.work(flight.position, flight.unwanted);
    flight.landing.resolve(
      work().finally(() => {
        inTheAir.delete(key);
        takeOff(key);
      }),
    );
  };

  /** Waits for a flight, as one of those for whom it is worth going on. */
  const travel = async (
    key: string,
    flight: Flight<Result>,
    gone: Departure | undefined,
  ): Promise<Result> => {
    if (gone?.hasLeft) return flight.landing.promise;
    flight.passengers += 1;
    const leave = () => {
      flight.passengers -= 1;
      // Before it takes off others may still board.
      if (inTheAir.get(key) === flight) endUnlessWanted(flight);
    };
    gone?.listen(leave);
    try {
      return await flight.landing.promise;
    } finally {
      gone?.unlisten(leave);
    }
  };

  /**
   * Joins work that hasn't begun: it can't be older than whoever waits for it. One at a time: the next when the last
   * has landed.
   */
  const board = async (
    key: string,
    ask: Ask<Result>,
    position: Position | undefined,
  ): Promise<Flown<Result>> => {
    let flight = boarding.get(key);
    if (flight === undefined) {
      flight = {
        position,
        pilot: ask,
        landing: Promise.withResolvers(),
        passengers: 0,
        unwanted: new Departure(),
        verdict: undefined,
      };
      boarding.set(key, flight);
      // Not at once: whoever asks in the same turn of the event loop may still board.
      if (!inTheAir.has(key)) setImmediate(takeOff, key);
    }
    // Read before the work begins, whoever read it; the latest lets most of what it makes be stored.
    flight.position = position ?? flight.position;
    const result = await travel(key, flight, ask.gone);
    const isOwn = flight.pilot === ask;
    return isOwn || ask.accepts(result) ? { result, isOwn, position: flight.position } : alone(ask, position);
  };

  const alone = async (ask: Ask<Result>, position: Position | undefined): Promise<Flown<Result>> => ({
    result: await ask.work(position, ask.gone ?? staysForEver),
    isOwn: true,
    position,
  });

  /** One question to the cache for all who wait for this flight, sent when it has landed. */
  const judge = (flight: Flight<Result>, result: Result): Promise<CheckOutcome | undefined> => {
    const { position } = flight;
    if (position === undefined) return Promise.resolve(undefined);
    flight.verdict ??= check(result, position).catch(() => undefined);
    return flight.verdict;
  };

  return {
    async run(key, ask) {
      const inAir = inTheAir.get(key);
      const flight = inAir?.unwanted.hasLeft ? undefined : inAir;
      // Without a clock on both sides, or with clocks of different lives, it can't be vouched for when it lands: no use
      // waiting for it.
      if (flight === undefined || ask.position === undefined || flight.position?.epoch !== ask.position.epoch)
        return board(key, ask, ask.position);

      const result = await travel(key, flight, ask.gone);
      if (!ask.accepts(result)) return alone(ask, ask.position);
      const { budget = unlimited } = ask;
      const verdict = await budget.spend(() => judge(flight, result)).catch(() => undefined);
      if (verdict?.valid === true) return { result, isOwn: false, position: flight.position };
      // Newer than the asker's own, and read before the work that is going to begin.
      return board(key, ask, verdict?.position ?? ask.position);
    },
  };
}
