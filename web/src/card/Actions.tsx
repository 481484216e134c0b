import { itemUrl, type Layer } from '../api/queries';
import type { Geometry } from '../api/wire';
import { wish } from '../app/actions';
import { embedded } from '../app/embedded';
import { thingAddress } from '../app/url';
import { camera, view } from '../app/view';
import { t } from '../app/words';
import { anchorOf } from '../domain/place';
import { copy } from '../share/copy';
import { Icon } from '../ui/Icon';
import { HISTORY_ID } from './History';

const CLOSE_ZOOM = 15;

/** The page of the object, which is written to be printed too, and what has happened to it. */
function OfThePage({ id }: { id: string }) {
  const page = thingAddress('o', id, view.value);
  return (
    <>
      <button type="button" class="button" onClick={() => document.getElementById(HISTORY_ID)?.focus()}>
        <Icon name="time" />
        {t.value.whatChanged}
      </button>
      {!embedded && (
        <>
          <button type="button" class="button" onClick={() => print(page)}>
            <Icon name="print" />
            {t.value.print}
          </button>
          <a class="button" href={page}>
            {t.value.objectPage}
          </a>
        </>
      )}
    </>
  );
}

function print(page: string): void {
  const sheet = window.open(page);
  sheet?.addEventListener('load', () => sheet.print());
}

export function Actions({ id, layer, geometry }: { id: string; layer: Layer; geometry: Geometry | null }) {
  const place = anchorOf(geometry);
  return (
    <div class="actions">
      {place && (
        <button
          type="button"
          class="button"
          onClick={() => {
            wish.value = { kind: 'fly', place, zoom: Math.max(camera.value?.zoom ?? 0, CLOSE_ZOOM) };
          }}
        >
          <Icon name="target" />
          {t.value.showOnMap}
        </button>
      )}
      <button type="button" class="button" onClick={() => copy(location.href, t.value.copied)}>
        <Icon name="share" />
        {t.value.share}
      </button>
      <a class="button" href={itemUrl(layer, id)} download={`${id}.geojson`} title={t.value.geojsonOfObject}>
        <Icon name="download" />
        {t.value.geojson}
      </a>
      {layer === 'problems' && <OfThePage id={id} />}
    </div>
  );
}
