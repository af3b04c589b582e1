import type { Aim } from '../../report/report.ts';
import type { Sent } from './sent.ts';

/** Issue 4: each entity is asked for once. */
export function entitiesAims(sent: ReadonlyMap<string, Sent>): Aim[] {
  const ours = sent.get('ours');
  if (ours === undefined) return [];
  const what = 'representations sent, of distinct entities';
  const measured = ours.representations / ours['distinct ones'];
  return [{ what, measured, must: 1, stretch: 1, better: 'less' }];
}
