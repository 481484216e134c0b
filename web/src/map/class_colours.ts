// Colours of classes, of municipalities and of hexagons alike.

import { palette } from 'virtual:palette';
import type { Tone } from './donut';

/** From good to bad, from few to many. On dark ground the scale is turned round, for there light is what stands out. */
export function classColours(on: Tone): readonly string[] {
  const { classes } = palette.choropleth;
  return on === 'dark' ? [...classes].reverse() : classes;
}
