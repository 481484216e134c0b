// Draws the pictures that the map's style names: donuts, single objects, fallback points and the hatching of missing data.

import { icons } from 'virtual:icons';
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

/** The picture with this name; null when the style names none of ours. `iconOf` names the icons of categories. */
export function pictureOf(id: string, iconOf: ReadonlyMap<string, string>): Picture | null {
  const donut = parseDonut(id);
  if (donut) return draw(reachOf(donut.size), (context) => drawDonut(context, donut.tone, donut.size, donut.shares));
  const [kind, tone, what, category] = id.split('|') as [string, Tone, string, string?];
  if (kind === 'point') {
    const icon = icons[iconOf.get(category ?? '') ?? ''];
    if (!icon) return draw(POINT_PX, (context) => drawPoint(context, tone, what as GroupId));
    return draw(ICON_POINT_PX, (context) => drawPointWithIcon(context, tone, what as GroupId, new Path2D(icon)));
  }
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

const ICON_POINT_PX = 13;
const ICON_MARK_PX = 10;
const ICON_PX = 12.5;
const ICON_GRID = 150;
const ICON_RING_PX = 1.75;

/** The same forms, large enough to hold an icon: on a disc, on one that is half filled, on a square, in a ring. */
function drawPointWithIcon(context: Context, tone: Tone, group: GroupId, icon: Path2D): void {
  const [colour, { halo }] = [groupColour(group, tone), palette[tone]];
  const late = group === 'overdue';
  const [form, half] = late ? [square, ICON_MARK_PX - 0.75] : [disc, ICON_MARK_PX];
  form(context, half + CASING_PX, halo);
  form(context, half, colour);
  if (group === 'resolved') disc(context, half - ICON_RING_PX, halo);
  if (group === 'in_work') {
    context.beginPath();
    context.arc(0, 0, half - ICON_RING_PX, -Math.PI / 2, Math.PI / 2);
    context.fillStyle = halo;
    context.fill();
    drawIcon(context, icon, halo, -half, 0);
    drawIcon(context, icon, colour, 0, half);
    return;
  }
  drawIcon(context, icon, group === 'resolved' ? colour : halo, -half, half);
}

/** What of an icon lies between two verticals. */
function drawIcon(context: Context, icon: Path2D, colour: string, from: number, to: number): void {
  context.save();
  context.beginPath();
  context.rect(from, -ICON_MARK_PX, to - from, 2 * ICON_MARK_PX);
  context.clip();
  context.scale(ICON_PX / ICON_GRID, ICON_PX / ICON_GRID);
  context.translate(-ICON_GRID / 2, -ICON_GRID / 2);
  context.fillStyle = colour;
  context.fill(icon);
  context.restore();
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
