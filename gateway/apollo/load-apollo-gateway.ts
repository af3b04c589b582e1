/**
 * Loads `@apollo/gateway`. It is imported here and nowhere else (types aside), because from 2.14 on it sends usage
 * data to its maker, and probes cloud metadata services, unless told otherwise before it is first loaded.
 */
export async function loadApolloGateway(): Promise<typeof import('@apollo/gateway')> {
  process.env.APOLLO_TELEMETRY_DISABLED = '1';
  return import('@apollo/gateway');
}
