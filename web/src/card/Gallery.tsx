// One photo after the other, large, over the page: by buttons and by arrows, round and round.

import type { Photo } from '../api/wire';
import { f, t } from '../app/words';
import { Dialog } from '../ui/Dialog';
import { Icon } from '../ui/Icon';

interface Props {
  photos: readonly Photo[];
  shown: number;
  show: (n: number) => void;
  close: () => void;
}

export function Gallery({ photos, shown, show, close }: Props) {
  // One may have been taken off meanwhile.
  const at = Math.min(shown, photos.length - 1);
  const photo = photos[at];
  if (!photo) return null;
  const step = (by: number) => show((at + by + photos.length) % photos.length);
  const onKeyDown = (event: KeyboardEvent) => {
    // The keys of the card and of the page behind stay theirs: Escape closes the gallery, not the card.
    event.stopPropagation();
    if (photos.length < 2 || event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === 'ArrowLeft') step(-1);
    else if (event.key === 'ArrowRight') step(1);
    else return;
    event.preventDefault();
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only listens to what is pressed in the dialog
    <div class="gallery" onKeyDown={onKeyDown}>
      <Dialog title={t.value.photos} close={close}>
        <figure>
          <img key={photo.url} src={photo.url} alt={photo.alt} lang="ru" width="1600" height="1200" decoding="async" />
          <figcaption aria-live="polite">
            <span lang="ru">{photo.alt}</span>
            {photo.taken_at && <time dateTime={photo.taken_at}>{f.value.date(photo.taken_at)}</time>}
          </figcaption>
        </figure>
        {photos.length > 1 && (
          <div class="gallery-steps">
            <Step icon="left" name={t.value.photoBefore} step={() => step(-1)} />
            <span>{t.value.photoOf(at + 1, photos.length)}</span>
            <Step icon="right" name={t.value.photoAfter} step={() => step(1)} />
          </div>
        )}
      </Dialog>
    </div>
  );
}

function Step({ icon, name, step }: { icon: 'left' | 'right'; name: string; step: () => void }) {
  return (
    <button type="button" class="icon-button" aria-label={name} title={name} onClick={step}>
      <Icon name={icon} />
    </button>
  );
}
