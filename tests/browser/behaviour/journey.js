// Panning and zooming over clusters, from the whole region to single objects, under filters: everything asked for comes.

import assert from 'node:assert/strict';
import { withPage } from '../support/browser.js';
import { assertNotBlank, counts, drawn, listed, settled, until } from '../support/page.js';
import { demoServer, matched } from '../support/server.js';
import { test } from '../support/test.js';

/** Query of the page, and the same for the service. */
const FILTERS = /** @type {const} */ ([
  ['', ''],
  ['?status=overdue', 'status=overdue'],
  ['?mun=khabarovsk&cat=roads,ecology', 'municipality=khabarovsk&category=roads,ecology'],
]);

for (const [query, filter] of FILTERS) {
  // Every name but the server's is unknown here (support/browser.js), and nothing is missed.
  test(`panning and zooming over clusters fails nowhere (E22: ${filter || 'no filter'})`, async () => {
    const { url } = await demoServer();
    await withPage(`${url}/${query}#map=5/50/135`, {}, async ({ page, requests }) => {
      /** @type {string[]} */
      const failed = [];
      page.on('response', (answer) => {
        if (answer.status() >= 400) failed.push(`${answer.status()} ${answer.url()}`);
      });
      page.on('requestfailed', (request) => {
        const why = request.failure()?.errorText;
        // What has left the screen before it came is no longer wanted.
        if (why !== 'net::ERR_ABORTED') failed.push(`${why} ${request.url()}`);
      });
      await drawn(page);
      const box = await page.locator('#map').boundingBox();
      assert(box);
      const middle = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
      for (const place of ['7/48.5/135.1', '9.5/48.5/135.1', '11/48.48/135.08', '13.5/48.48/135.08']) {
        await page.evaluate((to) => {
          location.hash = `#map=${to}`;
        }, place);
        await settled(page);
        await page.mouse.move(middle.x, middle.y);
        await page.mouse.down();
        await page.mouse.move(middle.x - 180, middle.y + 90, { steps: 6 });
        await page.mouse.up();
        await settled(page);
        await page.mouse.wheel(0, 240);
        await settled(page);
        await page.mouse.wheel(0, -240);
        await settled(page);
      }
      await page.evaluate(() => {
        location.hash = '#map=11/48.48/135.08';
      });
      await settled(page);
      await listed(page);
      await assertNotBlank(page);
      const whole = await matched(url, 'problems', filter);
      await until(
        'the count under the filter',
        () => counts(page),
        ({ all }) => all === whole,
      );
      assert(requests.filter((address) => /\/tiles\/problems\/.*\.mvt/.test(address)).length > 20);
      assert.deepEqual(failed, []);
    });
  });
}
