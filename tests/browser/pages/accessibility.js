// axe finds nothing on any page that the server writes, in three looks and at three widths, and nothing scrolls sideways.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { withPage } from '../support/browser.js';
import { demoServer } from '../support/server.js';
import { test } from '../support/test.js';
import { addresses } from './addresses.js';

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
          const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
          assert(wide <= 0, `${themed} is ${wide} pixels wider than the window`);
        });
      }
    });
  }
}
