import { ShareDialog } from '../share/ShareDialog';
import { dialog } from './actions';
import { ShortcutsDialog } from './ShortcutsDialog';

const close = () => {
  dialog.value = null;
};

export function Dialogs() {
  if (dialog.value === 'share') return <ShareDialog close={close} />;
  if (dialog.value === 'shortcuts') return <ShortcutsDialog close={close} />;
  return null;
}
