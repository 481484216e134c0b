// The codes that put the present view on another site. The service writes them, as it does for its own page of codes.

import { askJson } from '../api/http';

export const WAYS = ['frame', 'script', 'picture', 'png', 'svg', 'oembed'] as const;
export type Way = (typeof WAYS)[number];

export type Codes = Record<Way, string> & {
  key_is_known: boolean;
  /** What the view shows, in words. */
  paragraph: string;
};

/** Codes that show nothing anywhere without the key of a site. */
export function needsKey(way: Way): boolean {
  return way === 'frame' || way === 'script';
}

/** `query` and `camera` are those of the address; `camera` begins with `#map=`. */
export function codesAddress(query: string, camera: string, key: string): string {
  const asked = new URLSearchParams(query);
  if (camera) asked.set('map', camera.replace('#map=', ''));
  if (key) asked.set('key', key);
  return `/api/embed-codes?${asked}`;
}

export function askCodes(query: string, camera: string, key: string, language: string): Promise<Codes> {
  return askJson<Codes>(codesAddress(query, camera, key), language);
}
