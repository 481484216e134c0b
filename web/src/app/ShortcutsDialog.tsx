// Which keys do what, and the switch for those that act by themselves.

import { Dialog } from '../ui/Dialog';
import { singleKeys } from './shortcuts';
import { t } from './words';

export function ShortcutsDialog({ close }: { close: () => void }) {
  return (
    <Dialog title={t.value.shortcuts} close={close}>
      {t.value.shortcutGroups.map(({ where, keys }) => (
        <section key={where} class="shortcuts">
          <h3>{where}</h3>
          <dl>
            {keys.map(({ press, does }) => (
              <div key={does}>
                <dt>
                  {press.map((key) => (
                    <kbd key={key}>{key}</kbd>
                  ))}
                </dt>
                <dd>{does}</dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
      <label class="check">
        <input
          type="checkbox"
          checked={singleKeys.value}
          onChange={(event) => {
            singleKeys.value = event.currentTarget.checked;
          }}
        />
        <span>{t.value.singleKeys}</span>
      </label>
    </Dialog>
  );
}
