/** Something that happened in one service, told to others. */
export interface Event {
  /** The same each time the event is delivered. */
  readonly id: string;
  /** What happened, like `order.paid`. */
  readonly type: string;
  /** JSON. Its shape is its type's; whoever reads it checks. */
  readonly payload: unknown;
}

/**
 * Does what an event asks for. Called at least once for every event, so a second time must do no harm; and for events of
 * every type, so it ignores those it doesn't know. When it rejects, it is called again later.
 */
export type EventHandler = (event: Event) => Promise<void>;

/**
 * Carries events from the service where they happened to all that subscribe. Delivery is at least once, and in the order
 * of publication as long as handlers succeed.
 */
export interface EventBus {
  /** Opens what it takes to publish; doesn't fail when the bus is away, and then keeps trying. */
  openPublisher(): EventPublisher;
  /**
   * Has the handler called with every event, one at a time. Subscribers of the same group share the events among them;
   * each group gets all, those from before its first subscriber included where the bus has them.
   */
  subscribe(group: string, handler: EventHandler): EventSubscription;
}

export interface EventPublisher {
  /** Resolves once the event can no longer get lost on its way to the groups; rejects when that isn't certain. */
  publish(event: Event): Promise<void>;
  close(): Promise<void>;
}

export interface EventSubscription {
  /** Takes no more events and waits a moment for the handler; what it didn't finish is delivered again. */
  stop(): Promise<void>;
}
