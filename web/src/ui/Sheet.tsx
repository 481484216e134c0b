// The panel on a narrow screen: a sheet over the map with three heights, each reached by buttons as well as by dragging.

import type { ComponentChildren } from 'preact';
import { useRef } from 'preact/hooks';
import { DETENTS, detent } from '../app/detent';
import { pullSheet } from '../app/view';
import { t } from '../app/words';
import { Icon } from './Icon';

/** A drag shorter than this is a tap. */
const DRAG_PX = 24;

export function Sheet({ head, children }: { head: ComponentChildren; children: ComponentChildren }) {
  const from = useRef<number | null>(null);
  const at = DETENTS.indexOf(detent.value);
  const go = (to: number) => {
    const next = DETENTS[Math.max(0, Math.min(DETENTS.length - 1, to))];
    if (next && next !== detent.value) pullSheet(next);
  };
  return (
    <aside
      class="sheet"
      data-detent={detent.value}
      aria-label={t.value.sheet}
      onKeyDown={(event) => event.key === 'Escape' && go(at - 1)}
    >
      <div
        class="sheet-grip"
        onPointerDown={(event) => {
          // Whoever captures the pointer takes the click from the buttons.
          if (event.target instanceof Element && event.target.closest('button')) return;
          from.current = event.clientY;
          event.currentTarget.setPointerCapture(event.pointerId);
        }}
        onPointerUp={(event) => {
          const moved = from.current === null ? 0 : event.clientY - from.current;
          from.current = null;
          if (Math.abs(moved) > DRAG_PX) go(at + (moved < 0 ? 1 : -1));
        }}
      >
        <span class="sheet-handle" />
        <div class="sheet-head">{head}</div>
        <div class="sheet-buttons">
          <button type="button" class="sheet-toggle" onClick={() => go(at === 0 ? DETENTS.length - 1 : 0)}>
            {at === 0 ? t.value.showList : t.value.showMap}
          </button>
          <button
            type="button"
            class="icon-button"
            disabled={at === 0}
            aria-label={t.value.sheetDown}
            onClick={() => go(at - 1)}
          >
            <Icon name="down" />
          </button>
          <button
            type="button"
            class="icon-button"
            disabled={at === DETENTS.length - 1}
            aria-label={t.value.sheetUp}
            onClick={() => go(at + 1)}
          >
            <Icon name="up" />
          </button>
        </div>
      </div>
      <div class="sheet-body">{children}</div>
    </aside>
  );
}
