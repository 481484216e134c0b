// Moves symbols apart that would cover one another. Seats of municipalities lie closer together than their symbols are wide,
// and so do the means of neighbouring cells. What stands for many stays where it belongs, what stands for few gives way;
// whoever draws them ties what moved far to its place with a line.

export interface Spreading {
  x: number;
  y: number;
  /** Half of what it takes on the screen, pixels. */
  radius: number;
  /** What it stands for: the heavier, the less it moves. */
  weight: number;
  /** Room for a name below it, pixels. */
  label?: { width: number; height: number };
}

export interface Place {
  x: number;
  y: number;
}

/** The part of the screen that symbols do not leave. */
export interface Frame {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

const ROUNDS = 160;
const GAP_PX = 2;
/** Part of the way home that a symbol takes in each round. */
const HOMING = 0.02;

/** New places in the order of the symbols. The same symbols always get the same places. */
export function spread(symbols: readonly Spreading[], frame: Frame | null = null): Place[] {
  const places = symbols.map(({ x, y }) => ({ x, y }));
  for (let round = 0; round < ROUNDS; round += 1) {
    // The last rounds only push, so that the way home leaves no overlap behind.
    const homing = round < ROUNDS * 0.75;
    if (homing) goHome(symbols, places);
    if (!pushApart(symbols, places) && !homing) break;
    if (frame) keepInside(symbols, places, frame);
  }
  return places;
}

function goHome(symbols: readonly Spreading[], places: readonly Place[]): void {
  places.forEach((place, n) => {
    const home = symbols[n] as Spreading;
    place.x += (home.x - place.x) * HOMING;
    place.y += (home.y - place.y) * HOMING;
  });
}

/** Who is at home inside the frame stays inside. */
function keepInside(symbols: readonly Spreading[], places: readonly Place[], frame: Frame): void {
  places.forEach((place, n) => {
    const home = symbols[n] as Spreading;
    const { halfX } = boxOf(home, place);
    const below = home.radius + (home.label?.height ?? 0);
    place.x = between(place.x, Math.min(home.x, frame.left + halfX), Math.max(home.x, frame.right - halfX));
    place.y = between(place.y, Math.min(home.y, frame.top + home.radius), Math.max(home.y, frame.bottom - below));
  });
}

function between(value: number, least: number, most: number): number {
  return Math.max(least, Math.min(most, value));
}

function pushApart(symbols: readonly Spreading[], places: readonly Place[]): boolean {
  let pushed = false;
  for (let a = 0; a < places.length; a += 1) {
    for (let b = a + 1; b < places.length; b += 1) {
      const [one, other] = [symbols[a] as Spreading, symbols[b] as Spreading];
      const [first, second] = [places[a] as Place, places[b] as Place];
      const push = one.label || other.label ? boxPush(one, other, first, second) : discPush(one, other, first, second);
      if (!push) continue;
      pushed = true;
      const share = other.weight / (one.weight + other.weight);
      first.x -= push.x * share;
      first.y -= push.y * share;
      second.x += push.x * (1 - share);
      second.y += push.y * (1 - share);
    }
  }
  return pushed;
}

/** How far two discs must part, along the line between them; null when they are apart. */
function discPush(one: Spreading, other: Spreading, first: Place, second: Place): Place | null {
  const wanted = one.radius + other.radius + GAP_PX;
  const [dx, dy] = [second.x - first.x, second.y - first.y];
  const distance = Math.hypot(dx, dy);
  if (distance >= wanted) return null;
  // Two on one place part along a line of their own.
  if (distance === 0) return { x: wanted, y: 0 };
  const missing = (wanted - distance) / distance;
  return { x: dx * missing, y: dy * missing };
}

/**
 * How far two symbols with names below must part until they are clear of one another on one of the axes: along the line
 * between their homes, so that north stays north.
 */
function boxPush(one: Spreading, other: Spreading, first: Place, second: Place): Place | null {
  const [a, b] = [boxOf(one, first), boxOf(other, second)];
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  const [wantedX, wantedY] = [a.halfX + b.halfX + GAP_PX, a.halfY + b.halfY + GAP_PX];
  if (Math.abs(dx) >= wantedX || Math.abs(dy) >= wantedY) return null;
  const distance = Math.hypot(other.x - one.x, other.y - one.y);
  // Two on one place part along a line of their own.
  const [x, y] = distance === 0 ? [0, 1] : [(other.x - one.x) / distance, (other.y - one.y) / distance];
  const across = (wanted: number, now: number, way: number) =>
    way === 0 ? Number.POSITIVE_INFINITY : (wanted - now * Math.sign(way)) / Math.abs(way);
  const far = Math.min(across(wantedX, dx, x), across(wantedY, dy, y));
  return { x: x * far, y: y * far };
}

function boxOf({ radius, label }: Spreading, { x, y }: Place): Place & { halfX: number; halfY: number } {
  const below = label?.height ?? 0;
  return { x, y: y + below / 2, halfX: Math.max(radius, (label?.width ?? 0) / 2), halfY: radius + below / 2 };
}
