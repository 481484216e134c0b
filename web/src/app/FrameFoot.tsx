// Below the map of a frame: the way to the whole page with the same view, and of which day the data are.

import { frame, stamp } from './embedded';
import { wholeAddress } from './view';
import { t } from './words';

export function FrameFoot() {
  return (
    <footer class="frame-foot">
      <a href={wholeAddress.value} target="_blank" rel="noopener">
        {t.value.openWhole}
      </a>
      {stamp && <span class="quiet">{stamp}</span>}
      {frame.wrong.length > 0 && <span class="quiet">{t.value.addressNotUnderstood}</span>}
    </footer>
  );
}
