import { ask } from '../../measure/ask.ts';
import { countRepresentations } from '../../measure/count-representations.ts';
import type { Requests } from '../../measure/same-answers.ts';
import { startGateways } from '../../systems/gateways.ts';
import type { Subgraphs } from '../../systems/supergraph.ts';
import { gateways } from '../all-posts/systems.ts';
import type { Bench } from '../question.ts';

/** How many representations of entities were sent for one answer, by what tables call them. */
export type Sent = Readonly<Record<'representations' | 'distinct ones', number>>;

/** What each gateway sends to users for one answer. In processes of its own, for counting takes time. */
export async function countSent(
  bench: Bench,
  subgraphs: Subgraphs,
  { body, ...request }: Requests,
): Promise<ReadonlyMap<string, Sent>> {
  const { SUBGRAPH_URLS = '', ...environment } = subgraphs.gatewayEnvironment;
  const [, usersUrl = ''] = /(?:^|,)users=([^,]+)/.exec(SUBGRAPH_URLS) ?? [];
  await using counter = await countRepresentations(usersUrl);
  const counted = SUBGRAPH_URLS.replace(usersUrl, counter.url);
  await using started = await startGateways(
    bench,
    { ...subgraphs, gatewayEnvironment: { ...environment, SUBGRAPH_URLS: counted } },
    gateways,
  );
  const sent = new Map<string, Sent>();
  for (const { id, url } of started.all) {
    counter.take();
    await ask({ ...request, bodies: [body], body, url });
    const taken = counter.take();
    sent.set(id, { representations: taken.sent, 'distinct ones': taken.distinct });
  }
  return sent;
}
