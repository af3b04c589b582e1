/** What gateways, ours and others, stand before. */
export interface Services {
  /** The variables that every gateway before them needs. */
  readonly gatewayEnvironment: Readonly<Record<string, string>>;
  /** Whose CPU time counts beside a gateway's, by what tables call them. */
  readonly processes: Readonly<Record<string, number>>;
  /** Counts so far of what they were asked, by what tables call them. */
  counters(): Promise<Readonly<Record<string, number>>>;
}
