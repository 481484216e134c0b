// The map shows what the lists hold, from the whole region down to single objects.

import assert from 'node:assert/strict';
import { PNG } from 'pngjs';
import { ENGINES, withPage } from '../support/browser.js';
import {
  assertNotBlank,
  colours,
  counts,
  drawn,
  lastRequest,
  listed,
  picture,
  settled,
  until,
} from '../support/page.js';
import { demoServer, json, matched, serverOf } from '../support/server.js';
import { test } from '../support/test.js';

/** What groups are drawn in, on light ground (tiles/palette.toml). */
const GROUP_COLOURS = ['1b66b5', 'b97a00', 'a51d16', '737d87'];

/** Houses are points, so lines and areas cannot stand in for symbols. */
const VIEWS = {
  'the whole region': '',
  'a city as clusters': '#map=10/48.48/135.1',
  'streets as single objects': '?cat=emergency_housing#map=13.2/48.48/135.07',
  'appeals of the region': '?mode=appeals',
};

for (const [engine, options] of ENGINES) {
  for (const [name, address] of Object.entries(VIEWS)) {
    test(`the map is not blank: ${name}${engine} (E00)`, async () => {
      const { url } = await demoServer();
      await withPage(`${url}/${address}`, options, async ({ page }) => {
        await assertNotBlank(page);
        const pixels = await until(
          'symbols are drawn',
          () => symbolPixels(page),
          // A disc of twelve pixels has about a hundred.
          (counted) => counted.reduce((a, b) => a + b, 0) >= 200,
        );
        assert(pixels.filter((count) => count > 0).length >= 2, `groups have ${pixels} pixels`);
      });
    });
  }
}

/**
 * Pixels in the colour of each group: land, sea and names have none of them, so these are symbols.
 * @param {import('playwright-core').Page} page
 */
async function symbolPixels(page) {
  const seen = colours(await picture(page));
  return GROUP_COLOURS.map((colour) => seen.get(colour) ?? 0);
}

/** @param {import('playwright-core').Page} page */
function legendCounts(page) {
  return page.$$eval('.legend-count', (all) => all.map((each) => Number((each.textContent ?? '').replace(/\D/g, ''))));
}

const NEW = ['registered', 'assigned'];

/**
 * How many of each group the service counts, asked row by row: overdue and closed ones are asked for as such, new ones are
 * those of the first states without the overdue ones among them.
 * @param {string} url
 * @param {string} filter
 */
async function groupsOf(url, filter) {
  const { groups } = await json(`${url}/api/stats?by=status&${filter}`);
  const overdue = await matched(url, 'problems', `status=overdue&${filter}`);
  const closed = await matched(url, 'problems', `status=closed&${filter}`);
  const open = await matched(url, 'problems', `status=open&${filter}`);
  const fresh = groups
    .filter((/** @type {any} */ { status }) => NEW.includes(status))
    .reduce((/** @type {number} */ sum, /** @type {any} */ { count, overdue }) => sum + count - overdue, 0);
  return [fresh, open - overdue - fresh, overdue, closed];
}

for (const [engine, options] of ENGINES) {
  test(`every row of the legend, the header and the service count the same, everywhere and in a part (E04)${engine}`, async () => {
    const { url } = await demoServer();
    await withPage(`${url}/`, options, async ({ page, requests }) => {
      await drawn(page);
      await listed(page);
      const whole = await matched(url, 'problems');
      assert.deepEqual(await counts(page), { shown: whole, all: whole });
      assert.deepEqual(await legendCounts(page), await groupsOf(url, ''));

      await page.evaluate(() => {
        location.hash = '#map=11/48.48/135.1';
      });
      const part = await until(
        'a part is listed',
        () => counts(page),
        ({ shown }) => shown < whole,
      );
      await listed(page);
      await drawn(page);
      const asked = lastRequest(requests, /\/problems\/items\?.*bbox=/);
      assert(asked);
      assert.equal((await json(asked)).numberMatched, part.shown);
      const rows = await groupsOf(url, `bbox=${new URL(asked).searchParams.get('bbox')}`);
      assert.deepEqual(await legendCounts(page), rows);
      assert.equal(
        rows.reduce((a, b) => a + b, 0),
        part.shown,
      );
      assert.equal(part.all, whole);
      await assertNotBlank(page);
    });
  });

  test(`what is left when all other rows of the legend are off is what the chip leaves (E04)${engine}`, async () => {
    const { url } = await demoServer();
    await withPage(`${url}/#map=10.5/48.48/135.1`, options, async ({ page, requests }) => {
      await drawn(page);
      await listed(page);
      for (const row of [0, 1, 3]) await page.locator('.legend-row').nth(row).click();
      assert.match(page.url(), /layers=overdue/);
      await drawn(page);
      const off = await until(
        'only overdue ones are drawn',
        () => symbolPixels(page),
        ([fresh, inWork, overdue, closed]) => fresh === 0 && inWork === 0 && Number(overdue) > 0 && closed === 0,
      );
      const shown = (await counts(page)).shown;
      for (const row of [0, 1, 3]) await page.locator('.legend-row').nth(row).click();
      await page.locator('.chip-overdue').click();
      await drawn(page);
      await listed(page);
      assert.equal((await counts(page)).shown, shown);
      await until(
        'the chip draws overdue ones alone',
        () => symbolPixels(page),
        ([fresh, inWork, overdue, closed]) => fresh === 0 && inWork === 0 && Number(overdue) > 0 && closed === 0,
      );
      assert(Number(off[2]) > 0);
      if (options.flags) assert(requests.some((address) => /\.png\?.*groups=overdue/.test(address)));
    });
  });
}

test('the legend counts appeals by group too, under every chip', async () => {
  const { url } = await demoServer();
  await withPage(`${url}/?mode=appeals`, {}, async ({ page }) => {
    const legend = () =>
      page.$$eval('.legend-count', (all) => all.map((each) => Number((each.textContent ?? '').replace(/\D/g, ''))));
    await drawn(page);
    const [whole, closed, overdue] = await Promise.all(
      ['', 'status=closed', 'status=overdue'].map((filter) => matched(url, 'appeals', filter)),
    );
    const groups = await until('groups are counted', legend, (counted) => counted.reduce((a, b) => a + b, 0) === whole);
    assert.deepEqual(groups.slice(2), [overdue, closed]);
    await page.locator('.chip-overdue').click();
    await until('only overdue ones are left', legend, (counted) => counted.join() === `0,0,${overdue},0`);
  });
});

for (const [engine, options] of ENGINES) {
  test(`a row of the legend takes its group off the map, the list and the count (E04)${engine}`, async () => {
    const { url } = await demoServer();
    await withPage(`${url}/#map=13.5/48.48/135.08`, options, async ({ page }) => {
      await drawn(page);
      await listed(page);
      const before = await counts(page);
      const row = page.locator('.legend-row').nth(3);
      const closed = Number((await row.locator('.legend-count').textContent())?.replace(/\D/g, ''));
      assert(closed > 0);
      await row.click();
      assert.equal(await row.getAttribute('aria-pressed'), 'false');
      assert.match(page.url(), /layers=new,in_work,overdue/);
      await until(
        'the count without them',
        () => counts(page),
        ({ shown }) => shown === before.shown - closed,
      );
      assert.equal(await page.locator('.rows .glyph-resolved').count(), 0);
      await row.click();
      await until(
        'the count with them',
        () => counts(page),
        ({ shown }) => shown === before.shown,
      );
      await assertNotBlank(page);
    });
  });
}

test('pressing a donut goes nearer until single objects show, and pressing one of them opens its card', async () => {
  const { url } = await demoServer();
  await withPage(`${url}/?mun=khabarovsk&status=overdue#map=12.5/48.48/135.08`, {}, async ({ page }) => {
    await drawn(page);
    await page.locator('#map canvas').focus();
    for (let press = 0; press < 8 && !(await page.locator('.card').count()); press += 1) {
      const before = page.url();
      await page.keyboard.press('n');
      await page.locator('.tooltip').waitFor();
      // The tooltip stands beside what it tells of, which the ring marks; its place on the screen is the pointer's.
      await page.keyboard.press('Enter');
      await until(
        'the map moves or a card opens',
        async () => page.url(),
        (now) => now !== before,
      );
      await drawn(page);
    }
    assert.equal(await page.locator('.card').count(), 1);
    await page.locator('.card .deadline').waitFor();
  });
});

test('what the pointer is over is told beside it', async () => {
  const { url } = await demoServer();
  await withPage(`${url}/?mun=khabarovsk`, {}, async ({ page }) => {
    await drawn(page);
    const box = await page.locator('#map').boundingBox();
    assert(box);
    // Somewhere on a line across the city there is a donut.
    for (let y = 0.25; y < 0.8 && !(await page.locator('.tooltip').count()); y += 0.02) {
      for (let x = 0.35; x < 0.75 && !(await page.locator('.tooltip').count()); x += 0.04) {
        await page.mouse.move(box.x + box.width * x, box.y + box.height * y);
      }
    }
    assert.match((await page.locator('.tooltip').textContent()) ?? '', /\d|объект|просроч|работ|закрыт|новый/);
  });
});

for (const [engine, options] of ENGINES) {
  test(`a single object shows the icon of its category in the form of its status${engine}`, async () => {
    const at = [135.0717, 48.4801];
    const one = (/** @type {string} */ category, /** @type {number} */ step) => ({
      type: 'Feature',
      geometry: { type: 'Point', coordinates: [Number(at[0]) + step * 0.002, at[1]] },
      properties: { source_id: `${step}`, title: category, category, status: 'registered' },
    });
    const { url } = await serverOf([one('utilities.lift', -1), one('transport.stop', 0), one('ecology.dump', 1)]);
    /** What lies where an object is, and how many pixels of it are of its colour and of its icon's. */
    const symbol = async (/** @type {import('playwright-core').Page} */ page, /** @type {string} */ hash) => {
      await page.evaluate((to) => {
        location.hash = to;
      }, hash);
      await settled(page);
      const box = await page.locator('#map').boundingBox();
      assert(box);
      const clip = { x: box.x + box.width / 2 - 8, y: box.y + box.height / 2 - 8, width: 16, height: 16 };
      const png = PNG.sync.read(await page.screenshot({ clip }));
      const blue = colours(png).get('1b66b5') ?? 0;
      const light = [...colours(png)].filter(([colour]) => /^[ef].[ef].[ef].$/.test(colour));
      return { blue, light: light.reduce((sum, [, count]) => sum + count, 0), drawing: png.data.toString('hex') };
    };
    await withPage(`${url}/#map=12/48.4801/135.0717`, options, async ({ page }) => {
      await drawn(page);
      await listed(page);
      const drawings = [];
      for (const step of [-1, 0, 1]) {
        const hash = `#map=16/${at[1]}/${(Number(at[0]) + step * 0.002).toFixed(4)}`;
        const { drawing } = await until(
          'the icon is drawn',
          () => symbol(page, hash),
          ({ blue, light }) => blue > 40 && light > 8,
        );
        drawings.push(drawing);
      }
      assert.equal(new Set(drawings).size, 3, 'categories are drawn alike');
      const icons = page.locator('.row .category-icon path');
      const outlines = new Set(await icons.evaluateAll((all) => all.map((path) => path.getAttribute('d'))));
      assert(outlines.size === 3 && ![...outlines].includes(''), 'rows have no icons of their own');
      await page.locator('.rows a').first().click();
      assert.match((await page.locator('.card-kicker .category-icon path').getAttribute('d')) ?? '', /^M/);
    });
  });

  test(`in great contrast the map is black, white and yellow (E14)${engine}`, async () => {
    const { url } = await demoServer();
    await withPage(`${url}/?theme=contrast`, options, async ({ page }) => {
      await assertNotBlank(page);
      const seen = await until(
        'overdue ones are yellow on black',
        async () => colours(await picture(page)),
        (now) => (now.get('000000') ?? 0) > 10_000 && (now.get('ffe600') ?? 0) > 50,
      );
      for (const colour of ['1d2a35', '121b24', 'f2554a']) assert.equal(seen.get(colour) ?? 0, 0, colour);
    });
  });
}

/** Frames come one at a time, when told to, until they are let go. */
const holdFrames = () => {
  const frame = window.requestAnimationFrame.bind(window);
  const cancel = window.cancelAnimationFrame.bind(window);
  /** Frames that wait or waited: their step, or the number that the browser gave them. Its own numbers begin at 1. */
  const known = new Map();
  let [last, holding] = [1e9, true];
  window.requestAnimationFrame = (step) => {
    if (!holding) return frame(step);
    last += 1;
    known.set(last, { step });
    return last;
  };
  window.cancelAnimationFrame = (id) => {
    cancel(known.get(id)?.given ?? id);
    known.delete(id);
  };
  const next = () => {
    for (const [id, { step }] of known) if (step) known.set(id, { given: frame(step) });
  };
  window.addEventListener('next frame', next);
  window.addEventListener('all frames', () => {
    holding = false;
    next();
  });
};

/**
 * @param {import('playwright-core').Page} page
 * @param {'next frame' | 'all frames'} which
 */
function frames(page, which) {
  return page.evaluate((name) => void dispatchEvent(new Event(name)), which);
}

test('a choice made between the first frames of the map is the choice that it draws', async () => {
  const { url } = await demoServer();
  await withPage(`${url}/`, { before: holdFrames }, async ({ page, requests }) => {
    await page.waitForSelector('#map canvas');
    // In the first frame the style makes its sources, in the next they learn their addresses.
    await frames(page, 'next frame');
    await page.evaluate(() => /** @type {HTMLElement} */ (document.querySelector('.chip-overdue')).click());
    await frames(page, 'all frames');
    await drawn(page);
    assert.match(lastRequest(requests, /\/tiles\/problems\/.*\.mvt/) ?? '', /status=overdue/);
  });
});

test('what is asked of the map before its first frame is done after it', async () => {
  const { url } = await demoServer();
  await withPage(`${url}/?mode=rating`, { before: holdFrames }, async ({ page, requests }) => {
    await page.waitForSelector('#map canvas');
    await page.locator('.rating tbody tr').first().waitFor();
    // The tiles again, a border, another theme: there is neither a style nor a source yet.
    await page.evaluate(() => {
      window.dispatchEvent(new Event('online'));
      document.querySelector('.rating tbody tr')?.dispatchEvent(new MouseEvent('mouseenter'));
      const theme = /** @type {HTMLSelectElement} */ (document.querySelector('.theme select'));
      theme.value = 'dark';
      theme.dispatchEvent(new Event('change', { bubbles: true }));
    });
    await frames(page, 'all frames');
    await drawn(page);
    assert(lastRequest(requests, /\/tiles\/municipalities\/.*\.mvt/));
    await until(
      'the sea is dark',
      async () => colours(await picture(page)).get('121b24') ?? 0,
      (count) => count > 200,
    );
  });
});
