// One paragraph on what the page shows, for screen readers and for whoever cannot see the map.

import { computed } from '@preact/signals';
import { municipalityOf } from './actions';
import { everywhere, groupsInView, region, shownCount } from './data';
import { view } from './view';
import { f, nameOf, t } from './words';

export const placeName = computed(() => {
  const chosen = municipalityOf(view.value.municipality) ?? region.state.value.data;
  return chosen ? nameOf(chosen) : '';
});

export const summary = computed(() => {
  const count = shownCount.value;
  if (count === null || !placeName.value) return '';
  if (view.value.mode === 'appeals') return t.value.summaryAppeals(placeName.value, f.value.number(count), count);
  const overdue = groupsInView.value?.overdue ?? 0;
  const share = count > 0 ? overdue / count : 0;
  return t.value.summaryAlert(
    placeName.value,
    f.value.number(count),
    count,
    f.value.number(overdue),
    f.value.percent(share),
  );
});

export const matchedEverywhere = computed(() => everywhere.state.value.data?.numberMatched ?? null);

export function statusName(status: string, ofAppeals: boolean): string {
  const { statuses, appealStatuses, openOnly, overdueOnly, closedOnly } = t.value;
  const special: Record<string, string> = { open: openOnly, overdue: overdueOnly, closed: closedOnly };
  return special[status] ?? (ofAppeals ? appealStatuses : statuses)[status] ?? status;
}
