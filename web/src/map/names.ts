// Where the names of symbols go: beside, below or above, wherever nothing else is. The engine could place names by itself,
// but it cannot move a symbol to make room for one.

import { type Frame, type Place, type Spreading, spread } from './spread';

export type Side = 'right' | 'left' | 'below' | 'above';

export interface Size {
  width: number;
  height: number;
}

export interface Arrangement extends Place {
  /** Null without a name, and when there is no room for it. */
  side: Side | null;
}

type Rectangle = Frame;
type Named = Omit<Spreading, 'label'> & { name: Size | null };

export const GAP_PX = 4;
const ROUNDS = 4;
const SIDES: readonly Side[] = ['right', 'left', 'below', 'above'];

/**
 * Moves symbols apart and gives their names a side. Symbols whose names fit nowhere get room below, and all are moved apart
 * again. No name goes where something floats over the map.
 */
export function arrange(symbols: readonly Named[], frame: Frame, floating: readonly Frame[] = []): Arrangement[] {
  const roomy = new Set<number>();
  for (let round = 1; ; round += 1) {
    const places = spread(
      symbols.map((symbol, n) => (roomy.has(n) ? withRoom(symbol) : symbol)),
      frame,
    );
    const sides = placeNames(symbols, places, roomy, frame, floating);
    const unplaced = symbols.flatMap(({ name }, n) => (name && !sides[n] && !roomy.has(n) ? [n] : []));
    if (unplaced.length === 0 || round === ROUNDS) {
      return places.map((place, n) => ({ ...place, side: sides[n] ?? null }));
    }
    for (const n of unplaced) roomy.add(n);
  }
}

function withRoom({ name, ...symbol }: Named): Spreading {
  return name ? { ...symbol, label: { width: name.width + GAP_PX, height: name.height + GAP_PX } } : symbol;
}

/** Who was given room takes it first; then those who stand for more. */
function placeNames(
  symbols: readonly Named[],
  places: readonly Place[],
  roomy: ReadonlySet<number>,
  frame: Frame,
  floating: readonly Frame[],
): (Side | null)[] {
  const taken: Rectangle[] = [...floating];
  const sides: (Side | null)[] = symbols.map(() => null);
  const order = symbols.map((_, n) => n);
  order.sort((a, b) => Number(roomy.has(b)) - Number(roomy.has(a)) || weightOf(symbols, b) - weightOf(symbols, a));
  for (const n of order) {
    const [{ name, radius }, place] = [symbols[n] as Named, places[n] as Place];
    if (!name) continue;
    const free = (side: Side) => {
      const box = rectangle(place, radius, name, side);
      return inside(box, frame) && !taken.some((other) => meets(box, other)) && !covered(box, symbols, places, n);
    };
    const side = (roomy.has(n) ? (['below', ...SIDES] as const) : SIDES).find(free);
    if (!side) continue;
    sides[n] = side;
    taken.push(rectangle(place, radius, name, side));
  }
  return sides;
}

function weightOf(symbols: readonly Named[], n: number): number {
  return symbols[n]?.weight ?? 0;
}

function rectangle({ x, y }: Place, radius: number, { width, height }: Size, side: Side): Rectangle {
  const away = radius + GAP_PX;
  const beside = { top: y - height / 2, bottom: y + height / 2 };
  const centred = { left: x - width / 2, right: x + width / 2 };
  switch (side) {
    case 'right':
      return { ...beside, left: x + away, right: x + away + width };
    case 'left':
      return { ...beside, left: x - away - width, right: x - away };
    case 'below':
      return { ...centred, top: y + away, bottom: y + away + height };
    case 'above':
      return { ...centred, top: y - away - height, bottom: y - away };
  }
}

function inside(box: Rectangle, frame: Frame): boolean {
  return box.left >= frame.left && box.right <= frame.right && box.top >= frame.top && box.bottom <= frame.bottom;
}

/** Two names on one line need a space between them. */
function meets(a: Rectangle, b: Rectangle): boolean {
  return a.left < b.right + GAP_PX && b.left < a.right + GAP_PX && a.top < b.bottom && b.top < a.bottom;
}

function covered(box: Rectangle, symbols: readonly Named[], places: readonly Place[], own: number): boolean {
  return places.some(({ x, y }, n) => {
    if (n === own) return false;
    const [nearX, nearY] = [Math.max(box.left, Math.min(x, box.right)), Math.max(box.top, Math.min(y, box.bottom))];
    return Math.hypot(x - nearX, y - nearY) < (symbols[n] as Named).radius;
  });
}
