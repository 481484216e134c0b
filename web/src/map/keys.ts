// Keys of the map. They act only while the map has the focus, so letters stay free for those who speak to their computer.

export interface KeyActions {
  pan(dx: number, dy: number): void;
  zoom(steps: number): void;
  home(): void;
  step(by: 1 | -1): void;
  open(): void;
  escape(): void;
}

const PAN_PX = 80;

export function bindKeys(canvas: HTMLElement, actions: KeyActions): void {
  canvas.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const act = actionOf(event, actions);
    if (!act) return;
    event.preventDefault();
    act();
  });
}

function actionOf({ key, code, shiftKey }: KeyboardEvent, actions: KeyActions): (() => void) | null {
  switch (key) {
    case 'ArrowLeft':
      return () => actions.pan(-PAN_PX, 0);
    case 'ArrowRight':
      return () => actions.pan(PAN_PX, 0);
    case 'ArrowUp':
      return () => actions.pan(0, -PAN_PX);
    case 'ArrowDown':
      return () => actions.pan(0, PAN_PX);
    case '+':
    case '=':
      return () => actions.zoom(1);
    case '-':
      return () => actions.zoom(-1);
    case 'Home':
      return () => actions.home();
    case 'Enter':
      return () => actions.open();
    case 'Escape':
      return () => actions.escape();
  }
  // By the key's place, so that it works with a Russian layout too.
  if (code === 'KeyN') return () => actions.step(shiftKey ? -1 : 1);
  return null;
}
