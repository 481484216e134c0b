// Where the page begins.

import 'virtual:palette.css';
import './styles/index.css';
import { effect } from '@preact/signals';
import { render } from 'preact';
import { App } from './app/App';
import { forgetWhatIsGone } from './app/actions';
import { follow } from './app/live';
import { followKeys } from './app/shortcuts';
import { placeName } from './app/summary';
import { followTheme } from './app/theme';
import { followHistory, view } from './app/view';
import { t } from './app/words';

const root = document.getElementById('app');
if (!root) throw new Error('index.html has no #app');

followTheme();
followHistory();
follow();
followKeys();
effect(forgetWhatIsGone);
effect(() => {
  document.documentElement.lang = view.value.language;
  document.title = placeName.value ? `${t.value.title} · ${placeName.value}` : t.value.title;
});
// What the server wrote stands until here, and where no script runs for good.
document.getElementById('poster')?.remove();
render(<App />, root);
