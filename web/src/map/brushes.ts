// Hexagons and hot spots as the live map draws them (style_ground.ts), for a map of pictures.

import { palette } from 'virtual:palette';
import { HEX_BOUNDS, HEX_TAG, type Weight } from '../domain/density';
import { HOTSPOTS_FROM, type HotspotKind } from '../domain/hotspots';
import { classColours } from './class_colours';
import { groupColour, type Tone } from './donut';
import type { Brush } from './tile_drawings';

export function hexBrush(weight: Weight, tone: Tone): Brush {
  const [bounds, tag, colours] = [HEX_BOUNDS[weight] ?? [], HEX_TAG[weight] ?? '', classColours(tone)];
  return (context, { properties }, outline) => {
    const value = Number(properties[tag] ?? 0);
    if (value <= 0) return;
    context.globalAlpha = 0.78;
    context.fillStyle = colours[bounds.filter((bound) => value >= bound).length] ?? '';
    context.fill(outline);
    context.strokeStyle = palette[tone].border;
    context.lineWidth = 0.75;
    context.stroke(outline);
  };
}

export function hotspotBrush(tone: Tone, zoom: () => number): Brush {
  const [hot, ink] = [groupColour('overdue', tone), palette[tone].text];
  return (context, { properties }, outline) => {
    const kind = properties.kind as HotspotKind;
    if (zoom() < HOTSPOTS_FROM[kind]) return;
    context.lineJoin = context.lineCap = 'round';
    context.setLineDash(kind === 'crowd' ? [5, 4] : []);
    context.strokeStyle = kind === 'cell' ? hot : ink;
    context.lineWidth = { cell: 1.5, crowd: 1.8, bundle: 5 }[kind];
    if (kind !== 'bundle') {
      context.globalAlpha = kind === 'crowd' ? 0.06 : tone === 'light' ? 0.2 : 0.28;
      context.fillStyle = kind === 'crowd' ? ink : hot;
      context.fill(outline);
    }
    context.globalAlpha = kind === 'bundle' ? 0.75 : 1;
    context.stroke(outline);
  };
}
