// Everything flat: sea, land or choropleth, what lies under them, heat, borders, lines and areas of problems.

import { palette } from 'virtual:palette';
import type { DataDrivenPropertyValueSpecification, LayerSpecification } from 'maplibre-gl';
import { HEX_BOUNDS, HEX_TAG } from '../domain/density';
import { GROUPS } from '../domain/groups';
import { HOTSPOTS_FROM, type HotspotKind } from '../domain/hotspots';
import { classColours } from './class_colours';
import { groupColour } from './donut';
import { basemapLayers } from './style_basemap';
import { colouredUpTo, HEAT, HEXES, HOTSPOTS, OBJECTS, OVER_BASEMAP, PLACES, type StyleChoice } from './style_choice';

const MUNICIPALITIES = 'municipalities';

export function groundLayers(choice: StyleChoice): LayerSpecification[] {
  const { tone } = choice;
  const { sea, land, border, text, halo } = palette[tone];
  // Among the colours of pictures a quiet line would be lost, and with it where one municipality ends.
  const overPictures = choice.basemap?.kind === 'raster';
  const outline = { source: PLACES, 'source-layer': MUNICIPALITIES, layout: { 'line-join': 'round' } } as const;
  const casing: LayerSpecification = {
    id: 'border-casing',
    type: 'line',
    ...outline,
    paint: { 'line-color': halo, 'line-opacity': 0.55, 'line-width': 3.5 },
  };
  const dark = tone !== 'light';
  return [
    { id: 'sea', type: 'background', paint: { 'background-color': sea } },
    {
      id: 'shore',
      type: 'line',
      source: PLACES,
      'source-layer': MUNICIPALITIES,
      paint: { 'line-color': border, 'line-opacity': dark ? 0.5 : 0.28, 'line-width': 9, 'line-blur': 9 },
    },
    ...under(choice),
    {
      id: 'land',
      type: 'fill',
      source: PLACES,
      'source-layer': MUNICIPALITIES,
      paint: { 'fill-color': landColour(choice, land), 'fill-opacity': landOpacity(choice) },
    },
    ...hatching(choice),
    ...field(choice),
    ...hexes(choice),
    ...(overPictures ? [casing] : []),
    {
      id: 'border',
      type: 'line',
      ...outline,
      paint: {
        'line-color': overPictures ? text : border,
        'line-opacity': 0.7,
        'line-width': ['interpolate', ['linear'], ['zoom'], 4, 0.7, 10, 1.2],
      },
    },
    {
      id: 'border-chosen',
      type: 'line',
      ...outline,
      filter: ['==', ['get', 'id'], choice.chosen ?? ''],
      paint: { 'line-color': text, 'line-width': overPictures ? 2.8 : 2 },
    },
    {
      id: 'border-hovered',
      type: 'line',
      ...outline,
      paint: {
        'line-color': text,
        'line-width': 2.5,
        'line-opacity': ['case', ['boolean', ['feature-state', 'hovered'], false], 1, 0],
      },
    },
    ...hotspots(choice),
    ...shapes(choice),
  ];
}

function landColour(choice: StyleChoice, land: string): DataDrivenPropertyValueSpecification<string> {
  const [{ colouring }, upTo] = [choice, colouredUpTo(choice)];
  if (!colouring || colouring.size === 0 || upTo === null) return land;
  const branches = [...colouring].flatMap(([id, { colour }]) => [id, colour]);
  const colours = ['match', ['get', 'id'], ...branches, land];
  return ['step', ['zoom'], colours, upTo, land] as unknown as DataDrivenPropertyValueSpecification<string>;
}

/** With something under our land, the tint of the land lies below it, and `land` lets it through. */
function under(choice: StyleChoice): LayerSpecification[] {
  if (!choice.basemap) return [];
  const tint: LayerSpecification = {
    id: 'ground',
    type: 'fill',
    source: PLACES,
    'source-layer': MUNICIPALITIES,
    paint: { 'fill-color': palette[choice.tone].land },
  };
  return [tint, ...basemapLayers(choice)];
}

/** What is filtered away steps back: into the sea, or behind a veil where something lies under the land. */
function landOpacity(choice: StyleChoice): DataDrivenPropertyValueSpecification<number> {
  const { basemap, chosen, tone } = choice;
  const others = tone !== 'light' ? 0.45 : 0.5;
  const where = (here: number, elsewhere: number) =>
    chosen ? ['case', ['==', ['get', 'id'], chosen], here, elsewhere] : here;
  if (!basemap) return where(1, others) as DataDrivenPropertyValueSpecification<number>;
  const [plain, upTo] = [where(0, OVER_BASEMAP.veil), colouredUpTo(choice)];
  const opacity =
    upTo === null ? plain : ['step', ['zoom'], where(OVER_BASEMAP.classes, OVER_BASEMAP.others), upTo, plain];
  return opacity as DataDrivenPropertyValueSpecification<number>;
}

function hatching(choice: StyleChoice): LayerSpecification[] {
  const [{ colouring, tone }, upTo] = [choice, colouredUpTo(choice)];
  if (!colouring || upTo === null) return [];
  return [
    {
      id: 'no-data',
      type: 'fill',
      source: PLACES,
      'source-layer': MUNICIPALITIES,
      maxzoom: upTo,
      filter: ['!', ['in', ['get', 'id'], ['literal', [...colouring.keys()]]]],
      paint: { 'fill-pattern': `hatch|${tone}` },
    },
  ];
}

function field({ density, pointsFrom, tone }: StyleChoice): LayerSpecification[] {
  if (density?.form !== 'field') return [];
  return [
    {
      id: 'heat',
      type: 'raster',
      source: HEAT,
      minzoom: density.from,
      paint: {
        // Where single objects show, density steps behind them.
        'raster-opacity': ['interpolate', ['linear'], ['zoom'], pointsFrom, tone !== 'light' ? 0.9 : 0.95, 16, 0.35],
        'raster-fade-duration': 150,
        // The ramp grows darker as it grows denser; on dark ground it is turned to grow lighter (build/palette.ts).
        ...(tone !== 'light'
          ? { 'raster-hue-rotate': 180, 'raster-brightness-min': 1, 'raster-brightness-max': 0 }
          : {}),
      },
    },
  ];
}

function hexes({ density, tone }: StyleChoice): LayerSpecification[] {
  const [bounds, tag] = density?.form === 'hexes' ? [HEX_BOUNDS[density.weight], HEX_TAG[density.weight]] : [];
  if (!bounds || !tag) return [];
  const value = ['coalesce', ['get', tag], 0];
  const [first, ...colours] = classColours(tone);
  const colour = ['step', value, first, ...bounds.flatMap((bound, n) => [bound, colours[n]])];
  return [
    {
      id: 'hexes',
      type: 'fill',
      source: HEXES,
      'source-layer': 'hexes',
      filter: ['>', value, 0] as never,
      // The palest class is hardly darker than the land: its edge tells it.
      paint: { 'fill-color': colour as never, 'fill-opacity': 0.78, 'fill-outline-color': palette[tone].border },
    },
  ];
}

function hotspots({ hotspots, layer, comparison, tone }: StyleChoice): LayerSpecification[] {
  if (!hotspots || layer !== 'problems' || comparison) return [];
  const [hot, ink] = [groupColour('overdue', tone), palette[tone].text];
  const of = (kind: HotspotKind) => ({
    source: HOTSPOTS,
    'source-layer': HOTSPOTS,
    minzoom: HOTSPOTS_FROM[kind],
    filter: ['==', ['get', 'kind'], kind] as never,
  });
  return [
    {
      id: 'hotspot-cells',
      type: 'fill',
      ...of('cell'),
      paint: { 'fill-color': hot, 'fill-opacity': tone !== 'light' ? 0.28 : 0.2 },
    },
    { id: 'hotspot-cell-edges', type: 'line', ...of('cell'), paint: { 'line-color': hot, 'line-width': 1.5 } },
    { id: 'hotspot-crowds', type: 'fill', ...of('crowd'), paint: { 'fill-color': ink, 'fill-opacity': 0.06 } },
    {
      id: 'hotspot-crowd-edges',
      type: 'line',
      ...of('crowd'),
      layout: { 'line-join': 'round' },
      paint: { 'line-color': ink, 'line-width': 1.8, 'line-dasharray': [2.5, 1.8] },
    },
    {
      id: 'hotspot-bundles',
      type: 'line',
      ...of('bundle'),
      layout: { 'line-cap': 'round' },
      paint: {
        'line-color': ink,
        'line-opacity': 0.75,
        'line-width': ['interpolate', ['linear'], ['zoom'], 10, 4, 16, 9],
      },
    },
  ];
}

function shapes({ layer, comparison, hidden, pointsFrom, tone }: StyleChoice): LayerSpecification[] {
  if (layer !== 'problems' || comparison) return [];
  const colour = ['match', ['get', 'group'], ...GROUPS.flatMap((group) => [group, groupColour(group, tone)]), '#888'];
  const colours = colour as unknown as DataDrivenPropertyValueSpecification<string>;
  const common = { source: OBJECTS, 'source-layer': 'shapes', minzoom: pointsFrom } as const;
  const shown = ['!', ['in', ['get', 'group'], ['literal', [...hidden]]]] as const;
  return [
    {
      id: 'shape-areas',
      type: 'fill',
      ...common,
      filter: ['all', ['==', ['geometry-type'], 'Polygon'], shown as never],
      paint: { 'fill-color': colours, 'fill-opacity': 0.22 },
    },
    {
      id: 'shape-lines',
      type: 'line',
      ...common,
      filter: shown as never,
      layout: { 'line-cap': 'round', 'line-join': 'round' },
      paint: {
        'line-color': colours,
        'line-width': [
          'interpolate',
          ['linear'],
          ['zoom'],
          13,
          ['match', ['geometry-type'], 'Polygon', 1, 2.5],
          17,
          ['match', ['geometry-type'], 'Polygon', 2, 5],
        ],
      },
    },
  ];
}
