// The base map that can be had here, and whether the reader wants it.

import { computed } from '@preact/signals';
import type { Basemap } from '../api/wire';
import { region } from '../app/data';
import { embedded } from '../app/embedded';
import { tone } from '../app/theme';
import { view } from '../app/view';
import { drawable, wholeTiles } from '../domain/basemap';
import { hasWebgl } from './webgl';

/** What the legend offers; null when nothing is configured, or it cannot be drawn here. */
export const offeredBasemap = computed<Basemap | null>(() => {
  const found = region.state.value.data?.basemap ?? null;
  const here = drawable(found, { embedded, webgl: hasWebgl, tone: tone.value });
  return here && { ...here, tiles: wholeTiles(here, location.origin) };
});

/** What is to be drawn. */
export const wantedBasemap = computed(() => (view.value.basemap ? offeredBasemap.value : null));
