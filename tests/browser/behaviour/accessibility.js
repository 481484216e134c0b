// axe finds nothing, in both appearances and at three widths.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { withPage } from '../support/browser.js';
import { drawn } from '../support/page.js';
import { demoServer, json } from '../support/server.js';
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

for (const scheme of /** @type {const} */ (['light', 'dark'])) {
  for (const [width, height] of SIZES) {
    test(`no page breaks a rule of accessibility (${scheme}, ${width} pixels wide)`, async () => {
      const { url } = await demoServer();
      const { features } = await json(`${url}/ogc/collections/problems/items?status=overdue&sortby=-n_appeals&limit=1`);
      await withPage(`${url}/?o=${features[0].id}`, { width, height, scheme }, async ({ page }) => {
        await drawn(page);
        await page.locator('.history li').first().waitFor();
        assert.deepEqual(await violations(page), [], 'card');
        await page.locator('.card-close').click();
        await page.locator('.rows').waitFor();
        await page.locator('.chip-overdue').evaluate((chip) => chip instanceof HTMLElement && chip.click());
        const up = page.locator('.sheet-buttons button').last();
        if (await up.count()) await up.click();
        await page.locator('.condition').waitFor();
        assert.deepEqual(await violations(page), [], 'list');
        await page.locator('.tab').last().click();
        await page.locator('.rating tbody tr').first().waitFor();
        assert.deepEqual(await violations(page), [], 'rating');
      });
    });
  }
}
