// Puts something on the clipboard and says so.

import { tell } from '../app/actions';
import { t } from '../app/words';

export async function copy(text: string, done: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    tell(done);
  } catch {
    tell(t.value.copyFailed);
  }
}
