// How values fall into classes: inner bounds, ascending, each of which belongs to the class above it.

export const METHODS = ['fixed', 'quantile', 'equal', 'jenks'] as const;
export type Method = (typeof METHODS)[number];
/** Numbers of classes that the eye can tell apart. */
export const CLASS_COUNTS = [3, 4, 5, 6, 7] as const;
export const USUAL_CLASSES = 5;

/** Bounds of at most `count` classes; fewer where there are fewer different values. `step` is what bounds are rounded to. */
export function boundsBy(
  method: Exclude<Method, 'fixed'>,
  values: readonly number[],
  count: number,
  step: number,
): number[] {
  const sorted = [...values].sort((a, b) => a - b);
  const [first, last] = [sorted[0], sorted.at(-1)];
  if (first === undefined || last === undefined) return [];
  const raw = { quantile, equal, jenks }[method](sorted, count);
  // Whole multiples of a step without the dust of binary fractions.
  const round = (value: number) => Number((Math.round(value / step) * step).toPrecision(12));
  const rounded = [...new Set(raw.map(round))].sort((a, b) => a - b);
  // A bound that all values lie on one side of divides nothing.
  return rounded.filter((bound) => bound > first && bound <= last);
}

/** As many values in each class as in any other. */
function quantile(sorted: readonly number[], count: number): number[] {
  return inner(count).map((n) => {
    const at = (n / count) * (sorted.length - 1);
    const [low, high] = [sorted[Math.floor(at)] ?? 0, sorted[Math.ceil(at)] ?? 0];
    return low + (high - low) * (at - Math.floor(at));
  });
}

/** Classes of one width. */
function equal(sorted: readonly number[], count: number): number[] {
  const [first, last] = [sorted[0] ?? 0, sorted.at(-1) ?? 0];
  return inner(count).map((n) => first + ((last - first) * n) / count);
}

/**
 * Natural breaks: the classes whose values lie closest to their mean, by dynamic programming (W. D. Fisher, On grouping for
 * maximum homogeneity, JASA 53, 1958, which G. F. Jenks took to maps). Cost: O(count · n²).
 */
function jenks(sorted: readonly number[], count: number): number[] {
  const n = sorted.length;
  const classes = Math.min(count, new Set(sorted).size);
  const [sums, squares] = [[0], [0]];
  for (const value of sorted) {
    sums.push((sums.at(-1) ?? 0) + value);
    squares.push((squares.at(-1) ?? 0) + value * value);
  }
  /** Sum of squared distances to the mean of the values from `from` up to, without, `to`. */
  const spread = (from: number, to: number) => {
    const [sum, square] = [(sums[to] ?? 0) - (sums[from] ?? 0), (squares[to] ?? 0) - (squares[from] ?? 0)];
    return square - (sum * sum) / (to - from);
  };
  // best[k][to]: the least spread of the first `to` values in k + 1 classes; begins[k][to]: where the last of them begins.
  const best = [sorted.map((_, at) => spread(0, at + 1))];
  const begins: number[][] = [[]];
  for (let k = 1; k < classes; k += 1) {
    const [row, starts]: [number[], number[]] = [[], []];
    for (let to = 1; to <= n; to += 1) {
      let [least, start] = [Number.POSITIVE_INFINITY, k];
      for (let from = k; from < to; from += 1) {
        const total = (best[k - 1]?.[from - 1] ?? 0) + spread(from, to);
        if (total < least) [least, start] = [total, from];
      }
      row.push(least);
      starts.push(start);
    }
    best.push(row);
    begins.push(starts);
  }
  const bounds: number[] = [];
  for (let [k, to] = [classes - 1, n]; k > 0; k -= 1) {
    to = begins[k]?.[to - 1] ?? 0;
    // Halfway between neighbours: rounding then seldom moves a value into another class.
    bounds.unshift(((sorted[to - 1] ?? 0) + (sorted[to] ?? 0)) / 2);
  }
  return bounds;
}

function inner(count: number): number[] {
  return Array.from({ length: count - 1 }, (_, n) => n + 1);
}

/** Values in each of `bins` equal parts of a range that holds all of them. */
export function histogram(values: readonly number[], from: number, to: number, bins: number): number[] {
  const counts = Array.from({ length: bins }, () => 0);
  const width = (to - from) / bins || 1;
  for (const value of values) {
    const at = Math.min(bins - 1, Math.floor((value - from) / width));
    counts[at] = (counts[at] ?? 0) + 1;
  }
  return counts;
}
