// What the map shows, as a list: one stop for the Tab key, arrows inside.

import { useRef, useState } from 'preact/hooks';
import type { AppealProperties, Feature, GroupId, ProblemProperties } from '../api/wire';
import { municipalityOf, pointed } from '../app/actions';
import { appeals, problems, region } from '../app/data';
import { addressOf, openCard, view } from '../app/view';
import { f, moment, nameOf, t } from '../app/words';
import { groupOf } from '../domain/groups';
import { anchorOf } from '../domain/place';
import { CategoryIcon } from '../ui/CategoryIcon';
import { Glyph } from '../ui/Glyph';
import { deadlineWords, replyWords } from './words';

/** Rows drawn at first, and added by each press. */
const ROWS = 100;

export function ProblemList() {
  const { hidden } = view.value;
  const features = problems.state.value.data?.features ?? [];
  const shown = features.filter(({ properties: p }) => !hidden.includes(groupOf(p.status, p.overdue)));
  return <Rows label={t.value.list} features={shown} row={(feature) => <ProblemRow {...feature.properties} />} />;
}

export function AppealList() {
  const { hidden } = view.value;
  const features = appeals.state.value.data?.features ?? [];
  const shown = features.filter(({ properties }) => !hidden.includes(groupOfAppeal(properties)));
  return <Rows label={t.value.appealsList} features={shown} row={(feature) => <AppealRow {...feature.properties} />} />;
}

function Rows<P>({
  label,
  features,
  row,
}: {
  label: string;
  features: readonly Feature<P>[];
  row: (feature: Feature<P>) => preact.JSX.Element;
}) {
  const list = useRef<HTMLOListElement>(null);
  const [at, setAt] = useState(0);
  const [limit, setLimit] = useState(ROWS);
  const rows = features.slice(0, limit);
  const stop = Math.min(at, rows.length - 1);
  const move = (to: number) => {
    const next = Math.max(0, Math.min(rows.length - 1, to));
    setAt(next);
    list.current?.querySelectorAll<HTMLElement>('a')[next]?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const to = { ArrowDown: stop + 1, ArrowUp: stop - 1, Home: 0, End: rows.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    move(to);
  };
  return (
    <>
      <ol class="rows" id="list" ref={list} aria-label={label} tabIndex={-1} onKeyDown={onKeyDown}>
        {rows.map((feature, n) => (
          <li key={feature.id}>
            <a
              class="row"
              href={addressOf({ ...view.value, object: feature.id })}
              tabIndex={n === stop ? 0 : -1}
              aria-current={view.value.object === feature.id ? 'true' : undefined}
              data-pointed={pointed.value?.id === feature.id}
              onClick={(event) => {
                if (event.ctrlKey || event.metaKey || event.shiftKey) return;
                event.preventDefault();
                setAt(n);
                openCard(feature.id);
              }}
              onFocus={() => point(feature)}
              onBlur={() => point(null)}
              onMouseEnter={() => point(feature)}
              onMouseLeave={() => point(null)}
            >
              {row(feature)}
            </a>
          </li>
        ))}
      </ol>
      {features.length > limit && (
        <button type="button" class="more" onClick={() => setLimit(limit + ROWS)}>
          {t.value.more(f.value.number(Math.min(ROWS, features.length - limit)))}
        </button>
      )}
    </>
  );
}

function point(feature: Feature<unknown> | null): void {
  pointed.value = feature && { id: feature.id, place: anchorOf(feature.geometry), from: 'list' };
}

function ProblemRow(problem: ProblemProperties) {
  const { title, status, overdue, cost_rub } = problem;
  return (
    <>
      <Glyph group={groupOf(status, overdue)} />
      <CategoryIcon category={problem.category} />
      <span class="row-title" lang="ru">
        {title}
      </span>
      <span class="row-deadline" data-overdue={overdue}>
        {deadlineWords(problem, moment.value)}
      </span>
      <span class="row-place">{placeOf(problem.municipality)}</span>
      <span class="row-cost" data-unknown={cost_rub === null}>
        {cost_rub === null ? t.value.costUnknownShort : f.value.money(cost_rub)}
      </span>
    </>
  );
}

function groupOfAppeal(appeal: AppealProperties): GroupId {
  return groupOf(appeal.status, replyWords(appeal, moment.value).overdue);
}

function placeOf(municipality: string | null): string {
  const found = municipalityOf(municipality);
  return found ? nameOf(found) : '';
}

function AppealRow(appeal: AppealProperties) {
  const place = region.state.value.data;
  const category = place?.categories.find(({ code }) => code === appeal.category);
  const { text, overdue } = replyWords(appeal, moment.value);
  return (
    <>
      <Glyph group={groupOf(appeal.status, overdue)} />
      <CategoryIcon category={appeal.category} />
      <span class="row-title">{category ? nameOf(category) : appeal.category}</span>
      <span class="row-deadline" data-overdue={overdue}>
        {text}
      </span>
      <span class="row-place">{placeOf(appeal.municipality)}</span>
      <span class="row-cost">{appeal.received_at ? f.value.shortDate(appeal.received_at) : ''}</span>
    </>
  );
}
