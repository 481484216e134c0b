// What is given to somebody else: a link, a code, data; and what the keys do.

import assert from 'node:assert/strict';
import { withPage } from '../support/browser.js';
import { drawn, listed, until } from '../support/page.js';
import { demoServer, json, matched } from '../support/server.js';
import { test } from '../support/test.js';

test('the dialog gives the link, the code and the data of what is seen, and says what it copied (E10, E21)', async () => {
  const { url } = await demoServer();
  await withPage(`${url}/?mun=lazo&status=overdue`, {}, async ({ page }) => {
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await drawn(page);
    await listed(page);
    const opener = page.locator('.header-tools .icon-button').first();
    await opener.click();
    const dialog = page.locator('dialog[open]');
    await dialog.waitFor();
    const link = await dialog.locator('input').first().inputValue();
    assert.equal(link, page.url());
    await dialog.locator('.share-row .button').first().click();
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), link);
    assert.match((await dialog.locator('[role=status]').textContent()) ?? '', /Ссылка скопирована/);

    const copyCode = dialog.locator('.share-row .button').nth(1);
    assert(await copyCode.isDisabled(), 'a code without a key shows nothing anywhere');
    await dialog.locator('.share-part').nth(1).locator('input').fill('K7Q2');
    await copyCode.click();
    const code = await page.evaluate(() => navigator.clipboard.readText());
    assert(code.includes(`src="${url}/e/K7Q2?mun=lazo&amp;status=overdue#map=`), code);

    // Pictures need no key, and the dialog shows what they look like.
    await dialog.locator('select').selectOption('picture');
    await copyCode.click();
    const picture = await page.evaluate(() => navigator.clipboard.readText());
    assert.match(picture, /<a href="[^"]*\/table\?mun=lazo&amp;status=overdue"><img src="[^"]*\/e\/map\.png\?mun=lazo/);
    for (const [summary, image] of /** @type {const} */ ([
      [0, '.share-preview'],
      [1, '.share-qr'],
    ])) {
      await dialog.locator('summary').nth(summary).click();
      await until(
        `${image} is drawn`,
        () => dialog.locator(image).evaluate((each) => /** @type {HTMLImageElement} */ (each).naturalWidth),
        (width) => width > 0,
      );
    }

    const data = await dialog.locator('.actions a').first().getAttribute('href');
    const { features, crs } = await json(`${url}${data}`);
    assert.equal(features.length, await matched(url, 'problems', 'municipality=lazo&status=overdue'));
    assert.equal(crs, undefined);
    for (const { geometry } of features) {
      for (const part of JSON.stringify(geometry.coordinates).match(/\.\d+/g) ?? [])
        assert(part.length <= 8, `${part} has more than seven decimals`);
    }
    await page.keyboard.press('Escape');
    await page.locator('dialog').waitFor({ state: 'detached' });
    assert.equal(await opener.evaluate((button) => button === document.activeElement), true);
  });
});

test('a question mark shows the keys, and the keys that act by themselves can be switched off (E20)', async () => {
  const { url } = await demoServer();
  await withPage(`${url}/?lang=en`, {}, async ({ page }) => {
    await listed(page);
    await page.keyboard.press('?');
    const dialog = page.locator('dialog[open]');
    await dialog.waitFor();
    assert.match((await dialog.textContent()) ?? '', /Keys.*Ctrl \+ K.*Next or previous object/);
    // The focus goes round within the dialog and the browser, never behind it.
    for (let stop = 0; stop < 6; stop += 1) {
      await page.keyboard.press('Tab');
      const behind = await page.evaluate(() => document.activeElement?.closest('.page > :not(dialog)') !== null);
      assert.equal(behind, false);
    }
    await dialog.locator('input[type=checkbox]').uncheck();
    await page.keyboard.press('Escape');
    await page.locator('dialog').waitFor({ state: 'detached' });
    for (const key of ['?', '/']) await page.keyboard.press(key);
    assert.equal(await page.locator('dialog[open]').count(), 0);
    assert.notEqual(await page.evaluate(() => document.activeElement?.id), 'search');
    await page.keyboard.press('Control+k');
    await until(
      'the search has the focus',
      () => page.evaluate(() => document.activeElement?.id),
      (id) => id === 'search',
    );
    await page.reload();
    await listed(page);
    await page.keyboard.press('/');
    assert.notEqual(await page.evaluate(() => document.activeElement?.id), 'search');
  });
});
