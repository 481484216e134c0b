// Photos of a problem: a strip in the card, a gallery by keyboard, and the page of the object without a script.

import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PNG } from 'pngjs';
import { violations } from '../support/axe.js';
import { withPage } from '../support/browser.js';
import { drawn, until } from '../support/page.js';
import { atlas, folder, serve } from '../support/server.js';
import { test } from '../support/test.js';

/** @typedef {import('playwright-core').Page} Page */

const ID = 'ATL-27-000001';
const HOSTILE = '<img src=x onerror="window.hacked=1"> {{7*7}}';
const ALTS = ['Яма у дома 5', HOSTILE, 'Та же яма после дождя'];

/** A picture of one colour. @param {number} shade */
function picture(shade) {
  const png = new PNG({ width: 640, height: 480 });
  png.data.fill(shade);
  return PNG.sync.write(png);
}

/** @type {Promise<{ url: string, key: string }> | undefined} */
let served;

/** A server with one problem, which has three photos. */
function photographed() {
  served ??= (async () => {
    const place = await folder();
    const [file, data] = [join(place, 'problems.geojson'), join(place, 'data')];
    const geometry = { type: 'Point', coordinates: [135.0717, 48.4801] };
    const properties = { source_id: '1', title: 'Яма', category: 'roads.pothole', status: 'in_work' };
    const features = [{ type: 'Feature', geometry, properties }];
    await writeFile(file, JSON.stringify({ type: 'FeatureCollection', features }));
    await atlas('import', 'problems', file, '--data', data);
    const token = await atlas('token', 'create', '--data', data, '--label', 'moderator', '--role', 'moderator');
    const key = await atlas('embed', 'add', '--data', data, '--label', 'site', '--origin', 'https://site.example');
    const { url } = await serve(data);
    for (const [n, alt] of ALTS.entries()) {
      const query = new URLSearchParams({ alt, taken_at: `2026-05-0${n + 1}` });
      const headers = { 'Content-Type': 'image/png', Authorization: `Bearer ${token}` };
      const body = new Uint8Array(picture(60 * (n + 1)));
      const response = await fetch(`${url}/api/problems/${ID}/photos?${query}`, { method: 'POST', headers, body });
      assert.equal(response.status, 201, await response.clone().text());
    }
    return { url, key };
  })();
  return served;
}

/** @param {Page} page */
const shownAlt = (page) => page.locator('.gallery img').getAttribute('alt');

/**
 * Pictures that are there, and not only their places.
 * @param {Page} page
 * @param {string} selector
 */
async function loaded(page, selector) {
  await until(
    `${selector} are loaded`,
    () => page.$$eval(selector, (all) => all.map((img) => img instanceof HTMLImageElement && img.naturalWidth)),
    (widths) => widths.length > 0 && widths.every((width) => Number(width) > 0),
  );
}

test('a card shows its photos with what they show in words, and a gallery goes through them by keys', async () => {
  const { url } = await photographed();
  await withPage(`${url}/?o=${ID}`, {}, async ({ page }) => {
    await drawn(page);
    const photos = page.locator('.photo-strip button');
    await photos.first().waitFor();
    await loaded(page, '.photo-strip img');
    assert.deepEqual(await page.$$eval('.photo-strip img', (all) => all.map((img) => img.getAttribute('alt'))), ALTS);
    await photos.first().focus();
    await page.keyboard.press('Enter');
    await page.locator('.gallery dialog[open]').waitFor();
    await loaded(page, '.gallery img');
    assert.equal(await shownAlt(page), ALTS[0]);
    assert.match((await page.locator('.gallery figcaption').textContent()) ?? '', /Яма у дома 5.*2026/);
    await page.keyboard.press('ArrowRight');
    assert.equal(await shownAlt(page), ALTS[1]);
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowLeft');
    assert.equal(await shownAlt(page), ALTS[2], 'round and round');
    await page.getByRole('button', { name: 'Следующая фотография' }).click();
    assert.equal(await shownAlt(page), ALTS[0]);
    await page.keyboard.press('Escape');
    await page.locator('.gallery').waitFor({ state: 'detached' });
    assert.equal(await page.locator('.card').count(), 1, 'the card stays');
    assert.equal(await photos.first().evaluate((button) => button === document.activeElement), true);
  });
});

test('a hostile description of a photo stays text in card, gallery and page (E25)', async () => {
  const { url } = await photographed();
  await withPage(`${url}/?o=${ID}`, {}, async ({ page }) => {
    await page.locator('.photo-strip button').nth(1).click();
    await page.locator('.gallery figcaption').waitFor();
    assert((await page.locator('.gallery figcaption').textContent())?.startsWith(HOSTILE));
    assert.equal(await page.locator('.gallery figcaption img').count(), 0);
    assert.equal(await page.evaluate(() => Reflect.get(window, 'hacked')), undefined);
  });
  await withPage(`${url}/o/${ID}`, {}, async ({ page }) => {
    assert((await page.locator('.photos figcaption').nth(1).textContent())?.startsWith(HOSTILE));
    assert.equal(await page.locator('.photos img').count(), ALTS.length);
    assert.equal(await page.evaluate(() => Reflect.get(window, 'hacked')), undefined);
  });
});

for (const theme of ['light', 'dark', 'contrast']) {
  for (const [width, height] of [
    [1366, 768],
    [320, 640],
  ]) {
    test(`photos break no rule of accessibility (E16: ${theme}, ${width} pixels wide)`, async () => {
      const { url } = await photographed();
      await withPage(`${url}/?theme=${theme}&o=${ID}`, { width, height }, async ({ page }) => {
        await drawn(page);
        const photo = page.locator('.photo-strip button').first();
        await photo.waitFor();
        assert.deepEqual(await violations(page), [], 'card');
        const box = await photo.boundingBox();
        assert(box && box.width >= 44 && box.height >= 44);
        await photo.click();
        await page.locator('.gallery dialog[open]').waitFor();
        await loaded(page, '.gallery img');
        assert.deepEqual(await violations(page), [], 'gallery');
        const inside = await page
          .locator('.gallery dialog')
          .evaluate((dialog) => [dialog.scrollWidth <= dialog.clientWidth, dialog.scrollHeight <= dialog.clientHeight]);
        assert.deepEqual(inside, [true, true], 'nothing scrolls');
      });
      await withPage(`${url}/o/${ID}?theme=${theme}`, { width, height }, async ({ page }) => {
        assert.deepEqual(await violations(page), [], 'page');
      });
    });
  }
}

test('without JavaScript the page of an object shows its photos, and paper a row of them', async () => {
  const { url } = await photographed();
  await withPage(`${url}/o/${ID}`, { javaScript: false }, async ({ page }) => {
    const photos = page.locator('.photos figure');
    assert.equal(await photos.count(), ALTS.length);
    await photos.last().scrollIntoViewIfNeeded();
    await photos.first().scrollIntoViewIfNeeded();
    await photos.first().locator('a').click();
    await page.waitForURL(/\/photos\/.*\.jpg$/);
    await page.goBack();
    await page.emulateMedia({ media: 'print' });
    assert.equal(await photos.first().isVisible(), true);
  });
});

test('in a frame on another site the card shows photos too', async () => {
  const { url, key } = await photographed();
  await withPage(`${url}/e/${key}/live?o=${ID}`, {}, async ({ page }) => {
    await page.locator('.photo-strip button').first().waitFor();
    await loaded(page, '.photo-strip img');
    await page.locator('.photo-strip button').first().click();
    await page.locator('.gallery dialog[open]').waitFor();
    await loaded(page, '.gallery img');
  });
});
