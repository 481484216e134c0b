// The base map that an administrator may have put under ours, as far as it can be drawn where the page stands. Pure.

import type { Basemap } from '../api/wire';

export interface Where {
  /** In a frame of another site, which asks nobody but the service. */
  embedded: boolean;
  /** Whether the live map can be drawn; else the map is of pictures. */
  webgl: boolean;
  tone: 'light' | 'dark' | 'contrast';
}

export function drawable(found: Basemap | null, { embedded, webgl, tone }: Where): Basemap | null {
  if (found === null || (embedded && isElsewhere(found))) return null;
  // Pictures have neither black ground nor thick lines; a map of pictures has nothing to draw lines with.
  const shown = found.kind === 'raster' ? tone !== 'contrast' : webgl;
  return shown ? found : null;
}

function isElsewhere({ tiles }: Basemap): boolean {
  return !tiles.startsWith('/');
}

/** Where the tiles are; map engines want whole addresses. */
export function wholeTiles(found: Basemap, origin: string): string {
  return isElsewhere(found) ? found.tiles : origin + found.tiles;
}
