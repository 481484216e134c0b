// Pictures of a base map under a map of pictures.

import L from 'leaflet';
import type { Basemap } from '../api/wire';
import type { Tone } from './donut';

const PANE = 'basemap';

export class RasterBasemap {
  private layer: L.TileLayer | null = null;
  private drawn = '';

  /** `level` is how high it lies among the panes of the map, `lastZoom` the last zoom of the map. */
  constructor(
    private readonly map: L.Map,
    level: string,
    private readonly lastZoom: number,
  ) {
    map.createPane(PANE).style.zIndex = level;
  }

  /**
   * Puts these pictures under the map, or none. What fails to come leaves the ground as it is without them, and nobody waits
   * for it: a server elsewhere is none of our own.
   */
  put(basemap: Basemap | null, tone: Tone): void {
    const wanted = basemap ? `${basemap.tiles} ${tone}` : '';
    if (wanted === this.drawn) return;
    this.drawn = wanted;
    this.layer?.remove();
    this.layer = basemap && L.tileLayer(basemap.tiles, this.options(basemap, tone)).addTo(this.map);
  }

  private options({ minzoom, maxzoom }: Basemap, tone: Tone): L.TileLayerOptions {
    return {
      pane: PANE,
      className: `basemap-${tone}`,
      minZoom: minzoom,
      maxNativeZoom: maxzoom,
      maxZoom: this.lastZoom,
      // Most servers of pictures want to know from where they are asked; how much of it, our own policy says.
      referrerPolicy: 'strict-origin-when-cross-origin',
    };
  }
}
