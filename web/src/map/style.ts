// The map's style as a function of what the reader chose. Sources first, then layers from the ground up; symbols further up
// are placed first, so donuts keep their room and labels go around them.

import type { LayerSpecification, SourceSpecification, StyleSpecification } from 'maplibre-gl';
import type { Bounds } from '../api/wire';
import { basemapNames, basemapSource } from './style_basemap';
import { HEAT, HEXES, HIGHLIGHT, HOTSPOTS, LEADERS, OBJECTS, PLACES, SEATS, type StyleChoice } from './style_choice';
import { groundLayers } from './style_ground';
import { labelLayers } from './style_labels';
import { symbolLayers } from './style_symbols';

/** Vector tiles are drawn up to this zoom; beyond it the engine enlarges them. */
const TILES_TO = 16;
const HEAT_TILES_TO = 18;

export function makeStyle(choice: StyleChoice): StyleSpecification {
  return {
    version: 8,
    name: `atlas-${choice.tone}-${choice.language}`,
    sources: sources(choice),
    layers: layers(choice),
    transition: { duration: 200, delay: 0 },
  };
}

/** Tiles beside the region hold nothing of ours, and a little room lets symbols at the edge show whole. */
function widened([west, south, east, north]: Bounds): Bounds {
  return [west - 0.5, south - 0.5, east + 0.5, north + 0.5];
}

const EMPTY = { type: 'FeatureCollection' as const, features: [] };

function sources(choice: StyleChoice): Record<string, SourceSpecification> {
  const { tiles, bounds } = choice;
  const vector = (url: string): SourceSpecification => ({
    type: 'vector',
    tiles: [url],
    maxzoom: TILES_TO,
    bounds: widened(bounds),
  });
  return {
    ...basemapSource(choice),
    [PLACES]: vector(tiles.places),
    [OBJECTS]: vector(tiles.objects),
    [HEXES]: vector(tiles.hexes),
    [HOTSPOTS]: vector(tiles.hotspots),
    [HEAT]: {
      type: 'raster',
      tiles: [tiles.heat],
      tileSize: 256,
      maxzoom: HEAT_TILES_TO,
      bounds: widened(bounds),
    },
    [SEATS]: { type: 'geojson', data: EMPTY, promoteId: 'cluster_id' },
    [LEADERS]: { type: 'geojson', data: EMPTY },
    [HIGHLIGHT]: { type: 'geojson', data: EMPTY },
  };
}

function layers(choice: StyleChoice): LayerSpecification[] {
  return [...groundLayers(choice), ...basemapNames(choice), ...labelLayers(choice), ...symbolLayers(choice)];
}
