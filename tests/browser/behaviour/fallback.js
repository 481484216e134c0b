// What is there when something is missing: graphics, the service, a tile, the connection.

import assert from 'node:assert/strict';
import { ENGINES, FLAT, withPage } from '../support/browser.js';
import {
  assertNotBlank,
  assertSameCamera,
  cameraOf,
  colours,
  counts,
  drawn,
  lastRequest,
  listed,
  picture,
  rowIds,
  settled,
  until,
} from '../support/page.js';
import { atlas, demoServer, folder, json, matched, serve } from '../support/server.js';
import { test } from '../support/test.js';

test('without three-dimensional graphics the map is of pictures, and everything else works (E00, E11)', async () => {
  const { url } = await demoServer();
  await withPage(`${url}/`, FLAT, async ({ page, requests }) => {
    await assertNotBlank(page);
    assert.match((await page.locator('.simplified').textContent()) ?? '', /упрощённая карта.*не поддерживает/);
    await page.locator('.simplified button').click();
    assert.equal(await page.locator('.simplified').count(), 0);
    await listed(page);
    const whole = await matched(url, 'problems');
    assert.deepEqual(await counts(page), { shown: whole, all: whole });
    assert(!requests.some((address) => /engine|maplibre/.test(address)), 'the engine is loaded for nothing');
    assert(requests.some((address) => /\/tiles\/problems\/\d+\/\d+\/\d+\.png/.test(address)));

    await page.locator('.chip-overdue').click();
    await drawn(page);
    assert.match(lastRequest(requests, /\/tiles\/problems\/.*\.png/) ?? '', /status=overdue/);
    await page.locator('.conditions > .link-button').click();
    await page.locator('.heat-switch').click();
    await page.evaluate(() => {
      location.hash = '#map=11/48.48/135.1';
    });
    await until(
      'pictures of density',
      async () => lastRequest(requests, /\/tiles\/heat\/.*\.png/),
      (tile) => tile !== undefined,
    );
    await page.locator('.heat-values').waitFor();
    await page.getByRole('button', { name: 'Шестиугольники' }).click();
    await until(
      'hexagons',
      async () => lastRequest(requests, /\/tiles\/hexes\/\d+\/\d+\/\d+\.mvt/),
      (tile) => tile !== undefined,
    );
    const classes = await page.$$eval('.legend-classes rect', (all) => all.map((each) => each.getAttribute('fill')));
    await until('hexagons have the colours of their legend', () => drawnColours(page), drawsSomeOf(classes));
    await page.getByRole('checkbox', { name: 'Очаги' }).check();
    await until(
      'hot spots',
      async () => lastRequest(requests, /\/tiles\/hotspots\/\d+\/\d+\/\d+\.mvt/),
      (tile) => tile !== undefined,
    );
    await until(
      'hot spots are outlined in the colour of what is overdue',
      () => drawnColours(page),
      (seen) => seen.has('#a51d16'),
    );
    await page.getByRole('checkbox', { name: 'Очаги' }).uncheck();
    await page.locator('.tab').last().click();
    await page.locator('.rating tbody tr').first().waitFor();
    const fills = await page.$$eval(
      '.raster-area',
      (areas) => new Set(areas.map((area) => area.getAttribute('fill'))).size,
    );
    assert(fills >= 2, 'the metric does not colour the map of pictures');
  });
});

/**
 * Opaque colours that the page has drawn by itself, tile by tile, as `#rrggbb`: what covers half of a pixel is not counted.
 * @param {import('playwright-core').Page} page
 */
async function drawnColours(page) {
  const colours = await page.evaluate(() => {
    const found = new Set();
    for (const canvas of document.querySelectorAll('#map canvas')) {
      const { width, height } = /** @type {HTMLCanvasElement} */ (canvas);
      const { data } = /** @type {any} */ (canvas).getContext('2d').getImageData(0, 0, width, height);
      for (let at = 0; at < data.length; at += 4) {
        if (data[at + 3] > 190) found.add([data[at], data[at + 1], data[at + 2]].join());
      }
    }
    return [...found];
  });
  const hex = (/** @type {string} */ channel) => Number(channel).toString(16).padStart(2, '0');
  return new Set(colours.map((colour) => `#${colour.split(',').map(hex).join('')}`));
}

/**
 * What is drawn see-through comes back from the canvas rounded, by a step or two.
 * @param {(string | null)[]} wanted
 * @returns {(seen: Set<string>) => boolean}
 */
function drawsSomeOf(wanted) {
  const channels = (/** @type {string} */ colour) =>
    [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
  return (seen) => {
    const near = (/** @type {string} */ one, /** @type {string} */ other) =>
      channels(one).every((channel, n) => Math.abs(channel - Number(channels(other)[n])) <= 2);
    return wanted.filter((colour) => [...seen].some((each) => near(each, colour ?? ''))).length >= 2;
  };
}

test('the map of pictures moves, is in the address, and opens what is pressed, by hand and by key (E01, E03, E07)', async () => {
  const { url } = await demoServer();
  await withPage(`${url}/?status=open#map=10/48.48/135.1`, FLAT, async ({ page, requests }) => {
    await drawn(page);
    await listed(page);
    await page.getByRole('button', { name: 'Приблизить' }).click();
    const address = await settled(page);
    assert.equal(cameraOf(address).zoom, 11);
    await listed(page);
    const asked = lastRequest(requests, /\/problems\/items\?.*bbox=/);
    assert(asked);
    assert.equal((await json(asked)).numberMatched, (await counts(page)).shown);
    await page.reload();
    assertSameCamera(await settled(page), address);

    // A press where several are comes nearer; on a single object it opens it.
    const { features } = await json(
      `${url}/ogc/collections/problems/items?status=open&bbox=135.0,48.4,135.2,48.6&limit=1`,
    );
    const [{ id, geometry }] = features;
    const [lon, lat] = geometry.type === 'Point' ? geometry.coordinates : geometry.coordinates.flat(3);
    await page.evaluate((to) => {
      location.hash = to;
    }, `#map=17/${lat}/${lon}`);
    await settled(page);
    const box = await page.locator('#map').boundingBox();
    assert(box);
    await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
    await page.locator('.card .deadline').waitFor();
    if (geometry.type === 'Point') assert.equal(new URL(page.url()).searchParams.get('o'), id);
    await page.keyboard.press('Escape');
    await page.locator('.card').waitFor({ state: 'detached' });

    const map = page.locator('#map');
    await map.focus();
    await page.keyboard.press('n');
    await page.keyboard.press('Enter');
    await page.locator('.card .deadline').waitFor();
    await map.focus();
    await page.keyboard.press('Home');
    await until(
      'the whole region',
      async () => cameraOf(page.url()).zoom,
      (zoom) => zoom < 6,
    );
    await settled(page);
    await map.focus();
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate(() => document.activeElement?.closest('#map')), null);
  });
});

test('an address that is copied from the map of pictures gives the same to somebody else (E01)', async () => {
  const { url } = await demoServer();
  let [address, ids] = ['', /** @type {(string | null)[]} */ ([])];
  let seen = { shown: 0, all: 0 };
  await withPage(`${url}/`, FLAT, async ({ page }) => {
    await drawn(page);
    await page.locator('.chip-overdue').click();
    await page.locator('.selects select').first().selectOption('khabarovsk');
    await until(
      'the city is seen',
      async () => page.url(),
      (now) => /#map=/.test(now) && cameraOf(now).zoom > 8,
    );
    await page.getByRole('button', { name: 'Приблизить' }).click();
    address = await settled(page);
    await listed(page);
    [ids, seen] = [await rowIds(page), await counts(page)];
    assert(seen.shown > 0 && seen.shown <= seen.all);
  });
  await withPage(address, FLAT, async ({ page }) => {
    await settled(page);
    await until(
      'the same count',
      () => counts(page),
      ({ shown, all }) => shown === seen.shown && all === seen.all,
    );
    assert.deepEqual(await rowIds(page), ids);
    assertSameCamera(page.url(), address);
    await assertNotBlank(page);
  });
});

test('on the map of pictures moving makes no history, and going back closes the card and takes filters off (E02)', async () => {
  const { url } = await demoServer();
  await withPage(`${url}/#map=10/48.48/135.1`, FLAT, async ({ page }) => {
    await drawn(page);
    await page.locator('#map').focus();
    const before = await page.evaluate(() => history.length);
    for (let n = 0; n < 20; n += 1) await page.keyboard.press(n % 2 ? 'ArrowUp' : 'ArrowRight');
    const moved = await settled(page);
    assert((await page.evaluate(() => history.length)) <= before + 1);
    await page.locator('.chip-overdue').click();
    await listed(page);
    await page.locator('.rows a').first().click();
    await page.locator('.card .deadline').waitFor();
    await settled(page);
    await page.goBack();
    await page.locator('.card').waitFor({ state: 'detached' });
    assert.match(page.url(), /status=overdue/);
    assert.doesNotMatch(page.url(), /[?&]o=/);
    const closed = cameraOf(await settled(page));
    await page.goBack();
    await until(
      'no condition',
      async () => page.url(),
      (now) => !now.includes('status='),
    );
    assert.equal(closed.zoom, cameraOf(moved).zoom);
  });
});

test('on the map of pictures search finds, survives anything typed, and says when nothing is found (E05)', async () => {
  const { url } = await demoServer();
  await withPage(`${url}/`, FLAT, async ({ page, requests }) => {
    await drawn(page);
    const box = page.locator('#search');
    for (const text of ['школ', 'ATL-27-000007']) {
      await box.fill(text);
      const found = await matched(url, 'problems', `q=${encodeURIComponent(text)}`);
      assert(found > 0, text);
      await until(
        `«${text}» is listed`,
        () => counts(page),
        ({ all }) => all === found,
      );
      await drawn(page);
      const query = new URL(lastRequest(requests, /\/tiles\/problems\/.*\.png/) ?? '').searchParams;
      assert.equal(query.get('q'), text);
    }
    for (const text of ['<script>alert(1)</script>', "'; --", 'я'.repeat(300)]) {
      await box.fill(text);
      await page.locator('.notice').waitFor();
      await page.locator('.search-clear').click();
      await page.locator('.rows').waitFor();
    }
    assert.equal(await box.inputValue(), '');
  });
});

test('on the map of pictures a period is chosen by keys and by days, and nothing plays by itself (E12)', async () => {
  const { url } = await demoServer();
  await withPage(`${url}/`, FLAT, async ({ page, requests }) => {
    await drawn(page);
    await listed(page);
    await page.locator('.period-switch').click();
    const last = page.locator('.period-thumb').last();
    await last.waitFor();
    const agrees = async () => {
      const query = new URL(page.url()).searchParams;
      const filter = [
        ['registered_from', query.get('from')],
        ['registered_to', query.get('to')],
      ].flatMap(([name, day]) => (day ? [`${name}=${day}`] : []));
      assert(filter.length > 0, page.url());
      const told = await matched(url, 'problems', filter.join('&'));
      await until(
        `what was registered then is listed (${filter})`,
        () => counts(page),
        ({ all }) => all === told,
      );
      await drawn(page);
      const drawnBy = new URL(lastRequest(requests, /\/tiles\/problems\/.*\.png/) ?? '').searchParams;
      for (const condition of filter) {
        const [name, day] = condition.split('=');
        assert.equal(drawnBy.get(name ?? ''), day, 'the pictures are of another period');
      }
    };
    await last.focus();
    await page.keyboard.press('ArrowLeft');
    await agrees();
    await page.locator('.day input').nth(0).fill('2024-02-29');
    await page.locator('.day input').nth(1).fill('2025-06-30');
    await until(
      'the days are in the address',
      async () => page.url(),
      (now) => /from=2024-02-29&to=2025-06-30/.test(now),
    );
    await agrees();
    assert.equal(await page.locator('.playback').count(), 0);
    await assertNotBlank(page);
  });
});

test('without scripts there is a heading and a way to the data', async () => {
  const { url } = await demoServer();
  const html = await (await fetch(url)).text();
  assert.match(html, /<div id="poster">[\s\S]*href="\/table"[\s\S]*<h1>[\s\S]*<table>[\s\S]*<svg/);
});

test('a list that cannot be had is told of, and comes when asked again (E11)', async () => {
  const { url } = await demoServer();
  await withPage(`${url}/`, {}, async ({ page, allow }) => {
    allow(/502/);
    await drawn(page);
    await listed(page);
    await page.route('**/items?*status=overdue*', (route) => route.fulfill({ status: 502, body: 'bad gateway' }));
    await page.locator('.chip-overdue').click();
    await page.locator('.notice[role=alert]').waitFor();
    assert.match((await page.locator('.notice[role=alert]').textContent()) ?? '', /Не удалось получить данные.*502/);
    await page.unroute('**/items?*status=overdue*');
    await page.locator('.notice[role=alert] button').click();
    await page.locator('.rows').waitFor();
  });
});

test('a server that goes is told of, and the page catches up when it is back (E11)', async () => {
  const data = `${await folder()}/data`;
  await atlas('demo', '--data', data, '--problems', '50', '--appeals', '50', '--assessments', '100');
  const first = await serve(data);
  await withPage(`${first.url}/`, {}, async ({ page, allow }) => {
    allow(/ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED|ERR_EMPTY_RESPONSE|ERR_CONNECTION_RESET/);
    await listed(page);
    await first.stop();
    await page.locator('.status-line[data-broken="true"]').waitFor();
    assert.match(
      (await page.locator('.status-line').textContent()) ?? '',
      /Сервер не отвечает с \d\d:\d\d\. Показаны данные на \d+ /,
    );
    const again = await serve(data, new URL(first.url).host);
    await page.locator('.status-line[data-broken="false"]').waitFor();
    assert.deepEqual(await counts(page), { shown: 50, all: 50 });
    await again.stop();
  });
});

for (const [engine, options] of ENGINES) {
  test(`a view without objects says how far the nearest is, goes there, and shows it (E19)${engine}`, async () => {
    const { url } = await demoServer();
    await withPage(`${url}/#map=9/58/150`, options, async ({ page, requests }) => {
      await drawn(page);
      await page.locator('.notice').waitFor();
      await until(
        'the nearest is told',
        () => page.locator('.notice').textContent(),
        (text) => /Ближайший — [\d\s]+\s?км/.test(text ?? ''),
      );
      await page.locator('.notice .button').first().click();
      await page.locator('.rows').waitFor();
      await settled(page);
      // It is in the list, in the box that the list was asked for, and drawn in the middle of the map.
      const asked = new URL(lastRequest(requests, /\/problems\/items\?.*bbox=/) ?? '');
      assert((await json(asked.href)).numberMatched > 0);
      const box = (asked.searchParams.get('bbox') ?? '').split(',').map(Number);
      const { lon, lat } = cameraOf(page.url());
      assert(Number(box[0]) < lon && lon < Number(box[2]) && Number(box[1]) < lat && lat < Number(box[3]));
      await until(
        'its symbol is drawn',
        async () => {
          const seen = colours(await picture(page));
          return ['1b66b5', 'b97a00', 'a51d16', '737d87'].reduce((sum, colour) => sum + (seen.get(colour) ?? 0), 0);
        },
        (pixels) => pixels >= 30,
      );
    });
  });
}

test('when the graphics go and come back, a drawing stands in and the map takes up what was chosen meanwhile (E11)', async () => {
  const { url } = await demoServer();
  await withPage(`${url}/`, {}, async ({ page, requests }) => {
    await drawn(page);
    await listed(page);
    /** @type {import('playwright-core').JSHandle<WEBGL_lose_context>} */
    const context = await page.evaluateHandle(() => {
      const canvas = /** @type {HTMLCanvasElement} */ (document.querySelector('#map canvas'));
      return /** @type {WEBGL_lose_context} */ (canvas.getContext('webgl2')?.getExtension('WEBGL_lose_context'));
    });
    await context.evaluate((graphics) => graphics.loseContext());
    await page.locator('.flat-map [role=alert]').waitFor();
    assert.match((await page.locator('.flat-map [role=alert]').textContent()) ?? '', /перестала отвечать/);
    await page.locator('.flat-area').nth(18).waitFor();
    // Whatever asks something of the map now must not find it without a style.
    await page.locator('.rows a').first().hover();
    await page.locator('.chip-overdue').click();
    await page.evaluate(() => window.dispatchEvent(new Event('online')));
    const overdue = await matched(url, 'problems', 'status=overdue');
    await until(
      'what is overdue is listed',
      () => counts(page),
      ({ all }) => all === overdue,
    );
    await context.evaluate((graphics) => graphics.restoreContext());
    await page.locator('.flat-map').waitFor({ state: 'detached' });
    await assertNotBlank(page);
    assert.match(lastRequest(requests, /\/tiles\/problems\/.*\.mvt/) ?? '', /status=overdue/);
  });
});

test('a map whose engine does not come is told of, and the rest of the page works (E11)', async () => {
  const { url } = await demoServer();
  await withPage('about:blank', { host: new URL(url).host }, async ({ page, allow }) => {
    allow(/404/);
    await page.route('**/*worker*', (route) => route.fulfill({ status: 404, body: 'not found' }));
    await page.goto(`${url}/`);
    await page.locator('.flat-map [role=alert] button').waitFor();
    assert.match((await page.locator('.flat-map [role=alert]').textContent()) ?? '', /Не удалось загрузить карту/);
    await listed(page);
    await page.locator('.rows a').first().click();
    await page.locator('.card .deadline').waitFor();
    await page.unroute('**/*worker*');
    await page.locator('.flat-map [role=alert] button').click();
    await drawn(page);
  });
});

test('a server that does not answer in time is told of, and asked again when the reader wants (E11)', async () => {
  const { url } = await demoServer();
  const impatient = () => {
    const usual = window.setTimeout;
    // Half a minute is long for a test.
    Reflect.set(window, 'setTimeout', (/** @type {() => void} */ act, /** @type {number} */ ms) =>
      usual(act, ms === 30_000 ? 3_000 : ms),
    );
  };
  await withPage(`${url}/`, { before: impatient }, async ({ page }) => {
    await listed(page);
    // Held back without end.
    await page.route('**/items?*status=closed*', () => {});
    await page.locator('.chip-closed').click();
    await page.locator('.notice[role=alert]').waitFor();
    assert.match((await page.locator('.notice[role=alert]').textContent()) ?? '', /не ответил вовремя/);
    await page.unroute('**/items?*status=closed*');
    await page.locator('.notice[role=alert] button').click();
    await page.locator('.rows').waitFor();
  });
});
