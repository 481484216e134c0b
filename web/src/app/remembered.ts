// The municipality that the reader chose last, for a page that is opened without a wish of its own. A frame keeps nothing.

import { embedded } from './embedded';

const STORED = 'atlas-municipality';

export function remembered(): string | null {
  if (embedded) return null;
  try {
    return localStorage.getItem(STORED);
  } catch {
    // Storage may be forbidden; then there is nothing to remember.
    return null;
  }
}

export function remember(slug: string | null): void {
  if (embedded) return;
  try {
    if (slug === null) localStorage.removeItem(STORED);
    else localStorage.setItem(STORED, slug);
  } catch {
    // As above.
  }
}
