/** The arguments of https://relay.dev/graphql/connections.htm that say how large a page is; others name them alike. */
export const pageArguments = ['first', 'last'] as const;

export function isPageArgument(name: string): boolean {
  return name === 'first' || name === 'last';
}
