// One paragraph on what the page shows, for screen readers and for whoever cannot see the map.

import { computed, effect, signal } from '@preact/signals';
import { municipalityOf } from './actions';
import { appeals, everywhere, groupsInView, inView, problems, region, shownCount } from './data';
import { view } from './view';
import { f, nameOf, t } from './words';

export const placeName = computed(() => {
  const chosen = municipalityOf(view.value.municipality) ?? region.state.value.data;
  return chosen ? nameOf(chosen) : '';
});

const summary = computed(() => {
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

/** A change is told when everything that it is told from is here, and nothing has followed it for so long. */
const REST_MS = 1_000;

/** The paragraph as it is said aloud: once for each change. */
export const spoken = signal('');

let timer = 0;
let saidIn: string | null = null;
effect(() => {
  const text = summary.value;
  const { language } = view.value;
  const loading = [problems, appeals, inView, everywhere].some(({ state }) => state.value.loading);
  clearTimeout(timer);
  if (loading || text === '') return;
  const say = () => {
    spoken.value = text;
    saidIn = language;
  };
  // In another language the same is not a change that more could follow.
  if (saidIn !== null && saidIn !== language) say();
  else timer = window.setTimeout(say, REST_MS);
});

export const matchedEverywhere = computed(() => everywhere.state.value.data?.numberMatched ?? null);

export function statusName(status: string, ofAppeals: boolean): string {
  const { statuses, appealStatuses, openOnly, overdueOnly, closedOnly } = t.value;
  const special: Record<string, string> = { open: openOnly, overdue: overdueOnly, closed: closedOnly };
  return special[status] ?? (ofAppeals ? appealStatuses : statuses)[status] ?? status;
}
