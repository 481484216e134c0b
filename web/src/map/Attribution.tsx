// Origin of the outlines, and whether borders may be relied on. On a narrow screen the origin unfolds.

import { region } from '../app/data';
import { t } from '../app/words';
import { wide } from './padding';

export function Attribution() {
  const approximate = region.state.value.data?.municipalities.some((each) => each.approximate);
  const note = approximate ? t.value.approximate : null;
  if (wide.value) {
    return (
      <p class="attribution">
        {note && <strong>{note}. </strong>}
        {t.value.sources}
      </p>
    );
  }
  return (
    <details class="attribution">
      <summary>{note ?? t.value.sourcesTitle}</summary>
      {t.value.sources}
    </details>
  );
}
