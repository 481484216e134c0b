// Pictures of a base map under a map of pictures, and below them the tint of the land, for where they have nothing.

import { palette } from 'virtual:palette';
import L from 'leaflet';
import type { Basemap } from '../api/wire';
import type { Tone } from './donut';
import { PICTURES_OPACITY } from './style_choice';

/** From the ground up. */
const [GROUND, PICTURES] = ['ground', 'basemap'];

export class RasterBasemap {
  private layer: L.TileLayer | null = null;
  private land: L.GeoJSON | null = null;
  private drawn = '';

  /** `level` is how high both lie among the panes of the map, `lastZoom` the last zoom of the map. */
  constructor(
    private readonly map: L.Map,
    level: string,
    private readonly lastZoom: number,
  ) {
    for (const pane of [GROUND, PICTURES]) map.createPane(pane).style.zIndex = level;
  }

  /** Where land is. */
  setLand(outlines: readonly object[], basemap: Basemap | null, tone: Tone): void {
    this.land = L.geoJSON(outlines as never, { pane: GROUND, interactive: false });
    this.drawn = '';
    this.put(basemap, tone);
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
    if (basemap) this.land?.addTo(this.map).setStyle({ stroke: false, fillColor: palette[tone].land, fillOpacity: 1 });
    else this.land?.remove();
  }

  private options({ minzoom, maxzoom }: Basemap, tone: Tone): L.TileLayerOptions {
    return {
      pane: PICTURES,
      // What the live map does to pictures (style_basemap.ts); a stylesheet cannot say the opacity, for Leaflet writes its own.
      className: `basemap-${tone}`,
      opacity: PICTURES_OPACITY[tone === 'light' ? 'light' : 'dark'],
      minZoom: minzoom,
      maxNativeZoom: maxzoom,
      maxZoom: this.lastZoom,
      // Most servers of pictures want to know from where they are asked; how much of it, our own policy says.
      referrerPolicy: 'strict-origin-when-cross-origin',
    };
  }
}
