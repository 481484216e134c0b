// The photos of a problem: a strip of small ones, each of which opens the gallery. The gallery is loaded when it is wanted.

import { useState } from 'preact/hooks';
import type { Photo } from '../api/wire';
import { t } from '../app/words';

type GalleryView = typeof import('./Gallery').Gallery;

export function Photos({ photos }: { photos: readonly Photo[] }) {
  const [Gallery, setGallery] = useState<{ view: GalleryView } | null>(null);
  const [shown, setShown] = useState<number | null>(null);
  if (photos.length === 0) return null;
  const show = (n: number, photo: Photo) =>
    import('./Gallery').then(
      ({ Gallery }) => {
        setGallery({ view: Gallery });
        setShown(n);
      },
      // Without the gallery the picture itself can still be seen.
      () => location.assign(photo.url),
    );
  return (
    <section class="card-part" aria-label={t.value.photos}>
      <ul class="photo-strip">
        {photos.map((photo, n) => (
          <li key={photo.url}>
            <button type="button" class="photo" aria-haspopup="dialog" lang="ru" onClick={() => show(n, photo)}>
              <img src={photo.url} alt={photo.alt} width="104" height="78" loading="lazy" decoding="async" />
            </button>
          </li>
        ))}
      </ul>
      {Gallery && shown !== null && (
        <Gallery.view photos={photos} shown={shown} show={setShown} close={() => setShown(null)} />
      )}
    </section>
  );
}
