// The sheet for a meeting is one sheet of A4.

import assert from 'node:assert/strict';
import { withPage } from '../support/browser.js';
import { demoServer } from '../support/server.js';
import { test } from '../support/test.js';

test('the sheet for a meeting fits on one page of A4 and has no sections of the site', async () => {
  const { url } = await demoServer();
  await withPage(`${url}/plan?mun=lazo`, { width: 1366 }, async ({ page }) => {
    const pdf = (await page.pdf({ preferCSSPageSize: true })).toString('latin1');
    const pages = /\/Type \/Pages[^>]*\/Count (\d+)/s.exec(pdf) ?? /\/Count (\d+)[^>]*\/Type \/Pages/s.exec(pdf);
    assert.equal(pages?.[1], '1');
    await page.emulateMedia({ media: 'print' });
    assert.equal(await page.locator('#sections').isVisible(), false);
    assert.equal(await page.locator('h1').isVisible(), true);
    assert((await page.locator('main table').count()) >= 2);
  });
});
