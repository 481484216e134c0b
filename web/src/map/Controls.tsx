import { fitRegion } from '../app/actions';
import { shows } from '../app/embedded';
import { view } from '../app/view';
import { t } from '../app/words';
import { PeriodControl } from '../time/PeriodPanel';
import { Icon, type IconName } from '../ui/Icon';
import { zoomBy } from './live';
import { wide } from './padding';

export function Controls() {
  return (
    <div class="controls">
      <Control icon="plus" label={t.value.zoomIn} press={() => zoomBy(1)} />
      <Control icon="minus" label={t.value.zoomOut} press={() => zoomBy(-1)} />
      <Control icon="home" label={t.value.whole} press={fitRegion} />
      {shows.tools && !wide.value && view.value.mode !== 'rating' && <PeriodControl />}
    </div>
  );
}

function Control({ icon, label, press }: { icon: IconName; label: string; press: () => void }) {
  return (
    <button type="button" class="control" aria-label={label} title={label} onClick={press}>
      <Icon name={icon} />
    </button>
  );
}
