// The present view for somebody else: as a link, on another site, as data.

import { useEffect, useId, useState } from 'preact/hooks';
import { address } from '../api/http';
import { filterOf, layerOf } from '../api/queries';
import { told } from '../app/actions';
import { matchedEverywhere } from '../app/summary';
import { formatCamera, formatView, mapAddress } from '../app/url';
import { camera, view } from '../app/view';
import { f, t } from '../app/words';
import { Dialog } from '../ui/Dialog';
import { Icon } from '../ui/Icon';
import { askCodes, type Codes, needsKey, WAYS, type Way } from './codes';
import { copy } from './copy';

/** As many as the service gives at once. */
const LIMIT = 10_000;

export function ShareDialog({ close }: { close: () => void }) {
  const [query, place] = [formatView(view.value), camera.value ? formatCamera(camera.value) : ''];
  const url = location.origin + mapAddress(view.value) + place;
  return (
    <Dialog title={t.value.shareView} close={close}>
      <Link url={url} />
      <EmbedCode query={query} place={place} />
      <Qr url={url} />
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

function EmbedCode({ query, place }: { query: string; place: string }) {
  const [keyField, codeField, wayField] = [useId(), useId(), useId()];
  const [key, setKey] = useState('');
  const [way, setWay] = useState<Way>('frame');
  const [codes, setCodes] = useState<Codes | null>(null);
  const { language } = view.value;
  useEffect(() => {
    let late = false;
    askCodes(query, place, key, language).then(
      (now) => late || setCodes(now),
      () => late || setCodes(null),
    );
    return () => {
      late = true;
    };
  }, [query, place, key, language]);
  const lacksKey = needsKey(way) && key === '';
  const unknownKey = key !== '' && codes?.key_is_known === false;
  return (
    <section class="share-part">
      <label for={wayField}>{t.value.embed}</label>
      <select id={wayField} class="field" value={way} onChange={(event) => setWay(event.currentTarget.value as Way)}>
        {WAYS.map((each) => (
          <option key={each} value={each}>
            {t.value.ways[each]}
          </option>
        ))}
      </select>
      <textarea
        id={codeField}
        class="field code"
        readOnly
        rows={5}
        aria-label={t.value.ways[way]}
        value={codes?.[way] ?? ''}
        onFocus={(event) => event.currentTarget.select()}
      />
      <div class="share-row">
        <label class="share-key" for={keyField}>
          {t.value.siteKey}
        </label>
        <input
          id={keyField}
          class="field"
          autoComplete="off"
          maxLength={12}
          value={key}
          aria-describedby={`${keyField}-note`}
          onInput={(event) => setKey(event.currentTarget.value.trim())}
        />
        <button
          type="button"
          class="button"
          disabled={lacksKey || !codes || (needsKey(way) && !codes[way].includes(key.toUpperCase()))}
          onClick={() => codes && copy(codes[way], t.value.codeCopied)}
        >
          {t.value.copyCode}
        </button>
      </div>
      <p class="quiet" id={`${keyField}-note`}>
        {unknownKey ? t.value.siteKeyUnknown : t.value.siteKeyNote}
      </p>
      {codes && (
        <details>
          <summary>{t.value.howItLooks}</summary>
          <img class="share-preview" src={local(codes.svg)} alt={codes.paragraph} loading="lazy" />
        </details>
      )}
    </section>
  );
}

/** The same address on the host that the page came from: behind a proxy the service may call itself otherwise. */
function local(url: string): string {
  const { pathname, search } = new URL(url);
  return pathname + search;
}

function Qr({ url }: { url: string }) {
  return (
    <details class="share-part">
      <summary>{t.value.qr}</summary>
      <img
        class="share-qr"
        src={address('/qr.svg', { url })}
        alt={t.value.qrOf(url)}
        width="220"
        height="220"
        loading="lazy"
      />
    </details>
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
