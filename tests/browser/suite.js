// The page in a real browser against the real server: one process, one browser, one server, one test after another.
// What matches a name alone: `ATLAS_BIN=… node --test-name-pattern=legend suite.js`.

import { closeBrowsers } from './support/browser.js';
import { stopServers } from './support/server.js';
import { ended } from './support/test.js';

await import('./behaviour/tiles.js');
await import('./behaviour/map.js');
await import('./behaviour/journey.js');
await import('./behaviour/filters.js');
await import('./behaviour/list.js');
await import('./behaviour/address.js');
await import('./behaviour/card.js');
await import('./behaviour/photos.js');
await import('./behaviour/keyboard.js');
await import('./behaviour/heat.js');
await import('./behaviour/hotspots.js');
await import('./behaviour/basemap.js');
await import('./behaviour/rating.js');
await import('./behaviour/time.js');
await import('./behaviour/share.js');
await import('./behaviour/live.js');
await import('./behaviour/states.js');
await import('./behaviour/jobs.js');
await import('./behaviour/speed.js');
await import('./behaviour/language.js');
await import('./behaviour/hostile.js');
await import('./behaviour/phone.js');
await import('./behaviour/accessibility.js');
await import('./behaviour/fallback.js');
await import('./behaviour/bytes.js');
await import('./pages/accessibility.js');
await import('./pages/embed.js');
await import('./pages/outline.js');
await import('./pages/plain.js');
await import('./pages/print.js');

await ended();
await closeBrowsers();
await stopServers();
