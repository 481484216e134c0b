// Colours of classes, of municipalities and of hexagons alike.

import { palette } from 'virtual:palette';
import type { Tone } from './donut';

/** From good to bad, from few to many. On dark ground the scale is turned round, for there light is what stands out. */
export function classColours(on: Tone, count = palette.choropleth.classes.length): readonly string[] {
  const { classes, contrast } = palette.choropleth;
  const scale = on === 'contrast' ? contrast : on === 'dark' ? [...classes].reverse() : classes;
  const last = scale.length - 1;
  if (count === 1) return [scale[Math.round(last / 2)] ?? ''];
  return Array.from({ length: count }, (_, n) => colourAt(scale, (n * last) / (count - 1)));
}

/** The colour of a scale at a place on it; between two colours, a mixture of them. */
function colourAt(scale: readonly string[], at: number): string {
  const [low, high] = [scale[Math.floor(at)] ?? '', scale[Math.ceil(at)] ?? ''];
  const share = at - Math.floor(at);
  const channels = [1, 3, 5].map((from) => {
    const [a, b] = [low, high].map((colour) => Number.parseInt(colour.slice(from, from + 2), 16)) as [number, number];
    return Math.round(a + (b - a) * share)
      .toString(16)
      .padStart(2, '0');
  });
  return `#${channels.join('')}`;
}
