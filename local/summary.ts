import { seedPassword } from '../prisma/seed/seed-users.ts';
import type { LocalSupergraph } from './start.ts';

/** What a person needs to know once everything runs. */
export function summary(supergraph: LocalSupergraph, example: string): string {
  const { gateway, users, posts } = supergraph;
  const text = `
The supergraph runs.

  Gateway         ${gateway.url}
  Sandbox         ${gateway.url} (in a browser)
  users subgraph  ${users.url}
  posts subgraph  ${posts.url}
  Admin ports     ${gateway.adminUrl}  ${users.adminUrl}  ${posts.adminUrl}  (/health/ready, /metrics)
  users database  psql ${supergraph.usersDatabaseUrl}
  posts database  psql ${supergraph.postsDatabaseUrl}
  Shared store    ${supergraph.store}
  Sign in as      ada, password "${seedPassword}"
  Subgraphs alone SUBGRAPH_SECRET=${supergraph.subgraphSecret} npm run call -- posts '{ posts(first: 1) { nodes { title } } }'

Paste this into a terminal:

  curl -s ${gateway.url} -H 'content-type: application/json' \\
    -d '${JSON.stringify({ query: onOneLine(example) })}'

Ctrl-C stops everything. The data stays.
`;
  // What people know it by, and what tokens are issued under.
  return text.replaceAll('http://127.0.0.1:', 'http://localhost:');
}

/** The example without its comments and line breaks, to fit a shell. */
function onOneLine(document: string): string {
  return document.replaceAll(/#.*$/gm, '').replaceAll(/\s+/g, ' ').trim();
}
