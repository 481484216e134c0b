// Moves symbols apart that would cover one another. Seats of municipalities lie closer together than their symbols are wide,
// and so do the means of neighbouring cells. What stands for many stays where it belongs, what stands for few gives way;
// whoever draws them ties what moved far to its place with a line.

export interface Symbol {
  x: number;
  y: number;
  /** Half of what it takes on the screen, pixels. */
  radius: number;
  /** What it stands for: the heavier, the less it moves. */
  weight: number;
}

const ROUNDS = 120;
const GAP_PX = 2;
/** Part of the way home that a symbol takes in each round. */
const HOMING = 0.02;

/** New places in the order of the symbols. The same symbols always get the same places. */
export function spread(symbols: readonly Symbol[]): { x: number; y: number }[] {
  const places = symbols.map(({ x, y }) => ({ x, y }));
  for (let round = 0; round < ROUNDS; round += 1) {
    // The last rounds only push, so that the way home leaves no overlap behind.
    if (round < ROUNDS * 0.75) goHome(symbols, places);
    if (!pushApart(symbols, places) && round >= ROUNDS * 0.75) break;
  }
  return places;
}

function goHome(symbols: readonly Symbol[], places: { x: number; y: number }[]): void {
  places.forEach((place, n) => {
    const home = symbols[n] as Symbol;
    place.x += (home.x - place.x) * HOMING;
    place.y += (home.y - place.y) * HOMING;
  });
}

function pushApart(symbols: readonly Symbol[], places: { x: number; y: number }[]): boolean {
  let pushed = false;
  for (let a = 0; a < places.length; a += 1) {
    for (let b = a + 1; b < places.length; b += 1) {
      pushed = pushPair(symbols, places, a, b) || pushed;
    }
  }
  return pushed;
}

function pushPair(symbols: readonly Symbol[], places: { x: number; y: number }[], a: number, b: number): boolean {
  const [first, second] = [places[a], places[b]] as [{ x: number; y: number }, { x: number; y: number }];
  const [one, other] = [symbols[a], symbols[b]] as [Symbol, Symbol];
  const wanted = one.radius + other.radius + GAP_PX;
  let [dx, dy] = [second.x - first.x, second.y - first.y];
  let distance = Math.hypot(dx, dy);
  if (distance >= wanted) return false;
  if (distance === 0) {
    // Two on one place part by an angle that their order gives.
    [dx, dy, distance] = [Math.cos(a + b), Math.sin(a + b), 1];
  }
  const missing = (wanted - distance) / distance;
  const share = other.weight / (one.weight + other.weight);
  first.x -= dx * missing * share;
  first.y -= dy * missing * share;
  second.x += dx * missing * (1 - share);
  second.y += dy * missing * (1 - share);
  return true;
}
