import type { Listing } from '../report/report.ts';
import type { ProfileSummary } from './summarise-profile.ts';

const shownFunctions = 15;
/** Of busy time: what takes less than this is named together. */
const smallest = 0.005;

/**
 * A profile for people: by place, and the functions that take most.
 *
 * @param about which process, doing what
 * @param cpuMs that the process takes for a request, as it was measured without a profiler
 */
export function listingsOf(
  about: string,
  { places, functions }: ProfileSummary,
  cpuMs: number | undefined,
): Listing[] {
  const figures = (ofBusy: number) => [
    `${(ofBusy * 100).toFixed(1)} %`,
    cpuMs === undefined ? '' : (ofBusy * cpuMs).toFixed(4),
  ];
  const named = places.filter(({ ofBusy }) => ofBusy >= smallest);
  const rest = places.filter(({ ofBusy }) => ofBusy < smallest);
  const restOfBusy = rest.reduce((sum, { ofBusy }) => sum + ofBusy, 0);
  return [
    {
      title: `${about}: by place`,
      head: ['Place', 'busy time', 'CPU ms'],
      lines: [
        ...named.map(({ name, ofBusy }) => [name, ...figures(ofBusy)]),
        ...(rest.length > 0 ? [[`${rest.length} others`, ...figures(restOfBusy)]] : []),
      ],
    },
    {
      title: `${about}: functions`,
      head: ['Function', 'busy time', 'CPU ms'],
      lines: functions
        .slice(0, shownFunctions)
        .map(({ name, source, ofBusy }) => [`\`${name}\` ${source}`, ...figures(ofBusy)]),
    },
  ];
}
