// Keys that act anywhere on the page. Those without a modifier can be switched off: whoever speaks to the computer would
// press them by speaking.

import { effect, signal } from '@preact/signals';
import { SEARCH_ID } from '../panel/SearchBox';
import { dialog } from './actions';
import { embedded } from './embedded';

const STORED = 'atlas-single-keys';

export const singleKeys = signal(stored() !== 'off');

function stored(): string | null {
  if (embedded) return null;
  try {
    return localStorage.getItem(STORED);
  } catch {
    // Storage may be forbidden; the keys work then until the page is closed.
    return null;
  }
}

export function followKeys(): void {
  effect(() => {
    if (embedded) return;
    try {
      if (singleKeys.value) localStorage.removeItem(STORED);
      else localStorage.setItem(STORED, 'off');
    } catch {
      // As above.
    }
  });
  window.addEventListener('keydown', (event) => {
    const act = actionOf(event);
    if (!act) return;
    event.preventDefault();
    act();
  });
}

function actionOf({ key, code, ctrlKey, metaKey, altKey, target }: KeyboardEvent): (() => void) | null {
  if (dialog.value !== null) return null;
  // By the key's place, so that it works with a Russian layout too.
  if ((ctrlKey || metaKey) && code === 'KeyK') return focusSearch;
  const typing = target instanceof HTMLElement && target.closest('input, select, textarea') !== null;
  if (ctrlKey || metaKey || altKey || typing || !singleKeys.value) return null;
  if (key === '/') return focusSearch;
  if (key === '?') {
    return () => {
      dialog.value = 'shortcuts';
    };
  }
  return null;
}

function focusSearch(): void {
  const box = document.getElementById(SEARCH_ID);
  if (!(box instanceof HTMLInputElement)) return;
  box.focus();
  box.select();
}
