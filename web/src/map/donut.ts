// Pictures of clusters: a ring by status group with room for a number inside. They are drawn when the map first misses one
// and named after what they show. Shares are rounded to tenths, so that a whole screen needs a few dozen of them.

import { type Ground, palette } from 'virtual:palette';
import type { GroupId } from '../api/wire';
import { GROUPS } from '../domain/groups';

/** Radii of the five sizes, pixels, and the counts from which the next size is taken. */
export const RADII = [15, 19, 24, 29, 35] as const;
export const SIZE_STEPS = [10, 100, 500, 2000] as const;
export const RING_PX = 5.5;
/** What the first quarter should say is what presses: overdue starts at twelve o'clock. */
export const CLOCKWISE: readonly GroupId[] = ['overdue', 'in_work', 'new', 'resolved'];

const CASING_PX = 1.5;
const GAP_PX = 1;

/** What the map is drawn in; all but the first are on dark ground. */
export type Tone = 'light' | 'dark' | 'contrast';
export type Shares = Record<GroupId, number>;

export function sizeOf(count: number): number {
  return SIZE_STEPS.filter((step) => count >= step).length;
}

/** Symbols are a little smaller where the whole region is seen. */
export const SCALE_FROM = { zoom: 3.4, scale: 0.8 } as const;
export const SCALE_TO = { zoom: 5.4, scale: 1 } as const;

export function scaleAt(zoom: number): number {
  const share = (zoom - SCALE_FROM.zoom) / (SCALE_TO.zoom - SCALE_FROM.zoom);
  return SCALE_FROM.scale + (SCALE_TO.scale - SCALE_FROM.scale) * Math.max(0, Math.min(1, share));
}

export function groupColour(group: GroupId, tone: Tone): string {
  return palette.status.find(({ id }) => id === group)?.[tone] ?? palette[tone].border;
}

/** `donut|light|2|3,2,4,1`: tone, size, tenths in the order of the groups. */
export function parseDonut(id: string): { tone: Tone; size: number; shares: Shares } | null {
  const match = /^donut\|(light|dark|contrast)\|([0-4])\|(\d+),(\d+),(\d+),(\d+)$/.exec(id);
  if (!match) return null;
  const numbers = match.slice(3).map(Number);
  const shares = Object.fromEntries(GROUPS.map((group, n) => [group, numbers[n] ?? 0])) as Shares;
  return { tone: match[1] as Tone, size: Number(match[2]), shares };
}

export interface Arc {
  group: GroupId;
  from: number;
  to: number;
}

/** The arcs of a ring, in radians from twelve o'clock. */
export function arcsOf(shares: Shares): Arc[] {
  const sum = CLOCKWISE.reduce((total, group) => total + shares[group], 0);
  let at = 0;
  return CLOCKWISE.filter((group) => shares[group] > 0).map((group) => {
    const from = at;
    at += (shares[group] / sum) * 2 * Math.PI;
    return { group, from, to: at };
  });
}

type Context = OffscreenCanvasRenderingContext2D | CanvasRenderingContext2D;

export function drawDonut(context: Context, tone: Tone, size: number, shares: Shares): void {
  const ground = palette[tone];
  const radius = RADII[size] ?? RADII[0];
  const arcs = arcsOf(shares);
  disc(context, radius + CASING_PX, ground.halo);
  for (const { group, from, to } of arcs) {
    context.beginPath();
    context.arc(0, 0, radius - RING_PX / 2, from - Math.PI / 2, to - Math.PI / 2);
    context.lineWidth = RING_PX;
    context.strokeStyle = groupColour(group, tone);
    context.stroke();
  }
  if (arcs.length > 1) gaps(context, arcs, radius, ground);
  disc(context, radius - RING_PX, ground.halo);
}

/** Thin spokes keep neighbouring colours apart for those who cannot tell them by hue. */
function gaps(context: Context, arcs: readonly Arc[], radius: number, ground: Ground): void {
  context.strokeStyle = ground.halo;
  context.lineWidth = GAP_PX;
  for (const { from } of arcs) {
    const angle = from - Math.PI / 2;
    context.beginPath();
    context.moveTo(Math.cos(angle) * (radius - RING_PX), Math.sin(angle) * (radius - RING_PX));
    context.lineTo(Math.cos(angle) * radius, Math.sin(angle) * radius);
    context.stroke();
  }
}

export function disc(context: Context, radius: number, colour: string): void {
  context.beginPath();
  context.arc(0, 0, radius, 0, 2 * Math.PI);
  context.fillStyle = colour;
  context.fill();
}

/** Half the side of the picture of a size. */
export function reachOf(size: number): number {
  return (RADII[size] ?? RADII[0]) + CASING_PX + 1;
}
