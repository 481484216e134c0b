// Whether what is shown is up to date, and the switch for those who want nothing to change by itself.

import { brokenSince, offline, pause, paused, stale, updatedAt, waiting } from './live';
import { view } from './view';
import { f, t } from './words';

const broken = () => offline.value || stale.value;

function brokenWords(): string {
  const [shown, since] = [f.value.dayAndTime(updatedAt.value), f.value.time(brokenSince.value ?? updatedAt.value)];
  return offline.value ? t.value.offline(shown) : t.value.stale(shown, since);
}

export function LiveState() {
  const time = f.value.time(updatedAt.value);
  return (
    <div class="status-line" data-broken={broken()}>
      <p>{broken() ? brokenWords() : paused.value ? t.value.pausedAt(time) : t.value.updated(time)}</p>
      <label class="check">
        <input
          type="checkbox"
          role="switch"
          aria-checked={paused.value}
          checked={paused.value}
          onChange={(event) => pause(event.currentTarget.checked)}
        />
        {t.value.pauseUpdates}
      </label>
      {paused.value && <p class="waiting">{t.value.changesWait(f.value.number(waiting.value), waiting.value)}</p>}
    </div>
  );
}

/** What paper must say of itself. */
export function PrintedAt() {
  const { at } = view.value;
  const words = at === null ? t.value.printedAt(f.value.dayAndTime(updatedAt.value)) : t.value.stateAt(f.value.day(at));
  return <p class="printed-at">{words}</p>;
}

/** Said over everything, where no list need be open to read it. */
export function Broken() {
  return (
    <aside aria-label={t.value.connection}>
      <div class="broken" role="status">
        {broken() && brokenWords()}
      </div>
    </aside>
  );
}
