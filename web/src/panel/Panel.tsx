// The left panel, on a phone the sheet: what is looked for, how much there is, and the list.

import { useEffect, useState } from 'preact/hooks';
import type { Failure } from '../api/http';
import { LIST_LIMIT } from '../api/queries';
import { dialog, municipalityOf } from '../app/actions';
import { appeals, followMap, followsMap, inView, paragraph, problems, shownCount } from '../app/data';
import { embedded, shows } from '../app/embedded';
import type { Loaded } from '../app/resource';
import { matchedEverywhere, placeName, toldInList } from '../app/summary';
import { pageAddress, thingAddress } from '../app/url';
import { adjust, view } from '../app/view';
import { f, t } from '../app/words';
import { ORDERS, type Order } from '../domain/order';
import { mapState } from '../map/live';
import { wide } from '../map/padding';
import { Icon } from '../ui/Icon';
import { Conditions } from './Conditions';
import { Empty } from './Empty';
import { Filters } from './Filters';
import { AppealList, ProblemList } from './ObjectList';
import { SearchBox } from './SearchBox';

export function PanelHead() {
  const [shown, all] = [shownCount.value, matchedEverywhere.value];
  return (
    <>
      <h1>{placeName.value || t.value.title}</h1>
      <OwnPage />
      {!wide.value && (
        <p class="quiet">
          {shown !== null && all !== null
            ? t.value.summary(f.value.number(shown), f.value.number(all))
            : t.value.loadingList}
        </p>
      )}
    </>
  );
}

/** The way to everything that is known of the chosen municipality. */
function OwnPage() {
  const chosen = municipalityOf(view.value.municipality);
  if (!chosen || embedded || !wide.value) return null;
  return (
    <a class="own-page link" href={thingAddress('m', chosen.slug, view.value)}>
      {t.value.municipalityPage}
    </a>
  );
}

export function Panel() {
  return (
    <>
      {shows.search && (
        <div class="panel-head">
          <SearchBox />
          <Filters />
        </div>
      )}
      <Conditions />
      {shows.list && (
        <>
          <ListHead />
          {mapState.value.stage !== 'flat' && <FollowMap />}
          <Paragraph />
          <ListBody />
        </>
      )}
    </>
  );
}

function ListHead() {
  const [shown, all] = [shownCount.value, matchedEverywhere.value];
  const { mode, order } = view.value;
  const counted = shown !== null && all !== null;
  return (
    <div class="list-head">
      <h2 class="list-count" data-shown={shown} data-all={all}>
        {counted ? t.value.summary(f.value.number(shown), f.value.number(all)) : t.value.loadingList}
        <Cost />
      </h2>
      {mode !== 'appeals' && (
        <label class="order">
          <span class="sr-only">{t.value.order}</span>
          <select value={order} onChange={(event) => adjust({ order: event.currentTarget.value as Order })}>
            {ORDERS.map((each) => (
              <option key={each} value={each}>
                {t.value.orders[each]}
              </option>
            ))}
          </select>
        </label>
      )}
    </div>
  );
}

/** What is seen, in words, told once for each change. */
function Paragraph() {
  useEffect(() => {
    toldInList.value = true;
    return () => {
      toldInList.value = false;
    };
  }, []);
  return (
    <p class="paragraph" role="status" id="summary">
      {paragraph.value}
    </p>
  );
}

/** Whoever reads a list to its end does not want it to change under the eyes. */
function FollowMap() {
  return (
    <label class="check follow-map">
      <input type="checkbox" checked={followsMap.value} onChange={(event) => followMap(event.currentTarget.checked)} />
      {t.value.followMap}
    </label>
  );
}

/** What the objects in view cost, as far as that is known. */
function Cost() {
  const { cost_rub = null, cost_known = 0, count = 0 } = inView.value.data?.total ?? {};
  if (cost_rub === null || count === 0) return null;
  const share = cost_known / count;
  return (
    <>
      {' · '}
      {t.value.shownCost(f.value.money(cost_rub))}
      {share < 0.995 && <span class="list-cost">{t.value.costKnown(f.value.percent(share))}</span>}
    </>
  );
}

function ListBody() {
  const ofAppeals = view.value.mode === 'appeals';
  const state: Loaded<{ features: unknown[]; numberMatched: number }> = (ofAppeals ? appeals : problems).state.value;
  const retry = () => (ofAppeals ? appeals : problems).refresh();
  const slow = useSlow(state.loading);
  if (state.error) return <Failed failure={state.error} retry={retry} />;
  if (!state.data || (state.loading && state.data.features.length === 0)) {
    return (
      <>
        {slow && <Slow />}
        <Skeleton />
      </>
    );
  }
  if (state.data.features.length === 0) return <Empty />;
  return (
    <div class="list-body" aria-busy={state.loading}>
      {slow && <Slow />}
      {ofAppeals ? <AppealList /> : <ProblemList />}
      {state.data.numberMatched > LIST_LIMIT && (
        <p class="hint">{t.value.partial(f.value.number(LIST_LIMIT), f.value.number(state.data.numberMatched))}</p>
      )}
      <button type="button" class="button share-list" onClick={share}>
        <Icon name="share" />
        {t.value.shareSelection}
      </button>
    </div>
  );
}

/** After this long the reader is told what can be had meanwhile. */
const SLOW_MS = 3_000;

function useSlow(loading: boolean): boolean {
  const [slow, setSlow] = useState(false);
  useEffect(() => {
    setSlow(false);
    if (!loading) return undefined;
    const timer = window.setTimeout(() => setSlow(true), SLOW_MS);
    return () => clearTimeout(timer);
  }, [loading]);
  return slow && loading;
}

function Slow() {
  return (
    <p class="slow" role="status">
      {t.value.slow}{' '}
      {!embedded && (
        <a class="link" href={pageAddress('table', view.value)}>
          {t.value.openTable}
        </a>
      )}
    </p>
  );
}

function share(): void {
  dialog.value = 'share';
}

export function Failed({ failure, retry }: { failure: Failure; retry: () => void }) {
  return (
    <div class="notice" role="alert">
      <p>
        {t.value.failed}
        {why(failure)}.{failure.message && ` ${failure.message}`}
      </p>
      <button type="button" class="button" onClick={retry}>
        {t.value.retry}
      </button>
      {!embedded && (
        <a class="button" href={pageAddress('table', view.value)}>
          {t.value.openTable}
        </a>
      )}
    </div>
  );
}

function why({ status, timedOut }: Failure): string {
  if (timedOut) return ` (${t.value.timedOut})`;
  return status > 0 ? ` (${t.value.code(status)})` : '';
}

export function Skeleton() {
  return (
    <div class="skeleton" aria-hidden="true">
      {[0, 1, 2, 3, 4, 5].map((n) => (
        <div key={n} class="skeleton-row" />
      ))}
    </div>
  );
}
