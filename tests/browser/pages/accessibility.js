// axe finds nothing on any page that the server writes, in three looks and at three widths, and nothing scrolls sideways.

import assert from 'node:assert/strict';
import { doubleLetters, sideways, violations } from '../support/axe.js';
import { withPage } from '../support/browser.js';
import { demoServer } from '../support/server.js';
import { test } from '../support/test.js';
import { addresses } from './addresses.js';

/** The script that takes the place of what the server wrote. */
const APPLICATION = /\/assets\/index-[^/]+\.js$/;
const LOOKS = /** @type {const} */ (['light', 'dark', 'contrast']);

for (const look of LOOKS) {
  for (const width of [1366, 390, 320]) {
    test(`no server-written page breaks a rule of accessibility (${look}, ${width} pixels wide)`, async () => {
      const { url } = await demoServer();
      for (const address of await addresses()) {
        const themed = `${address}${address.includes('?') ? '&' : '?'}theme=${look}`;
        await withPage(`${url}${themed}`, { width, height: 844, without: APPLICATION }, async ({ page, allow }) => {
          if (address.includes('colour')) allow(/400/);
          assert.deepEqual(await violations(page), [], themed);
          assert.equal(await sideways(page), 0, `${themed} is wider than the window`);
        });
      }
    });
  }
}

for (const width of [1366, 320]) {
  test(`letters of twice the size break no page that the server writes (E16: ${width} pixels wide)`, async () => {
    const { url } = await demoServer();
    for (const address of await addresses()) {
      await withPage(`${url}${address}`, { width, height: 844, without: APPLICATION }, async ({ page, allow }) => {
        if (address.includes('colour')) allow(/400/);
        await doubleLetters(page);
        assert.equal(await sideways(page), 0, `${address} is wider than the window`);
        assert.deepEqual(await violations(page), [], address);
      });
    }
  });
}
