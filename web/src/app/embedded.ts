// Whether the page stands inside a page of another site, whose wheel and fingers scroll that page first, and what of the page
// is shown there. In a frame nothing is stored and nothing is put into the history of the site around.

import { type FrameOptions, parseFrame } from './frame_options';

export const embedded = /^\/e\/[^/]+\/live$/.test(location.pathname);

const NOT_FRAMED: FrameOptions = { ...parseFrame(''), ui: 'full', list: true };

export const frame: FrameOptions = embedded ? parseFrame(location.search) : NOT_FRAMED;

export const shows = {
  panel: frame.list || frame.ui === 'full',
  list: frame.list,
  search: frame.ui === 'full',
  /** Zoom and legend. */
  controls: frame.ui !== 'none',
  /** What changes the question: mode, density, period. */
  tools: frame.ui === 'full',
} as const;

/** Day and hash of the data of an earlier day, as the server wrote them into the document. */
export const stamp: string | null = document.getElementById('app')?.dataset.stamp ?? null;

/** The query of a view with what it has beside as long as it is framed. */
export function framedQuery(query: string): string {
  if (!embedded || frame.kept === '') return query;
  return query ? `${query}&${frame.kept}` : `?${frame.kept}`;
}

export function beginFrame(): void {
  if (!embedded) return;
  if (frame.font !== 100) document.documentElement.style.fontSize = `${frame.font}%`;
  if (frame.unknown.length > 0) console.info(`atlas: parameters passed over: ${frame.unknown.join(', ')}`);
  if (frame.wrong.length > 0) console.info(`atlas: values not understood: ${frame.wrong.join(', ')}`);
}
