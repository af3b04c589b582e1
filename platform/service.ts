/** A part of the house that listens. Factories return one; nothing runs before `start`. */
export interface Service {
  /** Opens connections and ports. Rejects, with everything it had opened closed again, when that fails. */
  start(): Promise<void>;
  /** For whoever has clients that are to notice nothing: says that it isn't ready, and lets them go. `stop` comes next. */
  drain(): Promise<void>;
  /** Stops accepting, finishes what is in flight within the grace period, closes everything. Safe to call twice. */
  stop(): Promise<void>;
  /** Where clients reach it, once started. */
  readonly url: string;
  /** Where operators reach it, once started: health and metrics. */
  readonly adminUrl: string;
}
