// The address is the view.

import assert from 'node:assert/strict';
import { withPage } from '../support/browser.js';
import {
  assertNotBlank,
  assertSameCamera,
  cameraOf,
  colours,
  counts,
  drawn,
  listed,
  picture,
  rowIds,
  until,
} from '../support/page.js';
import { demoServer } from '../support/server.js';
import { test } from '../support/test.js';

test('an address that is copied gives the same picture to somebody else, and to oneself after a reload (E01)', async () => {
  const { url } = await demoServer();
  let [address, ids] = ['', /** @type {(string | null)[]} */ ([])];
  let seen = { shown: 0, all: 0 };
  await withPage(`${url}/`, {}, async ({ page }) => {
    await drawn(page);
    await page.locator('.chip-overdue').click();
    await page.locator('.selects select').first().selectOption('khabarovsk');
    await until(
      'the city is seen',
      async () => page.url(),
      (now) => cameraOf(now).zoom > 8,
    );
    await drawn(page);
    await page.locator('.control').first().click();
    await drawn(page);
    await listed(page);
    // The camera is written when the map has rested.
    await until(
      'the camera is written',
      async () => cameraOf(page.url()).zoom,
      (zoom) => zoom > 10,
    );
    [address, ids, seen] = [page.url(), await rowIds(page), await counts(page)];
    assert(seen.shown > 0 && seen.shown < seen.all);
    await page.reload();
    await drawn(page);
    await until(
      'the same count',
      () => counts(page),
      ({ shown }) => shown === seen.shown,
    );
    assertSameCamera(page.url(), address);
  });
  await withPage(address, {}, async ({ page }) => {
    await drawn(page);
    await until(
      'the same count',
      () => counts(page),
      ({ shown, all }) => shown === seen.shown && all === seen.all,
    );
    assert.deepEqual(await rowIds(page), ids);
    assertSameCamera(page.url(), address);
    assert.equal(page.url(), address);
    await assertNotBlank(page);
  });
});

test('what an address does not say right is read as if it were not there', async () => {
  const { url } = await demoServer();
  await withPage(`${url}/?mode=nothing&sort=x&layers=none&lang=de&theme=pink#map=99/99/999`, {}, async ({ page }) => {
    await drawn(page);
    await listed(page);
    assert.equal(await page.locator('html').getAttribute('lang'), 'ru');
    assert((await counts(page)).shown > 0);
  });
});

test('the appearance follows the system until the reader chooses another, which the address keeps', async () => {
  const { url } = await demoServer();
  const sea = { light: 'e4ecf2', dark: '121b24' };
  await withPage(`${url}/`, { scheme: 'dark' }, async ({ page }) => {
    const pixels = async (/** @type {string} */ colour) => colours(await picture(page)).get(colour) ?? 0;
    await drawn(page);
    await until(
      'the sea is dark',
      () => pixels(sea.dark),
      (count) => count > 1_000,
    );
    await page.locator('.theme select').selectOption('light');
    assert.match(page.url(), /theme=light/);
    await until(
      'the sea is light',
      () => pixels(sea.light),
      (count) => count > 1_000,
    );
    await page.reload();
    await drawn(page);
    await until(
      'the sea is light still',
      () => pixels(sea.light),
      (count) => count > 1_000,
    );
    assert.equal(await page.locator('html').getAttribute('data-theme'), 'light');
  });
});

test('moving the map makes no history, filters do, and going back takes them off one by one (E02)', async () => {
  const { url } = await demoServer();
  await withPage(`${url}/`, {}, async ({ page }) => {
    await drawn(page);
    await page.locator('#map canvas').focus();
    for (let n = 0; n < 6; n += 1) {
      await page.keyboard.press('ArrowDown');
      await drawn(page);
    }
    assert.equal(await page.evaluate(() => history.length), 2);
    await page.locator('.chip-overdue').click();
    await page.locator('.chip-closed').click();
    assert.equal(await page.evaluate(() => history.length), 4);
    await page.goBack();
    await until(
      'overdue again',
      async () => page.url(),
      (now) => now.includes('status=overdue'),
    );
    assert.equal(await page.locator('.chip-overdue').getAttribute('aria-pressed'), 'true');
    await page.goBack();
    await until(
      'no condition',
      async () => page.url(),
      (now) => !now.includes('status='),
    );
    await page.goForward();
    await until(
      'overdue once more',
      async () => page.url(),
      (now) => now.includes('status=overdue'),
    );
  });
});
