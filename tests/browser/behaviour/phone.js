// On a phone the list is a sheet with three heights; nothing lies over what is to be pressed.

import assert from 'node:assert/strict';
import { withPage } from '../support/browser.js';
import { assertNotBlank, drawn, listed, until } from '../support/page.js';
import { demoServer } from '../support/server.js';
import { test } from '../support/test.js';

const PHONE = { width: 390, height: 844 };

/**
 * Buttons and links in sight that something else covers.
 * @param {import('playwright-core').Page} page
 */
function covered(page) {
  return page.evaluate(() => {
    const found = [];
    for (const control of document.querySelectorAll('button, a, select, input, summary')) {
      const { left, top, width, height } = control.getBoundingClientRect();
      const [x, y] = [left + width / 2, top + height / 2];
      const hidden = width === 0 || x < 0 || y < 0 || x >= innerWidth || y >= innerHeight;
      if (hidden || control.closest('.skip-links')) continue;
      const hit = document.elementFromPoint(x, y);
      if (hit && (control.contains(hit) || hit.contains(control))) continue;
      // What has scrolled out of its panel, or lies below the sheet as the map does, is not in sight.
      const behind = hit?.closest('.sheet, .card, .list-head, .panel');
      if (behind && !behind.contains(control)) continue;
      if (control.closest('.sheet-body, .panel, .card')) continue;
      found.push(`${control.className || control.tagName} under ${hit?.className || hit?.tagName}`);
    }
    return found;
  });
}

test('the sheet opens and closes by its buttons and by dragging (E08)', async () => {
  const { url } = await demoServer();
  await withPage(`${url}/`, PHONE, async ({ page }) => {
    await drawn(page);
    const sheet = page.locator('.sheet');
    const [down, up] = [page.locator('.sheet-buttons button').first(), page.locator('.sheet-buttons button').last()];
    const detent = () => sheet.getAttribute('data-detent');
    assert.equal(await detent(), 'peek');
    assert.deepEqual(await covered(page), []);
    await up.tap();
    assert.equal(await detent(), 'half');
    await listed(page);
    assert.deepEqual(await covered(page), []);
    await up.click();
    assert.equal(await detent(), 'full');
    assert(await up.isDisabled());
    await down.click();
    await down.click();
    assert.equal(await detent(), 'peek');
    const grip = await page.locator('.sheet-head').boundingBox();
    assert(grip);
    await page.mouse.move(grip.x + 20, grip.y + 10);
    await page.mouse.down();
    await page.mouse.move(grip.x + 20, grip.y - 200, { steps: 4 });
    await page.mouse.up();
    assert.equal(await detent(), 'half');
    await down.click();
    await assertNotBlank(page);
  });
});

test('a card covers the lower part, its object stays in sight, and Back closes it (E08)', async () => {
  const { url } = await demoServer();
  await withPage(`${url}/?mun=khabarovsk`, PHONE, async ({ page }) => {
    await drawn(page);
    await page.locator('.sheet-buttons button').last().click();
    await page.locator('.rows a').first().click();
    await page.locator('.card .deadline').waitFor();
    assert.deepEqual(await covered(page), []);
    await page.goBack();
    await page.locator('.card').waitFor({ state: 'detached' });
    await until(
      'the list is there',
      () => page.locator('.rows').count(),
      (count) => count === 1,
    );
  });
});

test('every page fits a width of 320 pixels without scrolling sideways', async () => {
  const { url } = await demoServer();
  for (const address of [
    '',
    '?mode=rating',
    '?mode=appeals&lang=en',
    '?layers=heat',
    '?status=overdue&mun=osipenko&cat=roads',
  ]) {
    await withPage(`${url}/${address}`, { width: 320, height: 640 }, async ({ page }) => {
      await drawn(page);
      for (const detent of ['as it opens', 'half', 'full']) {
        const [wide, seen] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
        assert(Number(wide) <= Number(seen), `${address} ${detent}: ${wide} > ${seen}`);
        assert.equal(seen, 320);
        const up = page.locator('.sheet-buttons button').last();
        if (!(await up.isDisabled())) await up.click();
      }
    });
  }
});
