// What the page shows, in a few words.

import { computed, signal } from '@preact/signals';
import { municipalityOf } from './actions';
import { everywhere, region } from './data';
import { view } from './view';
import { nameOf, t } from './words';

export const placeName = computed(() => {
  const chosen = municipalityOf(view.value.municipality) ?? region.state.value.data;
  return chosen ? nameOf(chosen) : '';
});

/** The paragraph stands in the list, to be seen; where there is no list the map has it. */
export const toldInList = signal(false);

export const matchedEverywhere = computed(() => everywhere.state.value.data?.numberMatched ?? null);

export function statusName(status: string, ofAppeals: boolean): string {
  const { statuses, appealStatuses, openOnly, overdueOnly, closedOnly, groups } = t.value;
  const special: Record<string, string> = {
    open: openOnly,
    overdue: overdueOnly,
    closed: closedOnly,
    new: groups.new,
    underway: groups.in_work,
  };
  return special[status] ?? (ofAppeals ? appealStatuses : statuses)[status] ?? status;
}
