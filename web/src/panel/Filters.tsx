// What is looked at: state, territory, topic. Each choice says how much it would leave.

import { useState } from 'preact/hooks';
import type { Category } from '../api/wire';
import { chooseMunicipality, municipalityOf, toggleDue, toggleStatus } from '../app/actions';
import { byCategory, byStatus, CHIPS, chipCounts, dueCounts, groupsByMunicipality, region } from '../app/data';
import { statusName } from '../app/summary';
import { change, view } from '../app/view';
import { f, nameOf, t } from '../app/words';
import { DUE_CLASSES } from '../domain/deadline';
import { total } from '../domain/groups';
import { best } from '../domain/match';
import { Combobox } from '../ui/Combobox';
import { Glyph } from '../ui/Glyph';
import { bodies, bodyName } from './bodies';

export function Filters() {
  return (
    <>
      <StatusChips />
      <DueChips />
      <div class="selects">
        <MunicipalitySelect />
        <CategorySelect />
        <MoreConditions />
      </div>
    </>
  );
}

/** What is asked for seldom leaves its room to the list; what is in force is never hidden. */
function MoreConditions() {
  const { mode, statuses, responsible, costFrom, costTo } = view.value;
  const asked = [responsible, costFrom, costTo].some((each) => each !== null);
  const inForce = asked || statuses.some((status) => !CHIPS.some((chip) => chip === status));
  const [open, setOpen] = useState(false);
  return (
    <details class="more-conditions" open={open || inForce} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{t.value.moreConditions}</summary>
      <StateSelect />
      {mode !== 'appeals' && <CostRange />}
      {mode !== 'appeals' && <ResponsibleBox />}
    </details>
  );
}

function StatusChips() {
  const { statuses } = view.value;
  const counts = chipCounts.state.value.data;
  const label = { overdue: t.value.overdueOnly, open: t.value.openOnly, closed: t.value.closedOnly };
  return (
    <fieldset class="chips">
      <legend class="sr-only">{t.value.state}</legend>
      {CHIPS.map((chip) => (
        <button
          key={chip}
          type="button"
          class={`chip chip-${chip}`}
          data-empty={counts?.[chip] === 0}
          aria-pressed={statuses.includes(chip)}
          onClick={() => toggleStatus(chip)}
        >
          <span class="chip-count">
            {chip === 'overdue' && <Glyph group="overdue" />}
            {counts ? f.value.number(counts[chip]) : '\u00a0'}
          </span>
          <span class="chip-label">{label[chip]}</span>
        </button>
      ))}
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
      {DUE_CLASSES.map((each) => (
        <button
          key={each}
          type="button"
          class="due-chip"
          data-due={each}
          data-empty={counts?.[each] === 0}
          aria-pressed={due.includes(each)}
          onClick={() => toggleDue(each)}
        >
          {t.value.dueClasses[each]} <b>{counts ? f.value.number(counts[each]) : '\u00a0'}</b>
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
  usual,
  value,
  options,
  onChoose,
}: {
  label: string;
  usual: string;
  value: string;
  options: readonly Option[];
  onChoose: (value: string) => void;
}) {
  const known = value === '' || options.some((option) => option.value === value);
  return (
    <label class="select">
      <span class="select-label">{label}</span>
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
      usual={t.value.wholeRegion}
      value={municipalityOf(view.value.municipality)?.slug ?? view.value.municipality ?? ''}
      options={options}
      onChoose={(slug) => chooseMunicipality(slug || null)}
    />
  );
}

function CategorySelect() {
  const categories = region.state.value.data?.categories ?? [];
  const chosen = categories.find(({ code }) => code === view.value.categories[0]) ?? null;
  const sphere = chosen && (chosen.parent ?? chosen.code);
  const counts = countsByCategory();
  const option = (category: Category): Option => ({
    value: category.code,
    label: nameOf(category),
    count: counts && (counts.get(category.code) ?? 0),
  });
  const choose = (code: string) => change({ categories: code ? [code] : [] });
  return (
    <>
      <Select
        label={t.value.category}
        usual={t.value.allCategories}
        value={sphere ?? ''}
        options={categories.filter(({ parent }) => parent === null).map(option)}
        onChoose={choose}
      />
      {sphere && (
        <Select
          label={t.value.categoryType}
          usual={t.value.allTypes}
          value={chosen.parent ? chosen.code : ''}
          options={categories.filter(({ parent }) => parent === sphere).map(option)}
          onChoose={(code) => choose(code || sphere)}
        />
      )}
    </>
  );
}

/** Objects by type and, added up, by sphere. */
function countsByCategory(): Map<string, number> | null {
  const stats = byCategory.state.value.data;
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
  const stats = byStatus.state.value.data;
  const count = (code: string) => stats && (stats.groups.find(({ status }) => status === code)?.count ?? 0);
  const options = (ofAppeals ? place?.appeal_statuses : place?.statuses)?.map((code) => ({
    value: code,
    label: statusName(code, ofAppeals),
    count: ofAppeals ? null : count(code),
  }));
  const single = statuses.find((status) => options?.some(({ value }) => value === status)) ?? '';
  return (
    <Select
      label={t.value.state}
      usual={t.value.anyState}
      value={single}
      options={options ?? []}
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
        onType={setTyped}
        onEnter={() => typed === '' && choose(null)}
        // What was only typed is no condition.
        onLeave={() => (typed === '' && responsible !== null ? choose(null) : setTyped(null))}
      />
    </div>
  );
}
