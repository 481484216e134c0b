// The map where there are no three-dimensional graphics: pictures that the service draws, under Leaflet, with the verbs of the
// live map. Zooms are those of the live map, whose tiles are twice as wide as a picture.

import 'leaflet/dist/leaflet.css';
import { palette } from 'virtual:palette';
import L from 'leaflet';
import { askJson } from '../api/http';
import type { Bounds, Feature, LonLat, Page } from '../api/wire';
import type { Camera } from '../app/url';
import { bindKeys } from './keys';
import type { StyleChoice } from './style_choice';
import { boxOf, type MapEvents, type MapOptions, type MapVerbs } from './verbs';

const DEEPER = 1;
const LAST_ZOOM = 18;
/** A press this near to a symbol means it. */
const REACH_PX = 14;
const FIT_PADDING_PX = 40;

type Outline = Feature<{ id: string }>;

export class RasterMap implements MapVerbs {
  private readonly map: L.Map;
  private readonly events: MapEvents;
  private readonly municipalities: readonly { id: string }[];
  private choice: StyleChoice;
  private areas: L.GeoJSON | null = null;
  private pictures: L.TileLayer[] = [];
  private ring: L.CircleMarker | null = null;
  private hovered: string | null = null;
  private moving = false;

  constructor({ container, label, choice, municipalities, camera, bounds, gestures, events }: MapOptions) {
    this.choice = choice;
    this.events = events;
    this.municipalities = municipalities;
    this.map = L.map(container, {
      attributionControl: false,
      zoomControl: false,
      keyboard: false,
      scrollWheelZoom: gestures === null,
      minZoom: 3,
      maxZoom: LAST_ZOOM,
      zoomAnimation: !matchMedia('(prefers-reduced-motion: reduce)').matches,
    });
    container.tabIndex = 0;
    container.setAttribute('role', 'region');
    this.setLabel(label);
    this.listen();
    if (camera) this.go(camera);
    else this.fit(bounds);
    this.draw();
    askJson<Page<{ id: string }>>('/ogc/collections/municipalities/items', choice.language).then(
      ({ features }) => this.addAreas(features),
      // The list says that the service does not answer; the map has nothing to add.
      () => undefined,
    );
  }

  setLabel(label: string): void {
    const container = this.map.getContainer();
    container.setAttribute('aria-label', label);
    // The paragraph on what is seen.
    container.setAttribute('aria-describedby', 'summary');
  }

  restyle(choice: StyleChoice): void {
    this.choice = choice;
    this.draw();
    this.colourAreas();
  }

  refresh(): void {
    for (const layer of this.pictures) layer.redraw();
  }

  go({ zoom, centre: [lon, lat] }: Camera): void {
    this.map.setView([lat, lon], Math.round(zoom + DEEPER), { animate: false });
  }

  fit([west, south, east, north]: Bounds): void {
    const box = L.latLngBounds([south, west], [north, east]);
    this.map.fitBounds(box, { padding: [FIT_PADDING_PX, FIT_PADDING_PX], animate: false });
  }

  fly([lon, lat]: LonLat, zoom: number): void {
    this.map.setView([lat, lon], Math.round(zoom + DEEPER));
  }

  reveal([lon, lat]: LonLat): void {
    this.map.panInside([lat, lon], { padding: [FIT_PADDING_PX, FIT_PADDING_PX] });
  }

  zoomBy(steps: number): void {
    this.map.setZoom(this.map.getZoom() + steps);
  }

  setPadding(): void {
    // Pictures fill the whole pane; what the card covers is moved out from under it by `reveal`.
  }

  highlight(place: LonLat | null, radius: number): void {
    this.ring?.remove();
    const { text } = palette[this.choice.tone];
    const style = { radius, color: text, weight: 2.5, fill: false, interactive: false };
    this.ring = place && L.circleMarker([place[1], place[0]], style).addTo(this.map);
  }

  highlightArea(index: number | null): void {
    this.hovered = index === null ? null : (this.municipalities[index]?.id ?? null);
    this.colourAreas();
  }

  remove(): void {
    this.map.remove();
  }

  /** The pictures of the present choice, from the ground up. Equal addresses stay as they are. */
  private draw(): void {
    const { density, comparison, tiles } = this.choice;
    const urls: string[] = [];
    if (density) urls.push(tiles.heat.replace('{ratio}', '{r}'));
    else if (!comparison) urls.push(tiles.pictures);
    const kept = this.pictures.filter((layer) => urls.includes(addressOf(layer)));
    for (const layer of this.pictures) if (!kept.includes(layer)) layer.remove();
    const made = urls.filter((url) => !kept.some((layer) => addressOf(layer) === url)).map((url) => this.layer(url));
    this.pictures = [...kept, ...made];
    this.rest();
  }

  private layer(url: string): L.TileLayer {
    const { density, tone } = this.choice;
    const layer = L.tileLayer(url, {
      maxZoom: LAST_ZOOM,
      minZoom: density ? density.from + DEEPER : 0,
      detectRetina: false,
      className: density && tone === 'dark' ? 'turned' : '',
    });
    layer.on('loading', () => this.busy(true));
    layer.on('load', () => this.rest());
    layer.on('tileerror', () => this.events.failed(0));
    return layer.addTo(this.map);
  }

  private addAreas(features: readonly Outline[]): void {
    this.areas = L.geoJSON(features.map((feature) => ({ type: 'Feature', ...feature })) as never, {
      style: () => ({ className: 'raster-area' }),
      onEachFeature: ({ id }, layer) => {
        layer.on('click', ({ latlng: { lng, lat } }: L.LeafletMouseEvent) => {
          if (this.choice.comparison) this.events.picked({ kind: 'municipality', id: String(id), place: [lng, lat] });
        });
      },
    }).addTo(this.map);
    this.areas.bringToBack();
    this.colourAreas();
  }

  private colourAreas(): void {
    const { tone, comparison, colouring, chosen } = this.choice;
    const { land, border, text } = palette[tone];
    this.areas?.setStyle((feature) => {
      const id = String(feature?.id);
      const pointed = id === chosen || id === this.hovered;
      return {
        fillColor: (comparison && colouring?.get(id)?.colour) || land,
        fillOpacity: 1,
        color: pointed ? text : border,
        weight: pointed ? 2.5 : 1,
      };
    });
  }

  private listen(): void {
    const { map, events } = this;
    map.on('movestart', () => {
      this.moving = true;
      this.busy(true);
    });
    map.on('moveend', () => {
      this.moving = false;
      this.tellMoved();
      this.rest();
    });
    map.on('click', ({ containerPoint: { x, y }, latlng: { lng, lat } }) => {
      if (this.choice.comparison) return;
      const [south, north] = [y + REACH_PX, y - REACH_PX];
      const low = map.containerPointToLatLng([x - REACH_PX, south]);
      const high = map.containerPointToLatLng([x + REACH_PX, north]);
      events.pressed([low.lng, low.lat, high.lng, high.lat], [lng, lat]);
    });
    bindKeys(map.getContainer(), {
      pan: (dx, dy) => map.panBy([dx, dy]),
      zoom: (steps) => this.zoomBy(steps),
      home: () => events.pressedHome(),
      step: (by) => events.wantsStep(by),
      open: () => events.wantsOpen(),
      escape: () => events.pressedEscape(),
    });
  }

  private tellMoved(): void {
    const { lng, lat } = this.map.getCenter();
    this.events.moved({ zoom: this.map.getZoom() - DEEPER, centre: [lng, lat] }, boxOf(this.map.getBounds()));
  }

  private busy(now: boolean): void {
    this.map.getContainer().setAttribute('aria-busy', String(now));
  }

  /** Layers hear of a movement as this does, in any order, so it is looked at when all have heard. */
  private rest(): void {
    requestAnimationFrame(() => {
      if (this.moving || this.pictures.some((layer) => layer.isLoading())) return;
      this.busy(false);
      this.events.idle();
    });
  }
}

function addressOf(layer: L.TileLayer): string {
  return (layer as L.TileLayer & { _url: string })._url;
}
