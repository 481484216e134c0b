import { camera } from '../app/view';
import { f } from '../app/words';
import { metresPerPx } from './scale';

const WIDEST_PX = 110;

export function ScaleBar() {
  const perPx = camera.value ? metresPerPx(camera.value) : 1;
  const metres = roundDown(perPx * WIDEST_PX);
  const width = Math.round(metres / perPx);
  return (
    // Its room is kept before the map says how far it is.
    <div class="scale" data-known={camera.value !== null}>
      <span>{f.value.distance(metres / 1000)}</span>
      <svg width={width} height="6" aria-hidden="true" focusable="false">
        <path d={`M.75 0v5.25h${width - 1.5}V0`} fill="none" stroke="currentColor" stroke-width="1.5" />
      </svg>
    </div>
  );
}

/** 1, 2 or 5 times a power of ten. */
function roundDown(n: number): number {
  const power = 10 ** Math.floor(Math.log10(n));
  const step = [5, 2, 1].find((each) => each * power <= n) ?? 1;
  return step * power;
}
