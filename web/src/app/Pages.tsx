// The pages that the server writes, under the present conditions: some at hand, all in a menu.

import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { roomy, wide } from '../map/padding';
import { Icon } from '../ui/Icon';
import { dialog } from './actions';
import { embedded } from './embedded';
import { MORE_PAGES, PAGES, type PageName, pageAddress } from './url';
import { view } from './view';
import { t } from './words';

export function Pages() {
  // Inside a frame they would be refused.
  if (embedded) return null;
  return (
    <nav class="pages" aria-label={t.value.pagesLabel}>
      {PAGES.map((page) => (
        <PageLink key={page} page={page} />
      ))}
    </nav>
  );
}

function PageLink({ page }: { page: PageName }) {
  return <a href={pageAddress(page, view.value)}>{t.value.pages[page]}</a>;
}

/** Everything that has no room in the header. */
export function Menu() {
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const list = useId();
  useEffect(() => {
    if (!open) return;
    const leave = ({ target }: Event) => {
      if (target instanceof Node && !box.current?.contains(target)) setOpen(false);
    };
    const shut = (event: KeyboardEvent) => {
      if (event.key !== 'Escape') return;
      event.stopPropagation();
      setOpen(false);
      button.current?.focus();
    };
    const over = new AbortController();
    for (const event of ['pointerdown', 'focusin']) document.addEventListener(event, leave, over);
    // Before anybody else closes something of theirs.
    document.addEventListener('keydown', shut, { capture: true, signal: over.signal });
    return () => over.abort();
  }, [open]);
  const show = (name: 'share' | 'shortcuts') => {
    setOpen(false);
    // Whatever opens gives the focus back to where it came from.
    button.current?.focus();
    dialog.value = name;
  };
  return (
    <div class="menu" ref={box}>
      <button
        type="button"
        class="icon-button"
        ref={button}
        aria-label={t.value.menu}
        title={t.value.menu}
        aria-expanded={open}
        aria-controls={open ? list : undefined}
        onClick={() => setOpen(!open)}
      >
        <Icon name="menu" />
      </button>
      {open && (
        <nav class="menu-list" id={list} aria-label={t.value.menu}>
          {!wide.value && (
            <>
              <button type="button" onClick={() => show('share')}>
                {t.value.shareView}
              </button>
              <button type="button" onClick={() => show('shortcuts')}>
                {t.value.shortcuts}
              </button>
            </>
          )}
          {!embedded &&
            [...(roomy.value ? [] : PAGES), ...MORE_PAGES].map((page) => <PageLink key={page} page={page} />)}
        </nav>
      )}
    </div>
  );
}
