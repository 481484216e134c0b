import { itemUrl, type Layer } from '../api/queries';
import type { Geometry } from '../api/wire';
import { wish } from '../app/actions';
import { embedded } from '../app/embedded';
import { camera, wholeAddress } from '../app/view';
import { t } from '../app/words';
import { anchorOf } from '../domain/place';
import { copy } from '../share/copy';
import { Icon } from '../ui/Icon';

const CLOSE_ZOOM = 15;

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
      <button type="button" class="button" onClick={() => copy(wholeAddress.value, t.value.copied)}>
        <Icon name="share" />
        {t.value.share}
      </button>
      {/* A frame of another site may not write files. */}
      {!embedded && (
        <a class="button" href={itemUrl(layer, id)} download={`${id}.geojson`} title={t.value.geojsonOfObject}>
          <Icon name="download" />
          {t.value.geojson}
        </a>
      )}
    </div>
  );
}
