// How far the sheet of a narrow screen is pulled up.

import { signal } from '@preact/signals';
import { parseView } from './url';

export const DETENTS = ['peek', 'half', 'full'] as const;
export type Detent = (typeof DETENTS)[number];

export const usualDetent: Detent = parseView(location.search).mode === 'rating' ? 'half' : 'peek';
export const detent = signal<Detent>(usualDetent);
