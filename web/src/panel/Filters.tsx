// What is looked at: state, territory, topic. Each choice says how much it would leave.

import { effect, signal } from '@preact/signals';
import { useState } from 'preact/hooks';
import type { Category } from '../api/wire';
import { chooseMunicipality, municipalityOf, toggleDue, toggleStatus } from '../app/actions';
import {
  byCategory,
  byStatus,
  CHIP_GROUP,
  CHIPS,
  chipCounts,
  DUE_CHIPS,
  dueCounts,
  groupsByMunicipality,
  region,
  searching,
} from '../app/data';
import { statusName } from '../app/summary';
import { change, view } from '../app/view';
import { f, nameOf, t } from '../app/words';
import { isClosed, total } from '../domain/groups';
import { best } from '../domain/match';
import { Combobox } from '../ui/Combobox';
import { Glyph } from '../ui/Glyph';
import { bodies, bodyName } from './bodies';

export function Filters() {
  return (
    <>
      <div class="selects">
        <MunicipalitySelect />
      </div>
      <StatusChips />
      <CategoryChips />
      <MoreConditions />
    </>
  );
}

/** What is asked for seldom leaves its room to the list; above the list stands all that is in force. */
function MoreConditions() {
  const { mode } = view.value;
  return (
    <details class="more-conditions">
      <summary>{t.value.moreConditions}</summary>
      <DueChips />
      <TypeSelect />
      <StateSelect />
      {mode !== 'appeals' && <CostRange />}
      {mode !== 'appeals' && <ResponsibleBox />}
    </details>
  );
}

/** The groups of the legend. What is overdue comes first and is the largest: whoever answers for it looks for it. */
function StatusChips() {
  const { statuses } = view.value;
  const counts = chipCounts.value;
  return (
    <fieldset class="chips">
      <legend class="sr-only">{t.value.state}</legend>
      {CHIPS.map((chip) => {
        const group = CHIP_GROUP[chip];
        return (
          <button
            key={chip}
            type="button"
            class={`chip chip-${chip}`}
            data-empty={counts?.[group] === 0}
            aria-pressed={statuses.includes(chip)}
            onClick={() => toggleStatus(chip)}
          >
            <span class="chip-count">
              <Glyph group={group} />
              {counts ? f.value.number(counts[group]) : '\u00a0'}
            </span>
            <span class="chip-label">{statusName(chip, false)}</span>
          </button>
        );
      })}
    </fieldset>
  );
}

const CHIPS_OF_CATEGORIES = 6;

/** Spheres, the most frequent first as they were when the page was opened: chips that change places cannot be aimed at. */
const spheres = signal<readonly Category[] | null>(null);
effect(() => {
  const all = region.state.value.data?.categories.filter(({ parent }) => parent === null);
  const counts = countsByCategory();
  if (spheres.peek() || !all || (!counts && !byCategory.value.error)) return;
  const count = ({ code }: Category) => counts?.get(code) ?? 0;
  spheres.value = [...all].sort((a, b) => count(b) - count(a));
});

function sphereOf(code: string): string {
  return code.split('.')[0] ?? code;
}

/** Several may be chosen. */
function CategoryChips() {
  const [all, setAll] = useState(false);
  const { categories } = view.value;
  const counts = countsByCategory();
  const chosen = new Set(categories.map(sphereOf));
  const known = spheres.value;
  const shown = known?.filter(({ code }, n) => all || n < CHIPS_OF_CATEGORIES || chosen.has(code));
  const more = (known?.length ?? 0) - (shown?.length ?? 0);
  const toggle = (sphere: string) => {
    const others = categories.filter((code) => sphereOf(code) !== sphere);
    change({ categories: chosen.has(sphere) ? others : [...others, sphere] });
  };
  return (
    <fieldset class="category-chips">
      <legend class="sr-only">{t.value.category}</legend>
      {!shown && Array.from({ length: CHIPS_OF_CATEGORIES }, (_, n) => <span key={n} class="category-chip" />)}
      {shown?.map((category) => (
        <button
          key={category.code}
          type="button"
          class="category-chip"
          data-category={category.code}
          data-empty={counts !== null && !counts.get(category.code)}
          aria-pressed={chosen.has(category.code)}
          onClick={() => toggle(category.code)}
        >
          <span title={nameOf(category)}>{nameOf(category)}</span>{' '}
          {counts && <b>{f.value.number(counts.get(category.code) ?? 0)}</b>}
        </button>
      ))}
      {!known && <span class="more-categories" />}
      {known && known.length > CHIPS_OF_CATEGORIES && (
        <button type="button" class="link-button more-categories" aria-expanded={all} onClick={() => setAll(!all)}>
          {all ? t.value.fewerCategories : t.value.moreCategories(f.value.number(more))}
        </button>
      )}
    </fieldset>
  );
}

/** Several may be chosen: what stands to its deadline in any of these ways. */
function DueChips() {
  const { due } = view.value;
  const counts = dueCounts.state.value.data;
  return (
    <fieldset class="due-chips">
      <legend class="select-label">{t.value.due}</legend>
      {DUE_CHIPS.map((each) => (
        <button
          key={each}
          type="button"
          class="due-chip"
          data-due={each}
          data-empty={counts?.[each] === 0}
          aria-pressed={due.includes(each)}
          onClick={() => toggleDue(each)}
        >
          {t.value.dueClasses[each]} <b>{counts ? f.value.number(counts[each] ?? 0) : '\u00a0'}</b>
        </button>
      ))}
    </fieldset>
  );
}

function CostRange() {
  const { costFrom, costTo } = view.value;
  return (
    <fieldset class="select cost-range">
      <legend class="select-label">{t.value.costMillions}</legend>
      <Millions label={t.value.costFrom} value={costFrom} choose={(roubles) => change({ costFrom: roubles })} />
      <Millions label={t.value.costTo} value={costTo} choose={(roubles) => change({ costTo: roubles })} />
    </fieldset>
  );
}

const MILLION = 1_000_000;

function Millions({
  label,
  value,
  choose,
}: {
  label: string;
  value: number | null;
  choose: (roubles: number | null) => void;
}) {
  return (
    <label>
      <span>{label}</span>
      <input
        class="field"
        type="number"
        inputMode="decimal"
        min={0}
        max={MILLION}
        step="any"
        value={value === null ? '' : value / MILLION}
        onChange={(event) => {
          const input = event.currentTarget;
          // What is no number stays in its field, marked by the browser, and is no condition.
          if (!input.validity.valid) return;
          choose(input.value === '' ? null : Math.round(Number(input.value) * MILLION));
        }}
      />
    </label>
  );
}

interface Option {
  value: string;
  label: string;
  count?: number | null;
}

function Select({
  label,
  titled = true,
  usual,
  value,
  options,
  onChoose,
}: {
  label: string;
  /** The label is to be seen; what stands in the field says as much without it. */
  titled?: boolean;
  usual: string;
  value: string;
  options: readonly Option[];
  onChoose: (value: string) => void;
}) {
  const known = value === '' || options.some((option) => option.value === value);
  return (
    <label class={titled ? 'select' : 'select untitled'}>
      <span class={titled ? 'select-label' : 'sr-only'}>{label}</span>
      <select value={value} onChange={(event) => onChoose(event.currentTarget.value)}>
        <option value="">{usual}</option>
        {!known && <option value={value}>{value}</option>}
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {typeof option.count === 'number' ? `${option.label} — ${f.value.number(option.count)}` : option.label}
          </option>
        ))}
      </select>
    </label>
  );
}

function MunicipalitySelect() {
  const counts = groupsByMunicipality.value;
  const options = (region.state.value.data?.municipalities ?? [])
    .map((each) => {
      const found = counts?.get(each.id);
      return { value: each.slug, label: nameOf(each), count: counts && (found ? total(found) : 0) };
    })
    .sort((a, b) => a.label.localeCompare(b.label, view.value.language));
  return (
    <Select
      label={t.value.territory}
      titled={false}
      usual={t.value.wholeRegion}
      value={municipalityOf(view.value.municipality)?.slug ?? view.value.municipality ?? ''}
      options={options}
      onChoose={(slug) => chooseMunicipality(slug || null)}
    />
  );
}

/** Types of the topic, when there is one. */
function TypeSelect() {
  const { categories } = view.value;
  const [code] = categories;
  if (code === undefined || categories.length > 1) return null;
  const sphere = sphereOf(code);
  const counts = countsByCategory();
  const types = region.state.value.data?.categories.filter(({ parent }) => parent === sphere) ?? [];
  return (
    <Select
      label={t.value.categoryType}
      usual={t.value.allTypes}
      value={code === sphere ? '' : code}
      options={types.map((category) => ({
        value: category.code,
        label: nameOf(category),
        count: counts && (counts.get(category.code) ?? 0),
      }))}
      onChoose={(chosen) => change({ categories: [chosen || sphere] })}
    />
  );
}

/** By type and, added up, by sphere. */
function countsByCategory(): Map<string, number> | null {
  const stats = byCategory.value.data;
  if (!stats) return null;
  const counts = new Map<string, number>();
  const add = (code: string, n: number) => counts.set(code, (counts.get(code) ?? 0) + n);
  for (const { category, count } of stats.groups) {
    if (!category) continue;
    add(category, count);
    const [sphere] = category.split('.');
    if (sphere && sphere !== category) add(sphere, count);
  }
  return counts;
}

function StateSelect() {
  const { mode, statuses } = view.value;
  const ofAppeals = mode === 'appeals';
  const place = region.state.value.data;
  const stats = byStatus.value.data;
  const count = (code: string) => stats && (stats.groups.find(({ status }) => status === code)?.count ?? 0);
  const open = () => stats?.groups.reduce((sum, group) => sum + (isClosed(group.status ?? '') ? 0 : group.count), 0);
  const codes = (ofAppeals ? place?.appeal_statuses : place?.statuses) ?? [];
  const options = ['open', ...codes].map((code) => ({
    value: code,
    label: statusName(code, ofAppeals),
    count: code === 'open' ? (open() ?? null) : count(code),
  }));
  const single = statuses.find((status) => options.some(({ value }) => value === status)) ?? '';
  return (
    <Select
      label={t.value.state}
      usual={t.value.anyState}
      value={single}
      options={options}
      onChoose={(status) => change({ statuses: status ? [status] : [] })}
    />
  );
}

const BODIES_OFFERED = 8;

function ResponsibleBox() {
  const { responsible } = view.value;
  const name = responsible === null ? '' : bodyName(responsible);
  const [typed, setTyped] = useState<string | null>(null);
  const choose = (id: string | null) => {
    setTyped(null);
    change({ responsible: id });
  };
  const found = typed ? best(bodies.value, (body) => body.name, typed, BODIES_OFFERED) : [];
  return (
    <div class="select responsible">
      <span class="select-label" aria-hidden="true">
        {t.value.responsible}
      </span>
      <Combobox
        label={t.value.responsible}
        placeholder={t.value.anyBody}
        value={typed ?? name}
        offers={found.map((body) => ({ key: body.id, label: body.name, choose: () => choose(body.id) }))}
        offersLabel={t.value.responsible}
        onFocus={() => {
          searching.value = true;
        }}
        onType={setTyped}
        onEnter={() => typed === '' && choose(null)}
        // What was only typed is no condition.
        onLeave={() => (typed === '' && responsible !== null ? choose(null) : setTyped(null))}
      />
    </div>
  );
}
