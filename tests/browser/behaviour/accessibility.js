// axe finds nothing in any appearance at any width, and a screen reader finds everything.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { withPage } from '../support/browser.js';
import { counts, drawn, listed, said, until } from '../support/page.js';
import { demoServer, json, matched } from '../support/server.js';
import { test } from '../support/test.js';

const AXE = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** @param {import('playwright-core').Page} page */
async function violations(page) {
  await page.evaluate(AXE);
  return page.evaluate(async (tags) => {
    const axe = Reflect.get(window, 'axe');
    const { violations } = await axe.run(document, { runOnly: { type: 'tag', values: tags } });
    return violations.flatMap((/** @type {any} */ { id, nodes }) =>
      nodes.map((/** @type {any} */ node) => `${id}: ${node.html.slice(0, 160)} — ${node.failureSummary}`),
    );
  }, TAGS);
}

const SIZES = [
  [1366, 768],
  [390, 844],
  [320, 640],
];

for (const theme of /** @type {const} */ (['light', 'dark', 'contrast'])) {
  for (const [width, height] of SIZES) {
    test(`no page breaks a rule of accessibility (E16: ${theme}, ${width} pixels wide)`, async () => {
      const { url } = await demoServer();
      const { features } = await json(`${url}/ogc/collections/problems/items?status=overdue&sortby=-n_appeals&limit=1`);
      await withPage(`${url}/?theme=${theme}&o=${features[0].id}`, { width, height }, async ({ page }) => {
        await drawn(page);
        await page.locator('.history li').first().waitFor();
        assert.deepEqual(await violations(page), [], 'card');
        await page.locator('.card-close').click();
        await page.locator('.rows').waitFor();
        await page.locator('.chip-overdue').evaluate((chip) => chip instanceof HTMLElement && chip.click());
        const up = page.locator('.sheet-buttons button').last();
        if (await up.count()) await up.click();
        await page.locator('.condition').waitFor();
        await page.locator('.more-conditions summary').click();
        await page.locator('#search').fill('хаб');
        await page.locator('.offer').first().waitFor();
        assert.deepEqual(await violations(page), [], 'list and offers');
        await page.locator('#search').fill('');
        await page.locator('.rows').waitFor();
        await page.locator('[aria-expanded][data-chosen]').click();
        await page.locator('.period-thumb').first().waitFor();
        assert.deepEqual(await violations(page), [], 'period');
        await page.locator('.share-list').click();
        await page.locator('dialog[open]').waitFor();
        assert.deepEqual(await violations(page), [], 'share');
        await page.keyboard.press('Escape');
        await page.locator('dialog').waitFor({ state: 'detached' });
        await page.keyboard.press('?');
        await page.locator('dialog[open]').waitFor();
        assert.deepEqual(await violations(page), [], 'keys');
        await page.keyboard.press('Escape');
        await page.locator('dialog').waitFor({ state: 'detached' });
        await page.locator('.tab').last().click();
        await page.locator('.rating tbody tr').first().waitFor();
        assert.deepEqual(await violations(page), [], 'rating');
      });
    });
  }
}

test('without three-dimensional graphics no rule of accessibility is broken either (E16)', async () => {
  const { url } = await demoServer();
  await withPage(`${url}/`, { flags: ['--disable-3d-apis'] }, async ({ page }) => {
    await drawn(page);
    await listed(page);
    assert.deepEqual(await violations(page), []);
    await page.locator('.heat-switch').click();
    assert.deepEqual(await violations(page), [], 'density');
  });
});

test('letters of twice the size lose nothing and make nothing scroll sideways (E16)', async () => {
  const { url } = await demoServer();
  for (const [width, height, address] of /** @type {const} */ ([
    [1366, 768, ''],
    [1366, 768, '?mode=rating'],
    [390, 844, '?status=overdue'],
  ])) {
    await withPage(`${url}/${address}`, { width, height }, async ({ page }) => {
      await drawn(page);
      await page.evaluate(() => {
        document.documentElement.style.fontSize = '200%';
      });
      const [wide, seen] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
      assert(Number(wide) <= Number(seen), `${address} at ${width}: ${wide} > ${seen}`);
      const cut = await page.evaluate(() => {
        const texts =
          'h1, .tab, .chip-label, .chip-count, .select-label, .list-count, .map-switch, .mode-switch button';
        return [...document.querySelectorAll(texts)]
          .filter((text) => text.scrollWidth > text.clientWidth + 1 && getComputedStyle(text).overflow !== 'visible')
          .map((text) => text.className || text.tagName);
      });
      assert.deepEqual(cut, [], `${address} at ${width}`);
      const outside = await page.evaluate(() =>
        [...document.querySelectorAll('.header button, .header select, .mode-bar button')]
          .filter((control) => {
            const { left, right } = control.getBoundingClientRect();
            return left < 0 || right > innerWidth + 1;
          })
          .map((control) => control.className || control.tagName),
      );
      assert.deepEqual(outside, [], `${address} at ${width}`);
    });
  }
});

test('with the colours of the system what is chosen and what has the focus can still be told (E16)', async () => {
  const { url } = await demoServer();
  await withPage(`${url}/?status=overdue`, {}, async ({ page }) => {
    await page.emulateMedia({ forcedColors: 'active' });
    await drawn(page);
    await listed(page);
    const border = (/** @type {string} */ which) =>
      page.$eval(which, (chip) => `${getComputedStyle(chip).borderTopWidth} ${getComputedStyle(chip).outlineStyle}`);
    assert.notEqual(await border('.chip-overdue'), await border('.chip-new'), 'the pressed chip looks like the others');
    assert.notEqual(
      await border('.mode-switch [aria-pressed=true]'),
      await border('.mode-switch [aria-pressed=false]'),
      'the chosen mode looks like the other',
    );
    // The groups keep their own colours: the map's canvas does too, and the legend must agree with it.
    const colours = await page.$$eval('.legend .glyph', (glyphs) =>
      glyphs.map((glyph) => getComputedStyle(glyph).color),
    );
    assert(new Set(colours.slice(0, 4)).size === 4, colours.join());
  });
});

test('a screen reader finds the map, the choices, the rows and one sentence on what is seen (E17)', async () => {
  const { url } = await demoServer();
  await withPage(`${url}/?mun=lazo&status=overdue`, {}, async ({ page }) => {
    await drawn(page);
    await listed(page);
    await page.locator('.more-conditions summary').click();
    const session = await page.context().newCDPSession(page);
    const { nodes } = await session.send('Accessibility.getFullAXTree');
    const tree = nodes
      .filter(({ ignored }) => !ignored)
      .map(({ role, name, properties }) => {
        const pressed = properties?.find(({ name }) => name === 'pressed')?.value.value;
        return `${role?.value} «${String(name?.value ?? '').replace(/\s+/g, ' ')}»${pressed ? ` ${pressed}` : ''}`;
      });
    for (const wanted of [
      /^banner /,
      /^main /,
      /^heading «район имени Лазо»/,
      /^combobox «Поиск: /,
      /^button «[\d\s]+Просрочено» true/,
      /^button «[\d\s]+Новые» false/,
      /^combobox «Территория/,
      /^combobox «Ответственный»/,
      /^list «Условия отбора»/,
      /^button «Снять условие «Просрочено»»/,
      /^list «Список объектов»/,
      /^link «.+ просрочен на .+»/,
      /^region «Карта»/,
      /^(Canvas|application|region|image|img|graphics-document) «Карта: район имени Лазо\. Стрелки двигают/,
      /^region «Легенда»/,
      /^status «/,
    ]) {
      assert(
        tree.some((node) => wanted.test(node)),
        `nothing is ${wanted}:\n${tree.filter((node) => !/InlineTextBox|StaticText/.test(node)).join('\n')}`,
      );
    }
    // Nothing that can be pressed is without a name.
    const nameless = tree.filter((node) => /^(button|link|combobox|textbox|slider|checkbox) «\s*»/.test(node));
    assert.deepEqual(nameless, []);

    // A change is told once.
    await until(
      'what is seen is told',
      () => said(page),
      (text) => /район имени Лазо: \d/.test(text),
    );
    await page.evaluate(() => {
      const heard = /** @type {string[]} */ ([]);
      Reflect.set(window, 'heard', heard);
      const summary = /** @type {HTMLElement} */ (document.querySelector('#summary'));
      let last = summary.textContent ?? '';
      const listen = () => {
        const now = summary.textContent ?? '';
        if (now !== last) heard.push(now);
        last = now;
      };
      new MutationObserver(listen).observe(summary, { characterData: true, childList: true, subtree: true });
    });
    await page.locator('.chip-closed').click();
    const closed = await matched(url, 'problems', 'municipality=lazo&status=closed');
    await until(
      'the closed ones are listed',
      () => counts(page),
      ({ all, shown }) => all === closed && shown === closed,
    );
    await drawn(page);
    await listed(page);
    const heard = await until(
      'the change is told',
      () => page.evaluate(() => /** @type {string[]} */ (Reflect.get(window, 'heard'))),
      (all) => all.length > 0,
    );
    assert.equal(heard.length, 1, heard.join('\n'));
    assert.match(heard[0] ?? '', new RegExp(`: ${closed}\\sобъект`));
  });
});
