import type { Sample } from '../../measure/rounds.ts';
import type { Aim, Table } from '../../report/report.ts';
import { summarise } from '../../report/summarise.ts';

/** Subgraph calls a request, above which figures are not those of hits. */
const fewCalls = 0.001;

/** What issue 3 asks for; an aim whose systems or cases were left out is left out, too. */
export function hitAims(tables: readonly Table[]): Aim[] {
  const find = (caseId: string, system: string): Sample | undefined => {
    const rows = tables.find(({ id }) => id === caseId)?.rows ?? [];
    const samples = rows.find(({ id }) => id === system)?.samples;
    return samples && summarise(samples);
  };
  const rate = (
    caseId: string,
    what: string,
    ours: string,
    theirs: string,
    must: number,
    stretch: number,
  ) => {
    const [us, them] = [find(caseId, ours), find(caseId, theirs)];
    if (us === undefined || them === undefined) return [];
    const measured = us.requestsPerSecond / them.requestsPerSecond;
    const doubt = [us, them].every(areHits) ? '' : ' (not all of them were hits)';
    const [ourCpu, theirCpu] = [us.cpuMs.server, them.cpuMs.server];
    const byCpu = ourCpu === undefined || theirCpu === undefined ? undefined : theirCpu / ourCpu;
    const aim = {
      what: `${what}, ${caseId}${doubt}`,
      measured,
      byCpu,
      must,
      stretch,
      better: 'more',
    } as const;
    return [aim satisfies Aim];
  };
  const sizes = ['1KB', '4KB', '20KB', '100KB'];
  return [
    ...sizes.flatMap((size) => rate(size, 'requests/s in memory, of bare', 'l1', 'bare', 0.75, 0.9)),
    ...sizes.flatMap((size) => rate(size, 'requests/s in memory, of stock', 'l1', 'stock', 6, 9)),
    ...sizes.flatMap((size) => rate(size, 'requests/s in Redis, of bare + GET', 'l2', 'bare-get', 0.6, 0.8)),
  ];
}

/**
 * What 99 KB more cost us, of what they cost the bare server. A busy machine can make the larger answer look cheaper, even
 * in the same rounds: such a run says nothing about it.
 */
export function growthAim({ rows }: Table): Aim[] {
  const serverCpu = (id: string) => {
    const samples = rows.find((row) => row.id === id)?.samples;
    return samples && summarise(samples).cpuMs.server;
  };
  const added = (system: string) => {
    const [from, to] = [serverCpu(`${system}/1KB`), serverCpu(`${system}/100KB`)];
    return from === undefined || to === undefined ? undefined : to - from;
  };
  const [ours, bare] = [added('l1'), added('bare')];
  if (ours === undefined || bare === undefined || ours <= 0 || bare <= 0) return [];
  return [
    {
      what: 'CPU that a hit in memory costs more at 100KB than at 1KB, of bare',
      measured: ours / bare,
      must: 1,
      stretch: 1,
      better: 'less',
    },
  ];
}

/** A gateway that is too busy gives its cache up, and answers all the same. */
function areHits({ counters }: Sample): boolean {
  return (counters['subgraph calls'] ?? 0) <= fewCalls;
}
