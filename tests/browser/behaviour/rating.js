// The rating: a table that colours the map.

import assert from 'node:assert/strict';
import { withPage } from '../support/browser.js';
import { colours, drawn, numberIn, picture, until } from '../support/page.js';
import { demoServer, json } from '../support/server.js';
import { test } from '../support/test.js';

test('the table holds the rating as the service gives it, with intervals', async () => {
  const { url } = await demoServer();
  const { municipalities } = await json(`${url}/api/ratings`);
  await withPage(`${url}/?mode=rating`, {}, async ({ page }) => {
    await page
      .locator('.rating tbody tr')
      .nth(municipalities.length - 1)
      .waitFor();
    const rows = await page
      .locator('.rating tbody tr')
      .evaluateAll((all) =>
        all.map((row) => [...row.querySelectorAll('td, th')].map((cell) => cell.textContent ?? '')),
      );
    assert.equal(rows.length, 19);
    const ranked = municipalities.filter((/** @type {any} */ { rank }) => rank !== null);
    ranked.sort((/** @type {any} */ a, /** @type {any} */ b) => a.rank - b.rank);
    for (const [n, { rank, name, score, tier, rank_interval, level, level_before }] of ranked.entries()) {
      const [place, title, points, group, interval, change, ...indicators] = rows[n] ?? [];
      assert.equal(place, String(rank));
      assert.equal(title, name);
      assert.equal(points, score.toFixed(1).replace('.', ','));
      assert.equal(group, tier);
      assert(interval?.includes(`${rank_interval[0]}–${rank_interval[1]}`), interval);
      if (level_before !== null) {
        const gained = Math.abs(level - level_before)
          .toFixed(1)
          .replace('.', ',');
        assert(change?.includes(gained), `${name}: no ${gained} in ${change}`);
      }
      assert.equal(indicators.length, 10);
    }
  });
});

test('a heading sorts the table, once more turns it round, and what is unknown stays last', async () => {
  const { url } = await demoServer();
  await withPage(`${url}/?mode=rating`, {}, async ({ page }) => {
    await page.locator('.rating tbody tr').nth(18).waitFor();
    const heading = page.locator('.rating thead th').nth(6);
    const values = async () => {
      const cells = await page.locator('.rating tbody tr td:nth-child(7)').allTextContents();
      return cells.map((text) => (text === '—' ? Number.NaN : numberIn(text)));
    };
    for (const [direction, sign] of /** @type {const} */ ([
      ['ascending', 1],
      ['descending', -1],
    ])) {
      await heading.locator('button').click();
      assert.equal(await heading.getAttribute('aria-sort'), direction);
      const known = (await values()).filter((value) => !Number.isNaN(value));
      assert.deepEqual(
        known,
        [...known].sort((a, b) => sign * (a - b)),
      );
      const unknown = (await values()).findIndex((value) => Number.isNaN(value));
      assert(unknown < 0 || unknown === known.length);
    }
    // The order is in the address, so that it can be shared.
    assert.match(page.url(), /sort=-on_time_share/);
    const before = await values();
    await page.reload();
    await page.locator('.rating tbody tr').nth(18).waitFor();
    assert.equal(await heading.getAttribute('aria-sort'), 'descending');
    assert.deepEqual(await values(), before);
  });
});

test('a metric colours the map in the colours of its legend, a row shows its municipality', async () => {
  const { url } = await demoServer();
  await withPage(`${url}/?mode=rating`, { width: 1440, height: 900 }, async ({ page }) => {
    await drawn(page);
    const legend = () =>
      page.$$eval('.swatch rect', (all) => all.map((each) => (each.getAttribute('fill') ?? '').slice(1)));
    const coloured = async () => {
      const [seen, classes] = [colours(await picture(page)), await legend()];
      return classes.filter((colour) => (seen.get(colour) ?? 0) > 200).length;
    };
    await until('two classes are on the map', coloured, (count) => count >= 2);
    assert(colours(await picture(page)).size >= 20);
    const before = await page.locator('.legend').textContent();
    await page.locator('.metric-select select').selectOption('open_per_10k');
    assert.match(page.url(), /metric=open_per_10k/);
    assert.notEqual(await page.locator('.legend').textContent(), before);
    await drawn(page);
    await until('the other metric is on the map', coloured, (count) => count >= 2);

    const camera = page.url();
    await page.locator('.rating tbody tr', { hasText: 'Ванинский' }).locator('button').click();
    await until(
      'the map goes there',
      async () => page.url(),
      (now) => /mun=vaninsky/.test(now) && now.split('#')[1] !== camera.split('#')[1],
    );
    await page.goBack();
    assert.doesNotMatch(page.url(), /mun=/);
  });
});

test('every metric has its own classes, the legend is that of the service, and what has no data is hatched (E13)', async () => {
  const { url } = await demoServer();
  /** @type {Set<string>} */
  const different = new Set();
  await withPage(`${url}/?mode=rating`, {}, async ({ page }) => {
    await page.locator('.rating tbody tr').first().waitFor();
    for (const metric of ['score', 'overdue_share', 'median_days', 'open_per_10k']) {
      await page.locator('.metric-select select').selectOption(metric);
      const { legend } = await json(`${url}/tiles/choropleth.json?metric=${metric}`);
      const rows = page.locator('.legend-classes li');
      const fills = () => page.$$eval('.legend-classes rect', (all) => all.map((each) => each.getAttribute('fill')));
      const texts = await rows.locator('span').allTextContents();
      const ranges = texts.map((text) => text.replace(/(?<=\d)[\u00a0\u202f](?=\d)/g, ''));
      assert.deepEqual(
        await fills(),
        legend.classes.map((/** @type {any} */ { colour }) => colour),
      );
      // A bound is written as people write it: «50», «12,5 %».
      const scale = legend.kind === 'share' ? 100 : 1;
      const words = (/** @type {number} */ bound) => String(Number((bound * scale).toFixed(2))).replace('.', ',');
      for (const [n, { from, to }] of legend.classes.entries()) {
        for (const bound of [from, to]) {
          if (bound !== null)
            assert(ranges[n]?.includes(words(bound)), `${metric}: no ${words(bound)} in ${ranges[n]}`);
        }
      }
      assert.equal(ranges.at(-1), 'мало данных');
      assert.equal(await rows.last().locator('path').count(), 1);
      different.add(ranges.join());
    }
  });
  assert.equal(different.size, 4);
  const html = await (await fetch(`${url}/rating`)).text();
  assert.match(html, /<pattern[^>]* id="no-data"/);
});
