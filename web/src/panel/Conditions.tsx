// The conditions that are in force, each with a way out.

import { chooseMunicipality, municipalityOf } from '../app/actions';
import { region } from '../app/data';
import { statusName } from '../app/summary';
import type { View } from '../app/url';
import { adjust, change, isFiltered, resetFilters, view } from '../app/view';
import { f, nameOf, t } from '../app/words';
import { Icon } from '../ui/Icon';
import { bodyName } from './bodies';

export interface Condition {
  key: string;
  label: string;
  /** What of the view it is, taken off. */
  without: Partial<View>;
}

export function removeCondition({ without }: Condition): void {
  if ('municipality' in without) chooseMunicipality(null);
  // Typing made no entry in the history, so taking it off makes none either.
  else if ('q' in without) adjust(without);
  else change(without);
}

export function conditions(): Condition[] {
  const {
    municipality,
    categories,
    statuses,
    due,
    costFrom,
    costTo,
    responsible,
    from,
    to,
    dueFrom,
    dueTo,
    at,
    q,
    mode,
  } = view.value;
  const all: Condition[] = [];
  if (municipality !== null) {
    const found = municipalityOf(municipality);
    all.push({
      key: `mun ${municipality}`,
      label: found ? nameOf(found) : municipality,
      without: { municipality: null },
    });
  }
  for (const code of categories) {
    const found = region.state.value.data?.categories.find((category) => category.code === code);
    all.push({
      key: `cat ${code}`,
      label: found ? nameOf(found) : code,
      without: { categories: categories.filter((each) => each !== code) },
    });
  }
  for (const status of statuses) {
    all.push({
      key: `status ${status}`,
      label: statusName(status, mode === 'appeals'),
      without: { statuses: statuses.filter((each) => each !== status) },
    });
  }
  for (const each of due) {
    all.push({
      key: `due ${each}`,
      label: t.value.dueCondition(t.value.dueClasses[each].toLocaleLowerCase()),
      without: { due: due.filter((other) => other !== each) },
    });
  }
  if (mode !== 'appeals' && (costFrom !== null || costTo !== null)) {
    all.push({
      key: 'cost',
      label: costWords(costFrom, costTo),
      without: { costFrom: null, costTo: null },
    });
  }
  if (responsible !== null) {
    all.push({ key: 'resp', label: bodyName(responsible), without: { responsible: null } });
  }
  if (from !== null || to !== null) {
    all.push({ key: 'period', label: periodWords(from, to), without: { from: null, to: null } });
  }
  if (dueFrom !== null || dueTo !== null) {
    all.push({
      key: 'deadline',
      label: dueWords(dueFrom, dueTo),
      without: { dueFrom: null, dueTo: null },
    });
  }
  if (at !== null) {
    all.push({ key: 'at', label: t.value.stateAt(f.value.day(at)), without: { at: null } });
  }
  if (q !== '') all.push({ key: 'q', label: `«${q}»`, without: { q: '' } });
  return all;
}

function periodWords(from: string | null, to: string | null): string {
  const [first, last] = [from && f.value.shortDay(from), to && f.value.shortDay(to)];
  if (first && last) return t.value.registeredBetween(first, last);
  return first ? t.value.registeredSince(first) : t.value.registeredUntil(last ?? '');
}

function costWords(from: number | null, to: number | null): string {
  const parts = [
    from !== null && t.value.costAtLeast(f.value.money(from)),
    to !== null && t.value.costAtMost(f.value.money(to)),
  ];
  return parts.filter(Boolean).join(' ');
}

function dueWords(from: string | null, to: string | null): string {
  const [first, last] = [from && f.value.shortDay(from), to && f.value.shortDay(to)];
  if (first && last) return t.value.dueBetween(first, last);
  return first ? t.value.dueSince(first) : t.value.dueUntil(last ?? '');
}

export function Conditions() {
  if (!isFiltered.value) return null;
  return (
    <div class="conditions">
      <ul aria-label={t.value.activeFilters}>
        {conditions().map((condition) => (
          <li key={condition.key}>
            <button
              type="button"
              class="condition"
              aria-label={t.value.remove(condition.label)}
              onClick={() => removeCondition(condition)}
            >
              <span>{condition.label}</span>
              <Icon name="close" />
            </button>
          </li>
        ))}
      </ul>
      <button type="button" class="link-button" onClick={resetFilters}>
        {t.value.reset}
      </button>
    </div>
  );
}
