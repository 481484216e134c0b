// The rating: a table that colours the map.

import assert from 'node:assert/strict';
import { PNG } from 'pngjs';
import { ENGINES, withPage } from '../support/browser.js';
import { colours, drawn, numberIn, picture, settled, until } from '../support/page.js';
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

/**
 * Bounds between classes as the legend gives them, ascending.
 * @param {import('playwright-core').Page} page
 */
async function legendBounds(page) {
  const ends = await page.$$eval('.legend-classes li[data-from]', (rows) =>
    rows.map((row) => Number(row.getAttribute('data-from'))),
  );
  return ends.sort((a, b) => a - b);
}

/**
 * Bounds of classes that hold as many values each, as the page rounds them.
 * @param {number[]} values
 * @param {number} count
 * @param {number} step
 */
function quantiles(values, count, step) {
  const sorted = [...values].sort((a, b) => a - b);
  const bounds = Array.from({ length: count - 1 }, (_, n) => {
    const at = ((n + 1) / count) * (sorted.length - 1);
    const [low, high] = [Number(sorted[Math.floor(at)]), Number(sorted[Math.ceil(at)])];
    return Number((Math.round((low + (high - low) * (at % 1)) / step) * step).toPrecision(12));
  });
  return [...new Set(bounds)].filter((bound) => bound > Number(sorted[0]));
}

/** Fewer cases than this are not enough to colour by. */
const LEAST_CASES = 10;

/**
 * Values of an indicator by municipality; without those of few cases.
 * @param {any[]} municipalities
 * @param {string} indicator
 * @returns {Map<string, number>}
 */
function valuesOf(municipalities, indicator) {
  const known = municipalities.flatMap(({ id, indicators }) => {
    const { raw, n } = indicators.find((/** @type {any} */ each) => each.id === indicator) ?? { raw: null, n: 0 };
    return raw !== null && n >= LEAST_CASES ? [/** @type {[string, number]} */ ([id, raw])] : [];
  });
  return new Map(known);
}

for (const [engine, options] of ENGINES) {
  test(`another division gives other classes, and the legend, the histogram and the map have its bounds (E13)${engine}`, async () => {
    const { url } = await demoServer();
    const { municipalities } = await json(`${url}/api/ratings`);
    const values = [...valuesOf(municipalities, 'overdue_share').values()];
    await withPage(
      `${url}/?mode=rating&metric=overdue_share`,
      { ...options, width: 1440, height: 900 },
      async ({ page }) => {
        await drawn(page);
        await page.locator('.rating tbody tr').first().waitFor();
        assert.deepEqual(await legendBounds(page), [0.2, 0.35, 0.45, 0.55]);
        assert.doesNotMatch(page.url(), /classes=|k=/);
        const texts = () => page.locator('.legend-classes li span').allTextContents();
        const seen = new Set([(await texts()).join()]);
        for (const method of ['quantile', 'equal', 'jenks']) {
          await page.locator('.method-select select').selectOption(method);
          assert.match(page.url(), new RegExp(`classes=${method}`));
          for (const count of ['3', '7', '5']) {
            await page.locator('.count-select select').selectOption(count);
            const bounds = await legendBounds(page);
            assert(bounds.length > 0 && bounds.length < Number(count), `${method} ${count}: ${bounds}`);
            if (method === 'quantile') assert.deepEqual(bounds, quantiles(values, Number(count), 0.01));
            // What is drawn is what is said: the histogram parts where the legend does, in words and in lines.
            const lines = await page.$$eval('.class-histogram .bound', (all) =>
              all.map((line) => Number(line.getAttribute('data-bound'))),
            );
            assert.deepEqual(lines, bounds);
            const words = (await texts()).join();
            for (const bound of bounds)
              assert(words.includes(`${Math.round(bound * 100)}\u00a0%`), `no ${bound} in ${words}`);
            seen.add(words);
          }
        }
        assert(seen.size >= 9, `only ${seen.size} different legends`);
        const fills = () =>
          page.$$eval('.legend-classes rect', (all) => all.map((each) => (each.getAttribute('fill') ?? '').slice(1)));
        await until(
          'the colours of the legend are on the map',
          async () => {
            const [pixels, classes] = [colours(await picture(page)), await fills()];
            return classes.filter((colour) => (pixels.get(colour) ?? 0) > 200).length;
          },
          (count) => count >= 3,
        );
        // The same address has the same classes.
        const before = await legendBounds(page);
        await page.reload();
        await page.locator('.rating tbody tr').first().waitFor();
        await until(
          'the same bounds',
          () => legendBounds(page),
          (now) => now.join() === before.join(),
        );
        await page.locator('.method-select select').selectOption('fixed');
        assert.deepEqual(await legendBounds(page), [0.2, 0.35, 0.45, 0.55]);
      },
    );
  });

  test(`a metric can be divided by residents or by what a territory has of its own (E13)${engine}`, async () => {
    const { url } = await demoServer();
    const { municipalities: borne } = await json(`${url}/api/burden`);
    const { municipalities } = await json(`${url}/api/region`);
    const residents = new Map(municipalities.map((/** @type {any} */ { id, population }) => [id, population]));
    const rates = borne
      .filter((/** @type {any} */ { id }) => residents.get(id))
      .map((/** @type {any} */ { id, overdue }) => (1_000 * overdue) / Number(residents.get(id)));
    await withPage(`${url}/?mode=rating&metric=overdue_share&classes=quantile&k=4`, options, async ({ page }) => {
      await page.locator('.rating tbody tr').first().waitFor();
      await page.locator('.per-select select').selectOption('residents');
      assert.match(page.url(), /per=residents/);
      assert.match((await page.locator('.legend').textContent()) ?? '', /Просрочено на 1.000 жителей/);
      await until(
        'rates by residents are divided',
        () => legendBounds(page),
        (bounds) => bounds.join() === quantiles(rates, 4, 0.1).join(),
      );
      await page.locator('.metric-select select').selectOption('open_per_10k');
      assert.doesNotMatch(page.url(), /per=/);
      await page.locator('.per-select select').selectOption('own');
      const { groups } = await json(`${url}/api/stats?by=municipality`);
      const shares = groups
        .filter((/** @type {any} */ { municipality, count }) => municipality && count >= LEAST_CASES)
        .map((/** @type {any} */ { open, count }) => open / count);
      await until(
        'shares of own objects are divided',
        () => legendBounds(page),
        (bounds) => bounds.join() === quantiles(shares, 4, 0.01).join(),
      );
    });
  });

  test(`what has too few data is hatched on the map and says so in the table (E13)${engine}`, async () => {
    const { url } = await demoServer();
    const { municipalities } = await json(`${url}/api/ratings`);
    const known = valuesOf(municipalities, 'reopened_share');
    const region = (await json(`${url}/api/region`)).municipalities;
    const large = region.filter((/** @type {any} */ { area_km2 }) => area_km2 > 20_000);
    const [some, none] = [true, false].map((has) => large.find((/** @type {any} */ { id }) => known.has(id) === has));
    assert(some && none, 'the demonstration has both');
    for (const [{ label_point }, hatched] of /** @type {[any, boolean][]} */ ([
      [some, false],
      [none, true],
    ])) {
      const [lon, lat] = label_point;
      const address = `${url}/?mode=rating&metric=reopened_share#map=9/${lat}/${lon}`;
      await withPage(address, { ...options, width: 1440, height: 900 }, async ({ page }) => {
        await settled(page);
        await page.locator('.legend-classes li').first().waitFor();
        const cells = page.locator('.rating tbody td[data-class]');
        await until(
          'the table is coloured by what is known',
          () => cells.count(),
          (count) => count === known.size,
        );
        // Beside the name, which stands in the middle.
        const box = await page.locator('#map').boundingBox();
        assert(box);
        const clip = { x: box.x + box.width / 2 - 40, y: box.y + box.height / 2 + 60, width: 80, height: 40 };
        const strokes = async () => strokesIn(PNG.sync.read(await page.screenshot({ clip })));
        await until(hatched ? 'strokes cross the area' : 'the area is of one colour', strokes, (count) =>
          hatched ? count >= 6 && count <= 12 : count === 0,
        );
      });
    }
  });
}

/**
 * Dark strokes that the middle row of a picture crosses.
 * @param {PNG} png
 */
function strokesIn({ data, width, height }) {
  const row = Math.floor(height / 2) * width;
  const lights = Array.from({ length: width }, (_, x) => {
    const at = 4 * (row + x);
    return Number(data[at]) + Number(data[at + 1]) + Number(data[at + 2]);
  });
  const dark = lights.map((light) => light < Math.max(...lights) - 40);
  return dark.filter((is, x) => is && !dark[x - 1]).length;
}
