// The present view for somebody else: as a link, on another site, as data.

import { useId, useState } from 'preact/hooks';
import { address } from '../api/http';
import { filterOf, layerOf } from '../api/queries';
import { told } from '../app/actions';
import { matchedEverywhere, placeName } from '../app/summary';
import { formatCamera, formatView, mapAddress } from '../app/url';
import { camera, view } from '../app/view';
import { f, t } from '../app/words';
import { Dialog } from '../ui/Dialog';
import { Icon } from '../ui/Icon';
import { copy } from './copy';
import { embedCode } from './embed';

/** As many as the service gives at once. */
const LIMIT = 10_000;
const KEY_SAMPLE = 'KEY';

export function ShareDialog({ close }: { close: () => void }) {
  const lookedAt = camera.value ? formatCamera(camera.value) : '';
  return (
    <Dialog title={t.value.shareView} close={close}>
      <Link url={location.origin + mapAddress(view.value) + lookedAt} />
      <EmbedCode here={formatView(view.value) + lookedAt} />
      <Data />
      {/* Behind a dialog nothing is said aloud, so it says itself what was done. */}
      <p class="dialog-told" role="status">
        {told.value?.text}
      </p>
    </Dialog>
  );
}

function Link({ url }: { url: string }) {
  const field = useId();
  return (
    <section class="share-part">
      <label for={field}>{t.value.link}</label>
      <div class="share-row">
        <input id={field} class="field" readOnly value={url} onFocus={(event) => event.currentTarget.select()} />
        <button type="button" class="button" onClick={() => copy(url, t.value.copied)}>
          {t.value.copy}
        </button>
      </div>
    </section>
  );
}

function EmbedCode({ here }: { here: string }) {
  const [keyField, codeField] = [useId(), useId()];
  const [key, setKey] = useState('');
  const title = `${t.value.title} · ${placeName.value}`;
  const code = embedCode({ origin: location.origin, key: key || KEY_SAMPLE, view: here, title });
  return (
    <section class="share-part">
      <label for={codeField}>{t.value.embed}</label>
      <textarea id={codeField} class="field code" readOnly rows={6} value={code} />
      <div class="share-row">
        <label class="share-key" for={keyField}>
          {t.value.siteKey}
        </label>
        <input
          id={keyField}
          class="field"
          autoComplete="off"
          maxLength={40}
          value={key}
          aria-describedby={`${keyField}-note`}
          onInput={(event) => setKey(event.currentTarget.value.trim())}
        />
        <button type="button" class="button" disabled={key === ''} onClick={() => copy(code, t.value.codeCopied)}>
          {t.value.copyCode}
        </button>
      </div>
      <p class="quiet" id={`${keyField}-note`}>
        {t.value.siteKeyNote}
      </p>
    </section>
  );
}

function Data() {
  const count = matchedEverywhere.value;
  if (view.value.mode === 'rating') return null;
  const items = (f: string) =>
    address(`/ogc/collections/${layerOf(view.value)}/items`, { ...filterOf(view.value), limit: LIMIT, f });
  return (
    <section class="share-part">
      <h3>{t.value.dataOfSelection}</h3>
      <p class="quiet">
        {count !== null && t.value.rowsOfSelection(f.value.number(count), count)}
        {count !== null && count > LIMIT && ` ${t.value.firstRows(f.value.number(LIMIT))}`}
      </p>
      <div class="actions">
        <a class="button" href={items('json')} download="atlas.geojson">
          <Icon name="download" />
          {t.value.geojson}
        </a>
        <a class="button" href={items('csv')} download="atlas.csv">
          <Icon name="download" />
          {t.value.csv}
        </a>
      </div>
    </section>
  );
}
