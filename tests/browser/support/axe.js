// What axe finds on a page.

import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

const AXE = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/**
 * Rules of accessibility that the page breaks, each with where.
 * @param {import('playwright-core').Page} page
 */
export async function violations(page) {
  await page.evaluate(AXE);
  return page.evaluate(async (tags) => {
    const axe = Reflect.get(window, 'axe');
    const { violations } = await axe.run(document, { runOnly: { type: 'tag', values: tags } });
    return violations.flatMap((/** @type {any} */ { id, nodes }) =>
      nodes.map((/** @type {any} */ node) => `${id}: ${node.html.slice(0, 160)} — ${node.failureSummary}`),
    );
  }, TAGS);
}

/**
 * By how many pixels the page is wider than its window.
 * @param {import('playwright-core').Page} page
 */
export function sideways(page) {
  return page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
}

/**
 * Letters of twice their size, as a reader sets them in the browser.
 * @param {import('playwright-core').Page} page
 */
export function doubleLetters(page) {
  return page.evaluate(() => {
    document.documentElement.style.fontSize = '200%';
  });
}
