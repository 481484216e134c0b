// Leaves wheel and finger of a map of pictures to the page around its frame, as the live map does by itself: the wheel zooms
// with Ctrl, and one finger scrolls the page while two move the map.

import type { Map as LeafletMap } from 'leaflet';

const SHOWN_MS = 1_500;

export function leavePage(map: LeafletMap, words: Record<string, string>): void {
  const container = map.getContainer();
  const said = container.appendChild(document.createElement('p'));
  said.className = 'gesture-words';
  said.hidden = true;
  const mac = /mac/i.test(navigator.platform);
  let timer = 0;
  const say = (what: string) => {
    said.textContent = words[`CooperativeGesturesHandler.${what}HelpText`] ?? '';
    said.hidden = false;
    clearTimeout(timer);
    timer = window.setTimeout(() => {
      said.hidden = true;
    }, SHOWN_MS);
  };
  // Before the map itself hears of it.
  const first = { capture: true };
  container.addEventListener(
    'wheel',
    (event) => {
      if (event.ctrlKey || event.metaKey) return;
      event.stopImmediatePropagation();
      say(mac ? 'Mac' : 'Windows');
    },
    first,
  );
  container.addEventListener(
    'pointerdown',
    ({ pointerType }) => {
      if (pointerType === 'touch') map.dragging.disable();
      else map.dragging.enable();
    },
    first,
  );
  container.addEventListener('touchmove', ({ touches }) => touches.length === 1 && say('Mobile'), { passive: true });
  container.style.touchAction = 'pan-x pan-y';
}
