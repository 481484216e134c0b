// What comes in while the page is open shows without a reload.

import assert from 'node:assert/strict';
import { withPage } from '../support/browser.js';
import { assertNotBlank, counts, drawn, listed, until } from '../support/page.js';
import { demoServer } from '../support/server.js';
import { test } from '../support/test.js';

test('an appeal that a program sends is on the open page without a reload', async () => {
  const { url, token } = await demoServer();
  await withPage(`${url}/?mode=appeals#map=15/48.4801/135.0717`, {}, async ({ page }) => {
    await drawn(page);
    await listed(page);
    const before = await counts(page);
    await page.evaluate(() => {
      document.body.dataset.sameDocument = 'yes';
    });
    const response = await fetch(`${url}/api/appeals`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` },
      body: JSON.stringify({ category: 'roads.pothole', lon: 135.0717, lat: 48.4801, text: 'Яма во дворе' }),
    });
    assert.equal(response.status, 201, await response.clone().text());
    const { id } = await response.json();
    await until(
      'one more is counted',
      () => counts(page),
      ({ shown, all }) => shown === before.shown + 1 && all === before.all + 1,
    );
    // The newest comes first.
    await until(
      'it is listed',
      () => page.locator('.rows a').first().getAttribute('href'),
      (href) => href?.includes(id) ?? false,
    );
    assert.equal(await page.evaluate(() => document.body.dataset.sameDocument), 'yes');
    await page.locator('.rows a').first().click();
    await page.locator('.card .facts').waitFor();
    // Its words wait for a moderator.
    assert.doesNotMatch((await page.locator('body').textContent()) ?? '', /Яма во дворе/);
    await page.keyboard.press('Escape');
    await assertNotBlank(page);
  });
});
