// Draws the pictures that the map's style names: donuts, single objects, fallback points and the hatching of missing data.

import { palette } from 'virtual:palette';
import type { GroupId } from '../api/wire';
import { disc, drawDonut, groupColour, parseDonut, RADII, reachOf, type Tone } from './donut';

export const PIXEL_RATIO = 2;

export interface Picture {
  width: number;
  height: number;
  data: Uint8ClampedArray;
}

type Context = OffscreenCanvasRenderingContext2D;

/** The picture with this name; null when the style names none of ours. */
export function pictureOf(id: string): Picture | null {
  const donut = parseDonut(id);
  if (donut) return draw(reachOf(donut.size), (context) => drawDonut(context, donut.tone, donut.size, donut.shares));
  const [kind, tone, what] = id.split('|') as [string, Tone, string];
  if (kind === 'point') return draw(POINT_PX, (context) => drawPoint(context, tone, what as GroupId));
  if (kind === 'fallback') return draw(reachOf(Number(what)), (context) => drawFallback(context, tone, Number(what)));
  if (kind === 'hatch') return hatch(tone);
  return null;
}

function draw(reach: number, paint: (context: Context) => void): Picture | null {
  const side = Math.ceil(reach * 2) * PIXEL_RATIO;
  const context = new OffscreenCanvas(side, side).getContext('2d');
  if (!context) return null;
  context.translate(side / 2, side / 2);
  context.scale(PIXEL_RATIO, PIXEL_RATIO);
  paint(context);
  return context.getImageData(0, 0, side, side);
}

const POINT_PX = 10;
const MARK_PX = 6;
const CASING_PX = 1.75;

/** The glyph says what the colour says: disc, half disc, square, ring. */
function drawPoint(context: Context, tone: Tone, group: GroupId): void {
  const [colour, { halo }] = [groupColour(group, tone), palette[tone]];
  if (group === 'overdue') {
    square(context, MARK_PX - 0.5 + CASING_PX, halo);
    square(context, MARK_PX - 0.5, colour);
    return;
  }
  disc(context, MARK_PX + CASING_PX, halo);
  disc(context, MARK_PX, colour);
  if (group === 'resolved') disc(context, MARK_PX - 2.5, halo);
  if (group === 'in_work') {
    context.beginPath();
    context.arc(0, 0, MARK_PX - 2, -Math.PI / 2, Math.PI / 2);
    context.fillStyle = halo;
    context.fill();
  }
}

function square(context: Context, half: number, colour: string): void {
  context.beginPath();
  context.roundRect(-half, -half, 2 * half, 2 * half, 1.5);
  context.fillStyle = colour;
  context.fill();
}

/** Hollow and dashed: the source did not know the place, so this is no hot spot. */
function drawFallback(context: Context, tone: Tone, size: number): void {
  const radius = RADII[size] ?? RADII[0];
  context.globalAlpha = 0.85;
  disc(context, radius, palette[tone].halo);
  context.globalAlpha = 1;
  context.beginPath();
  context.arc(0, 0, radius - 1, 0, 2 * Math.PI);
  context.setLineDash([4, 3]);
  context.lineWidth = 1.5;
  context.strokeStyle = palette[tone].border;
  context.stroke();
}

const HATCH_PX = 8;

function hatch(tone: Tone): Picture | null {
  const side = HATCH_PX * PIXEL_RATIO;
  const context = new OffscreenCanvas(side, side).getContext('2d');
  if (!context) return null;
  context.scale(PIXEL_RATIO, PIXEL_RATIO);
  context.strokeStyle = palette[tone].border;
  context.globalAlpha = 0.45;
  context.lineWidth = 1;
  // Three strokes, so that the pattern meets itself at the edges.
  for (const offset of [-HATCH_PX, 0, HATCH_PX]) {
    context.beginPath();
    context.moveTo(offset, HATCH_PX);
    context.lineTo(offset + HATCH_PX, 0);
    context.stroke();
  }
  return context.getImageData(0, 0, side, side);
}
