// The conditions that are in force, each with a way out.

import { chooseMunicipality, municipalityOf } from '../app/actions';
import { region } from '../app/data';
import { statusName } from '../app/summary';
import { adjust, change, isFiltered, resetFilters, view } from '../app/view';
import { nameOf, t } from '../app/words';
import { Icon } from '../ui/Icon';

export interface Condition {
  key: string;
  label: string;
  remove(): void;
}

export function conditions(): Condition[] {
  const { municipality, categories, statuses, q, mode } = view.value;
  const all: Condition[] = [];
  if (municipality !== null) {
    const found = municipalityOf(municipality);
    all.push({
      key: `mun ${municipality}`,
      label: found ? nameOf(found) : municipality,
      remove: () => chooseMunicipality(null),
    });
  }
  for (const code of categories) {
    const found = region.state.value.data?.categories.find((category) => category.code === code);
    all.push({
      key: `cat ${code}`,
      label: found ? nameOf(found) : code,
      remove: () => change({ categories: categories.filter((each) => each !== code) }),
    });
  }
  for (const status of statuses) {
    all.push({
      key: `status ${status}`,
      label: statusName(status, mode === 'appeals'),
      remove: () => change({ statuses: statuses.filter((each) => each !== status) }),
    });
  }
  if (q !== '') all.push({ key: 'q', label: `«${q}»`, remove: () => adjust({ q: '' }) });
  return all;
}

export function Conditions() {
  if (!isFiltered.value) return null;
  return (
    <div class="conditions">
      <ul aria-label={t.value.activeFilters}>
        {conditions().map(({ key, label, remove }) => (
          <li key={key}>
            <button type="button" class="condition" aria-label={t.value.remove(label)} onClick={remove}>
              <span>{label}</span>
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
