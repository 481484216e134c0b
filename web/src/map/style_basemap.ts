// What lies under our map when an administrator has put something there: pictures, toned down so that symbols stand out, or
// water, roads, railways and names out of vector tiles, in our own colours. Names of layers and of kinds are those of two
// schemas: the base map of Protomaps, and OpenMapTiles. Borders of a base map are not drawn, whatever it holds.

import { palette } from 'virtual:palette';
import type { ExpressionSpecification, LayerSpecification, SourceSpecification } from 'maplibre-gl';
import { BASEMAP, PICTURES_OPACITY, type StyleChoice } from './style_choice';

/** Pictures of most servers; on the screen of the live map they are as large as elsewhere. */
const PICTURE_PX = 256;
const NAMES_FROM = 8;
const NAME_PX = 11.5;
/** Our names and symbols have room around them, and ours are placed first: a base map that names the same place is silent. */
const NAME_PADDING_PX = 10;

const ROADS = ['highway', 'major_road', 'medium_road', 'motorway', 'trunk', 'primary', 'secondary', 'tertiary'];
const WIDE_ROADS = ['highway', 'motorway', 'trunk', 'primary'];
const SETTLEMENTS = ['locality', 'city', 'town', 'village', 'hamlet'];

export function basemapSource({ basemap }: StyleChoice): Record<string, SourceSpecification> {
  if (!basemap) return {};
  const { tiles, minzoom, maxzoom } = basemap;
  const common = { tiles: [tiles], minzoom, maxzoom };
  return {
    [BASEMAP]:
      basemap.kind === 'raster' ? { type: 'raster', tileSize: PICTURE_PX, ...common } : { type: 'vector', ...common },
  };
}

/** Above the tint of sea and land, below everything else that is ours. */
export function basemapLayers(choice: StyleChoice): LayerSpecification[] {
  const { basemap } = choice;
  if (!basemap) return [];
  return basemap.kind === 'raster' ? [pictures(choice)] : [...water(choice), ...rails(choice), ...roads(choice)];
}

/** Below our names, which come first where both want the same place. */
export function basemapNames(choice: StyleChoice): LayerSpecification[] {
  return choice.basemap?.kind === 'vector' ? ['places', 'place'].map((layer) => names(choice, layer)) : [];
}

/** Light pictures on dark ground would blind, so there they are darkened; turning them over would spoil photographs. */
function pictures({ tone }: StyleChoice): LayerSpecification {
  const dark = { 'raster-brightness-max': 0.38, 'raster-saturation': -0.6, 'raster-opacity': PICTURES_OPACITY.dark };
  const light = { 'raster-saturation': -0.35, 'raster-opacity': PICTURES_OPACITY.light };
  return {
    id: 'basemap-pictures',
    type: 'raster',
    source: BASEMAP,
    paint: { ...(tone === 'light' ? light : dark), 'raster-fade-duration': 150 },
  };
}

/** The finer word first: Protomaps has both, OpenMapTiles the last. */
const KIND = ['coalesce', ['get', 'kind'], ['get', 'class'], ''];

function isOneOf(words: readonly string[]): ExpressionSpecification {
  return ['in', KIND, ['literal', words]] as unknown as ExpressionSpecification;
}

function water({ tone }: StyleChoice): LayerSpecification[] {
  const { sea, water } = palette[tone];
  return [
    {
      id: 'basemap-water',
      type: 'fill',
      source: BASEMAP,
      'source-layer': 'water',
      filter: ['==', ['geometry-type'], 'Polygon'],
      // In great contrast sea and land are both black: only the shore tells them apart.
      paint: { 'fill-color': sea, 'fill-outline-color': water },
    },
    ...['water', 'waterway'].map(
      (layer): LayerSpecification => ({
        id: `basemap-rivers-${layer}`,
        type: 'line',
        source: BASEMAP,
        'source-layer': layer,
        filter: ['==', ['geometry-type'], 'LineString'],
        layout: { 'line-cap': 'round', 'line-join': 'round' },
        paint: {
          'line-color': water,
          'line-width': ['interpolate', ['linear'], ['zoom'], 4, 0.8, 8, 1.4, 12, 2.2, 16, 4],
        },
      }),
    ),
  ];
}

function rails({ tone }: StyleChoice): LayerSpecification[] {
  return ['roads', 'transportation'].map((layer) => ({
    id: `basemap-rails-${layer}`,
    type: 'line',
    source: BASEMAP,
    'source-layer': layer,
    filter: isOneOf(['rail']),
    paint: {
      'line-color': palette[tone].border,
      'line-opacity': 0.75,
      'line-width': ['interpolate', ['linear'], ['zoom'], 4, 0.9, 12, 1.5, 16, 2.4],
      'line-dasharray': [5, 2.5],
    },
  }));
}

/** From tertiary roads up, by the width that they have among roads. */
function roads({ tone }: StyleChoice): LayerSpecification[] {
  const wide = isOneOf(WIDE_ROADS);
  return ['roads', 'transportation'].map((layer) => ({
    id: `basemap-roads-${layer}`,
    type: 'line',
    source: BASEMAP,
    'source-layer': layer,
    filter: isOneOf(ROADS),
    layout: { 'line-cap': 'round', 'line-join': 'round' },
    paint: {
      'line-color': palette[tone].border,
      'line-opacity': 0.65,
      'line-width': [
        'interpolate',
        ['linear'],
        ['zoom'],
        4,
        ['case', wide, 1, 0.4],
        10,
        ['case', wide, 1.8, 1],
        16,
        ['case', wide, 6, 4],
      ],
    },
  }));
}

function names({ language, tone }: StyleChoice, layer: string): LayerSpecification {
  const { text, halo } = palette[tone];
  const own = language === 'ru' ? ['name:ru', 'name_ru'] : ['name:en', 'name_en', 'name:latin'];
  return {
    id: `basemap-names-${layer}`,
    type: 'symbol',
    source: BASEMAP,
    'source-layer': layer,
    minzoom: NAMES_FROM,
    filter: isOneOf(SETTLEMENTS),
    layout: {
      'text-field': ['coalesce', ...[...own, 'name'].map((name) => ['get', name]), ''] as never,
      'text-font': ['Golos Text Regular'],
      'text-size': NAME_PX,
      'text-max-width': 8,
      'text-padding': NAME_PADDING_PX,
    },
    paint: { 'text-color': text, 'text-opacity': 0.8, 'text-halo-color': halo, 'text-halo-width': 1.6 },
  };
}
