import type { Camera } from '../app/url';

/** Circumference of the earth over the 512 pixels of the world at zoom 0. */
const METRES_PER_PX_AT_0 = 78_271.517;

/** Ground length of a pixel in the middle of the map. */
export function metresPerPx({ zoom, centre }: Camera): number {
  return (METRES_PER_PX_AT_0 * Math.cos((centre[1] * Math.PI) / 180)) / 2 ** zoom;
}
