import { Card } from '../card/Card';
import { MapPane } from '../map/MapPane';
import { wide } from '../map/padding';
import { Panel, PanelHead } from '../panel/Panel';
import { RatingHead, RatingPanel } from '../rating/RatingPanel';
import { Icon } from '../ui/Icon';
import { Sheet } from '../ui/Sheet';
import { told } from './actions';
import { Dialogs } from './Dialogs';
import { region } from './data';
import { detent } from './detent';
import { embedded } from './embedded';
import { Header } from './Header';
import { Broken, LiveState, PrintedAt } from './LiveState';
import { poster } from './poster';
import { pageAddress } from './url';
import { view } from './view';
import { language, t } from './words';

export function App() {
  const { mode, object } = view.value;
  const rating = mode === 'rating';
  return (
    <div class="page" data-mode={mode} data-card={object !== null} data-sheet={detent.value}>
      <SkipLinks rating={rating} />
      <Header />
      <Invented />
      <Broken />
      <PrintedAt />
      <main class="stage">
        <Side rating={rating} />
        <MapPane />
        <Card />
      </main>
      <Toast />
      <Dialogs />
    </div>
  );
}

/** Buttons, because a link to a fragment would write over the camera in the address. */
function SkipLinks({ rating }: { rating: boolean }) {
  return (
    <nav class="skip-links" aria-label={t.value.skipLinks}>
      {rating ? <Skip to="#table" words={t.value.skipToTable} /> : <Skip to="#list" words={t.value.skipToList} />}
      <Skip to="#map canvas, #map[tabindex], .flat-map [tabindex]" words={t.value.skipToMap} />
      {!rating && !embedded && <a href={pageAddress('table', view.value)}>{t.value.skipToTablePage}</a>}
    </nav>
  );
}

function Skip({ to, words }: { to: string; words: string }) {
  return (
    <button type="button" onClick={() => document.querySelector<HTMLElement>(to)?.focus()}>
      {words}
    </button>
  );
}

/** Says plainly and always that the data are made up. */
function Invented() {
  const { data } = region.state.value;
  const notice = data ? data.invented?.[language.value] : poster.invented;
  if (!notice) return null;
  return (
    <aside class="invented" aria-label={t.value.aboutData}>
      <Icon name="info" />
      <span>{notice}</span>
    </aside>
  );
}

function Side({ rating }: { rating: boolean }) {
  const [head, body] = rating
    ? [<RatingHead key="head" />, <RatingPanel key="body" />]
    : [<PanelHead key="head" />, <Panel key="body" />];
  if (!wide.value) {
    return (
      <Sheet head={head}>
        {body}
        <LiveState />
      </Sheet>
    );
  }
  return (
    <aside class="panel" aria-label={t.value.sheet}>
      {head}
      {body}
      <LiveState />
    </aside>
  );
}

function Toast() {
  const now = told.value;
  return now?.seen ? <p class="toast">{now.text}</p> : null;
}
