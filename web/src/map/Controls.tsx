import { fitRegion } from '../app/actions';
import { t } from '../app/words';
import { Icon, type IconName } from '../ui/Icon';
import { zoomBy } from './live';

export function Controls() {
  return (
    <div class="controls">
      <Control icon="plus" label={t.value.zoomIn} press={() => zoomBy(1)} />
      <Control icon="minus" label={t.value.zoomOut} press={() => zoomBy(-1)} />
      <Control icon="home" label={t.value.whole} press={fitRegion} />
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
