// The pages that the server writes, under the present conditions.

import { embedded } from './embedded';
import { PAGES, pageAddress } from './url';
import { camera, view } from './view';
import { t } from './words';

export function Pages() {
  // Inside a frame they would be refused.
  if (embedded) return null;
  return (
    <nav class="pages" aria-label={t.value.pagesLabel}>
      {PAGES.map((page) => (
        <a key={page} href={pageAddress(page, view.value, camera.value)}>
          {t.value.pages[page]}
        </a>
      ))}
    </nav>
  );
}
