// On a phone the list is a sheet with three heights; nothing lies over what is to be pressed.

import assert from 'node:assert/strict';
import { withPage } from '../support/browser.js';
import { assertNotBlank, drawn, listed, until } from '../support/page.js';
import { demoServer } from '../support/server.js';
import { test } from '../support/test.js';

const PHONE = { width: 390, height: 844 };

/**
 * Controls that cannot be pressed: brought into sight, something else lies in the middle of them. A field that a label
 * holds is pressed by its label.
 * @param {import('playwright-core').Page} page
 */
function covered(page) {
  return page.evaluate(() => {
    const found = [];
    const dialog = document.querySelector('dialog[open]');
    for (const control of (dialog ?? document).querySelectorAll('button, a, select, input, summary, textarea')) {
      if (!(control instanceof HTMLElement) || control.closest('.skip-links, [inert], .legend-head ~ *[hidden]'))
        continue;
      if (control.matches(':disabled') || !control.checkVisibility({ visibilityProperty: true })) continue;
      control.scrollIntoView({ block: 'center', inline: 'center', behavior: 'instant' });
      const { left, top, width, height } = control.getBoundingClientRect();
      // A thumb of a slider is where its value is, and its track lets the pointer through.
      if (control.matches('.period-thumb')) continue;
      const hit = document.elementFromPoint(left + width / 2, top + height / 2);
      const label = control.closest('label');
      if (hit && (control.contains(hit) || label?.contains(hit))) continue;
      const name = control.getAttribute('aria-label') ?? control.textContent;
      found.push(`${control.className || control.tagName} «${name}» under ${hit?.className || hit?.tagName}`);
    }
    return found;
  });
}

test('the sheet opens and closes by its buttons and by dragging (E08)', async () => {
  const { url } = await demoServer();
  await withPage(`${url}/`, PHONE, async ({ page }) => {
    await drawn(page);
    const sheet = page.locator('.sheet');
    const [down, up] = [page.locator('.sheet-buttons button').nth(1), page.locator('.sheet-buttons button').last()];
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

test('Escape and Back step the sheet down, and one button changes between list and map (E08)', async () => {
  const { url } = await demoServer();
  await withPage(`${url}/`, PHONE, async ({ page }) => {
    await drawn(page);
    const sheet = page.locator('.sheet');
    const is = (/** @type {string} */ wanted) =>
      until(
        `the sheet is ${wanted}`,
        () => sheet.getAttribute('data-detent'),
        (now) => now === wanted,
      );
    const up = page.locator('.sheet-buttons button').last();
    const toggle = page.locator('.sheet-toggle');
    assert.equal(await toggle.textContent(), 'Список');
    await toggle.click();
    await is('full');
    assert.equal(await toggle.textContent(), 'Карта');
    await toggle.click();
    await is('peek');
    await up.click();
    await is('half');
    await up.click();
    await is('full');
    await up.focus();
    await toggle.focus();
    await page.keyboard.press('Escape');
    await is('half');
    await page.keyboard.press('Escape');
    await is('peek');
    await up.click();
    await up.click();
    await is('full');
    await page.goBack();
    await is('half');
    await page.goBack();
    await is('peek');
    // What was chosen while the sheet was up is taken off first.
    await up.click();
    await page.locator('.chip-overdue').click();
    await until(
      'the condition is in the address',
      async () => page.url(),
      (address) => address.includes('status=overdue'),
    );
    await page.goBack();
    await until(
      'the condition is off',
      async () => page.url(),
      (address) => !address.includes('status='),
    );
    await is('half');
    await page.goBack();
    await is('peek');
  });
});

test('on a large screen nothing lies over what is to be pressed either, in the card and in dialogs (E08)', async () => {
  const { url } = await demoServer();
  for (const size of [{ width: 1280, height: 800 }, PHONE]) {
    await withPage(`${url}/?mun=khabarovsk`, size, async ({ page }) => {
      await drawn(page);
      await listed(page);
      if (size === PHONE) await page.locator('.sheet-buttons button').last().click();
      else assert.deepEqual(await covered(page), []);
      await page.locator('.rows a').first().click();
      await page.locator('.near-appeals').waitFor();
      if (size !== PHONE) assert.deepEqual(await covered(page), [], 'with a card');
      await page.locator('.card-close').click();
      await page.getByRole('button', { name: 'Меню' }).click();
      if (size === PHONE) await page.locator('.menu-list button').first().click();
      else {
        await page.keyboard.press('Escape');
        await page.getByRole('button', { name: 'Поделиться видом' }).click();
      }
      await page.locator('dialog[open]').waitFor();
      assert.deepEqual(await covered(page), [], 'in the dialog');
    });
  }
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
