// Origin of the outlines and of a base map, and whether borders may be relied on. On a narrow screen the origin of the
// outlines unfolds; whom a base map names can always be read.

import { region } from '../app/data';
import { t } from '../app/words';
import { basemap } from './live';
import { wide } from './padding';

export function Attribution() {
  const approximate = region.state.value.data?.municipalities.some((each) => each.approximate);
  const note = approximate ? t.value.approximate : null;
  const under = basemap.value?.attribution;
  if (wide.value) {
    return (
      <p class="attribution">
        {note && <strong>{note}. </strong>}
        {t.value.sources}
        {under && `; ${t.value.basemapSource(under)}`}
      </p>
    );
  }
  return (
    <>
      {under && <p class="attribution">{under}</p>}
      <details class="attribution">
        <summary>{note ?? t.value.sourcesTitle}</summary>
        {t.value.sources}
      </details>
    </>
  );
}
