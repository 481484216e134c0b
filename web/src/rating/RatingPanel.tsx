// The rating of municipalities: a table that also chooses what colours the map.

import type { Municipality } from '../api/wire';
import { chooseMunicipality, municipalityOf, pointedArea } from '../app/actions';
import { burden, comparisons, ratings, region } from '../app/data';
import { adjust, change, view } from '../app/view';
import { f, nameOf, t } from '../app/words';
import { type Comparison, changeOf, classOf, METRIC, METRICS, type MetricId } from '../domain/metrics';
import type { Column, Sorting } from '../domain/order';
import { Failed, Skeleton } from '../panel/Panel';
import { ClassChoice } from './ClassChoice';
import { measure, metric, metricNote, metricWords, scheme } from './metric';
import { RankBar } from './RankBar';
import { YearChange } from './YearChange';

/** Those that the score is made of, and what the load says beside it. */
const INDICATORS = METRICS.filter((id) => id !== 'score');

export function RatingHead() {
  return <h1>{t.value.ratingTitle}</h1>;
}

export function RatingPanel() {
  const { error } = ratings.state.value;
  // Half of the table would say that there are too few data.
  const here = [ratings, burden].every(({ state }) => state.value.data !== null || state.value.error !== null);
  return (
    <>
      <div class="panel-head">
        <p class="quiet">{t.value.ratingNote}</p>
        <MetricSelect />
        <ClassChoice />
      </div>
      {error && <Failed failure={error} retry={refresh} />}
      {here ? <Table /> : <Skeleton />}
      <AsOf />
    </>
  );
}

function refresh(): void {
  ratings.refresh();
  burden.refresh();
}

function MetricSelect() {
  return (
    <label class="select metric-select">
      <span class="select-label">{t.value.metric}</span>
      <select
        value={metric.value}
        onChange={(event) => change({ metric: event.currentTarget.value as MetricId, per: null })}
      >
        {METRICS.map((id) => (
          <option key={id} value={id}>
            {t.value.metrics[id]}
          </option>
        ))}
      </select>
      <span class="quiet">{metricNote.value}</span>
    </label>
  );
}

function AsOf() {
  const data = ratings.state.value.data;
  if (!data) return null;
  return <p class="status-line">{t.value.ratingAsOf(f.value.date(data.as_of), data.method_version)}</p>;
}

interface Row extends Comparison {
  municipality: Municipality;
}

function Table() {
  const { sorting } = view.value;
  const rows = sorted(rowsOf(), sorting);
  const ranked = rows.filter(({ rating }) => rating?.rank).length;
  const sort = (column: Column) =>
    adjust({ sorting: { column, descending: sorting.column === column ? !sorting.descending : false } });
  const head = (column: Column, label: string, numeric: boolean) => (
    <HeadCell {...{ column, label, numeric, sorting, sort }} />
  );
  return (
    // A table wider than the screen scrolls by itself, by keyboard too.
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable
    <section class="table-frame" tabIndex={0} aria-label={t.value.ratingTitle} id="table">
      <table class="rating">
        <thead>
          <tr>
            {head('place', t.value.place_, true)}
            {head('name', t.value.municipality, false)}
            {head('score', t.value.columns.score, true)}
            <th scope="col">{t.value.tier}</th>
            <th scope="col">{t.value.rankInterval}</th>
            {head('change', t.value.yearChange, true)}
            {INDICATORS.map((id) => head(id, t.value.columns[id], true))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <TableRow key={row.id} row={row} ranked={ranked} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function rowsOf(): Row[] {
  const municipalities = new Map(region.state.value.data?.municipalities.map((each) => [each.id, each]));
  return comparisons.value.flatMap((comparison) => {
    const municipality = municipalities.get(comparison.id);
    return municipality ? [{ ...comparison, municipality }] : [];
  });
}

/** What has no value comes last in either direction. */
function sorted(rows: readonly Row[], { column, descending }: Sorting): Row[] {
  const sign = descending ? -1 : 1;
  const byName = (a: Row, b: Row) => nameOf(a.municipality).localeCompare(nameOf(b.municipality), view.value.language);
  if (column === 'name') return [...rows].sort((a, b) => sign * byName(a, b));
  const value = (row: Row) => valueIn(row, column);
  return [...rows].sort((a, b) => {
    const [x, y] = [value(a), value(b)];
    if (x === null || y === null) return Number(x === null) - Number(y === null) || byName(a, b);
    return sign * (x - y) || byName(a, b);
  });
}

function valueIn(row: Row, column: Exclude<Column, 'name'>): number | null {
  if (column === 'place') return row.rating?.rank ?? null;
  return column === 'change' ? changeOf(row) : METRIC[column].of(row);
}

function HeadCell({
  column,
  label,
  numeric,
  sorting,
  sort,
}: {
  column: Column;
  label: string;
  numeric: boolean;
  sorting: Sorting;
  sort: (column: Column) => void;
}) {
  const active = sorting.column === column;
  const direction = sorting.descending ? 'descending' : 'ascending';
  return (
    <th
      scope="col"
      class={numeric ? 'numeric' : 'name-cell'}
      aria-sort={active ? direction : 'none'}
      data-coloured={column === metric.value}
    >
      <button type="button" class="sort" onClick={() => sort(column)} title={t.value.sortBy(label)}>
        {label}
        <span class="sort-mark" aria-hidden="true">
          {active ? (sorting.descending ? '↓' : '↑') : ''}
        </span>
      </button>
    </th>
  );
}

function TableRow({ row, ranked }: { row: Row; ranked: number }) {
  const { municipality, rating } = row;
  const chosen = municipalityOf(view.value.municipality)?.id === row.id;
  const point = (id: string | null) => {
    pointedArea.value = id;
  };
  const choose = () => chooseMunicipality(chosen ? null : municipality.slug);
  return (
    <tr
      aria-current={chosen ? 'true' : undefined}
      data-pointed={pointedArea.value === row.id}
      onMouseEnter={() => point(row.id)}
      onMouseLeave={() => point(null)}
      onFocusCapture={() => point(row.id)}
      onBlurCapture={() => point(null)}
      onClick={choose}
    >
      <td class="numeric">{rating?.rank ?? t.value.unknown}</td>
      <th scope="row" class="name-cell">
        <button
          type="button"
          class="link-button"
          aria-label={t.value.showMunicipality(nameOf(municipality))}
          onClick={(event) => {
            event.stopPropagation();
            choose();
          }}
        >
          {nameOf(municipality)}
        </button>
      </th>
      <Value id="score" row={row} />
      <td>{rating?.tier ? <span class={`tier tier-${rating.tier}`}>{rating.tier}</span> : <NotRated />}</td>
      <td>{rating?.rank_interval && <RankBar interval={rating.rank_interval} rank={rating.rank} of={ranked} />}</td>
      <td class="numeric">
        <YearChange points={changeOf(row)} risen={rating?.p_improved ?? null} />
      </td>
      {INDICATORS.map((id) => (
        <Value key={id} id={id} row={row} />
      ))}
    </tr>
  );
}

function NotRated() {
  return <span class="quiet">{t.value.notRated}</span>;
}

function Value({ id, row }: { id: MetricId; row: Row }) {
  const value = METRIC[id].of(row);
  const coloured = measure.value === METRIC[id];
  return (
    <td class="numeric" data-class={coloured && value !== null ? classOf(scheme.value, value) : undefined}>
      {value === null ? t.value.unknown : metricWords(METRIC[id], value)}
    </td>
  );
}
