// Density: a picture from near, a comparison by residents from afar.

import assert from 'node:assert/strict';
import { ENGINES, withPage } from '../support/browser.js';
import { cameraOf, colours, comeNearer, drawn, lastRequest, picture, said, settled, until } from '../support/page.js';
import { demoServer, json } from '../support/server.js';
import { test } from '../support/test.js';

/**
 * Pixels from yellow to brown: the ramp of density over light ground.
 * @param {import('playwright-core').Page} page
 */
async function warmPixels(page) {
  let warm = 0;
  for (const [colour, count] of colours(await picture(page))) {
    const [red, green, blue] = [0, 2, 4].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
    if (Number(red) - Number(blue) > 70 && Number(red) > Number(green)) warm += count;
  }
  return warm;
}

/**
 * The values that the legend stands by, and those that the service gives for the zoom of the pictures on the screen.
 * @param {import('playwright-core').Page} page
 * @param {string[]} requests
 */
async function legendAndApi(page, requests) {
  const { zoom } = cameraOf(await settled(page));
  await page.locator('.heat-values').waitFor();
  const written = await page.$$eval('.heat-values data', (all) =>
    all.map((each) => Number(each.getAttribute('value'))),
  );
  const tile = new URL(lastRequest(requests, /\/tiles\/.*\.png/) ?? '');
  const [layer] = /heat|appeals-heat/.exec(tile.pathname) ?? [];
  const { legend } = await json(`${tile.origin}/tiles/${layer}.json${tile.search}`);
  const z = Math.round(zoom + 1);
  assert.match(tile.pathname, new RegExp(`/${z}/\\d+/\\d+`), 'pictures are of the zoom of the legend');
  const stops = legend.zooms.find((/** @type {any} */ each) => each.z === z).stops;
  return { written, told: stops.map((/** @type {any} */ { value }) => value) };
}

for (const [mode, layer] of /** @type {const} */ ([
  ['objects', 'heat'],
  ['appeals', 'appeals-heat'],
])) {
  test(`the switch draws the density of ${mode} and takes it away`, async () => {
    const { url } = await demoServer();
    await withPage(`${url}/?mode=${mode}#map=10.5/48.48/135.1`, {}, async ({ page, requests }) => {
      await drawn(page);
      assert.equal(lastRequest(requests, /heat/), undefined);
      await page.locator('.heat-switch').click();
      const tile = await until(
        'heat is asked for',
        async () => lastRequest(requests, /\/tiles\/.*\.png/),
        (now) => now !== undefined,
      );
      assert.match(tile ?? '', new RegExp(`/tiles/${layer}/`));
      await until(
        'heat is drawn',
        () => warmPixels(page),
        (warm) => warm > 5_000,
      );
      await page.locator('.heat-values').waitFor();
      assert.match((await page.locator('.legend').textContent()) ?? '', /Плотность.*км².*Радиус сглаживания \d+/);
      assert.match(page.url(), /layers=heat/);
      await page.locator('.heat-switch').click();
      await drawn(page);
      await until(
        'heat is gone',
        () => warmPixels(page),
        (warm) => warm < 5_000,
      );
    });
  });
}

for (const [engine, options] of ENGINES) {
  test(`from afar density gives way to a rate by residents, and the page says so${engine}`, async () => {
    const { url } = await demoServer();
    await withPage(`${url}/?layers=heat`, options, async ({ page, requests }) => {
      await drawn(page);
      assert.match((await page.locator('.mode-bar .map-hint').textContent()) ?? '', /10.000 жителей/);
      assert.match((await page.locator('.legend').textContent()) ?? '', /Открыто на 10.000 жителей.*мало данных/);
      assert.equal(lastRequest(requests, /\/tiles\/.*\.png/), undefined);
      await until(
        'municipalities are coloured',
        () => warmPixels(page),
        (warm) => warm > 5_000,
      );
    });
  });
}

test('the legend of density has the numbers of the service, under a filter and by every weight', async () => {
  const { url } = await demoServer();
  await withPage(`${url}/?cat=roads&layers=heat#map=10/48.48/135.1`, {}, async ({ page, requests }) => {
    await drawn(page);
    for (const [weight, unit] of [
      ['count', /объектов на .*км²/],
      ['overdue', /просроченных на .*км²/],
      ['severity', /баллов тяжести на .*км²/],
      ['cost', /₽ на .*км²/],
      ['per_resident', /на 10.000 жителей и на .*км²/],
    ]) {
      await page.locator('.weight-select').selectOption(String(weight));
      await until(
        `the unit of ${weight}`,
        async () => (await page.locator('.heat-unit').textContent()) ?? '',
        (words) => /** @type {RegExp} */ (unit).test(words),
      );
      const same = await until(
        `the values of ${weight}`,
        () => legendAndApi(page, requests),
        ({ written, told }) => written.join() === told.join(),
      );
      assert(same.written.length === 5 && same.written[0] === 0 && Number(same.written[4]) > 0);
      if (weight !== 'count') assert.match(page.url(), new RegExp(`weight=${weight}`));
    }
  });
});

test('density is compared with an earlier period: what is more, what is fewer, and how much', async () => {
  const { url } = await demoServer();
  await withPage(`${url}/?layers=heat#map=10.5/48.48/135.1`, {}, async ({ page, requests }) => {
    await drawn(page);
    await page.locator('.versus-select').selectOption('previous');
    // There was no period, so it is the last year.
    const query = await until(
      'the period is in the address',
      async () => new URL(page.url()).searchParams,
      (now) => now.get('versus') === 'previous' && now.has('from') && now.has('to'),
    );
    const [from, to] = [query.get('from'), query.get('to')].map((day) => Date.parse(String(day)));
    assert(from && to && to - from > 363 * 86_400_000 && to - from < 366 * 86_400_000);
    const before = new Date(from - 86_400_000).toISOString().slice(0, 10);
    await until(
      'pictures of the difference',
      async () => lastRequest(requests, /\/tiles\/heat\/.*\.png/) ?? '',
      (tile) => tile.includes(`versus_to=${before}`),
    );
    const same = await until(
      'the values of the difference',
      () => legendAndApi(page, requests),
      ({ written, told }) => written.join() === told.join(),
    );
    assert(Number(same.written[0]) < 0 && same.written[2] === 0 && Number(same.written[4]) > 0);
    const words = (await page.locator('.legend').textContent()) ?? '';
    assert.match(words, /стало меньше.*стало больше.*в год.*По сравнению с \d\d\.\d\d\.\d{4}/s);
    await until(
      'purple and orange',
      () => purpleAndOrange(page),
      ([purple, orange]) => purple > 300 && orange > 300,
    );
    // The same address shows the same, and another choice asks for another period.
    await page.reload();
    await drawn(page);
    assert.equal(await page.locator('.versus-select').inputValue(), 'previous');
    await page.locator('.versus-select').selectOption('year');
    await until(
      'the same days of the year before',
      async () => lastRequest(requests, /\/tiles\/heat\/.*\.png/) ?? '',
      (tile) => tile.includes(`versus_to=${Number(query.get('to')?.slice(0, 4)) - 1}`),
    );
    await page.locator('.versus-select').selectOption('');
    await until(
      'density again',
      async () => new URL(page.url()).searchParams.has('versus'),
      (compared) => !compared,
    );
  });
});

/**
 * Pixels of a difference on light ground: purple where there is less, orange where there is more.
 * @param {import('playwright-core').Page} page
 * @returns {Promise<[number, number]>}
 */
async function purpleAndOrange(page) {
  let [purple, orange] = [0, 0];
  for (const [colour, count] of colours(await picture(page))) {
    const [red, green, blue] = [0, 2, 4].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
    if (Number(blue) - Number(green) > 20 && Number(blue) > Number(red)) purple += count;
    if (Number(red) - Number(blue) > 40 && Number(red) > Number(green)) orange += count;
  }
  return [purple, orange];
}

test('hexagons count objects, have a legend of classes, and say what they hold', async () => {
  const { url } = await demoServer();
  await withPage(`${url}/?layers=heat#map=10.5/48.48/135.1`, {}, async ({ page, requests }) => {
    await drawn(page);
    await page.getByRole('button', { name: 'Шестиугольники' }).click();
    await until(
      'hexagons are asked for',
      async () => lastRequest(requests, /\/tiles\/hexes\/.*\.mvt/),
      (tile) => tile !== undefined,
    );
    await until(
      'hexagons are drawn',
      () => warmPixels(page),
      (warm) => warm > 2_000,
    );
    assert.match(page.url(), /layers=hexes/);
    const classes = page.locator('.legend-classes li');
    assert.deepEqual(await classes.locator('span').allTextContents(), [
      '1 – 2',
      '3 – 9',
      '10 – 29',
      '30 – 99',
      '≥ 100',
    ]);
    await page.locator('#map canvas').focus();
    await page.keyboard.press('n');
    await until(
      'a hexagon is said',
      () => said(page),
      (words) => /Шестиугольник: \d+ объект.*открыто \d+, просрочено \d+/.test(words),
    );
    await comeNearer(page);
    await settled(page);
    // Appeals have no hexagons.
    await page.getByRole('button', { name: 'Обращения' }).click();
    await until(
      'density of appeals',
      async () => lastRequest(requests, /\/tiles\/appeals-heat\/.*\.png/),
      (tile) => tile !== undefined,
    );
  });
});
