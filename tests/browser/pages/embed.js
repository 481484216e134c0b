// A frame inside the page of another site: shown where its key says so, refused elsewhere, and leaving to that page what is
// its own.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { PNG } from 'pngjs';
import { MAP_MS, withPage } from '../support/browser.js';
import { cameraOf, colours, drawn, listed, until } from '../support/page.js';
import { atlas, demoServer, folder, serve } from '../support/server.js';
import { test } from '../support/test.js';

/** @typedef {import('playwright-core').Page} Page */
/** @typedef {import('playwright-core').Frame} Frame */

const TITLE = '<!doctype html><html lang="ru"><meta charset="utf-8"><title>Сайт</title><link rel="icon" href="data:,">';

/**
 * Another site: whatever is asked for, it answers with the document that it was last given.
 */
async function site() {
  let document = '';
  const server = createServer((_, response) => {
    response.setHeader('Content-Type', 'text/html; charset=utf-8');
    response.end(TITLE + document);
  });
  server.listen(0, '127.0.0.1');
  server.unref();
  await once(server, 'listening');
  const address = server.address();
  assert(address && typeof address === 'object');
  const host = `127.0.0.1:${address.port}`;
  return {
    host,
    origin: `http://${host}`,
    show: (/** @type {string} */ html) => {
      document = html;
    },
  };
}

/** @type {ReturnType<typeof make> | undefined} */
let made;

/** A region, a site that may frame it, and one that may not. */
function framed() {
  made ??= make();
  return made;
}

async function make() {
  const [listed, stranger] = [await site(), await site()];
  const data = join(await folder(), 'data');
  await atlas('demo', '--data', data, '--problems', '600', '--appeals', '600', '--assessments', '600');
  const key = await atlas('embed', 'add', '--data', data, '--label', 'site', '--origin', listed.origin);
  const { url } = await serve(data);
  return { listed, stranger, key, url, hosts: [listed.host, new URL(url).host] };
}

/**
 * A code of the page of codes.
 * @param {string} address
 * @param {'frame' | 'script' | 'static'} way
 */
async function codeOf(address, way) {
  let code = '';
  await withPage(address, {}, async ({ page }) => {
    code = await page.locator(`#embed-${way}`).inputValue();
  });
  return code;
}

/** @param {Page} page */
async function frameIn(page) {
  const element = await page.locator('iframe').elementHandle();
  const frame = await element?.contentFrame();
  assert(frame, 'there is a frame');
  return frame;
}

/**
 * The live map of a frame is drawn, and not blank.
 * @param {Page} page
 * @param {Frame} frame
 */
async function live(page, frame) {
  await frame.waitForSelector('#map[data-stage="live"][aria-busy="false"]', { timeout: MAP_MS });
  await page.locator('iframe').scrollIntoViewIfNeeded();
  const seen = colours(PNG.sync.read(await page.locator('iframe').screenshot())).size;
  assert(seen >= 20, `the frame has ${seen} colours`);
}

/**
 * Turns the wheel over the middle of the frame's map.
 * @param {Page} page
 * @param {number} dy
 */
async function wheelOver(page, dy) {
  const box = await page.locator('iframe').boundingBox();
  assert(box);
  await page.mouse.move(box.x + box.width / 2, box.y + Math.min(box.height / 2, 250));
  await page.mouse.wheel(0, dy);
}

/** @param {Frame} frame */
async function zoomOf(frame) {
  return cameraOf(await frame.evaluate(() => location.href)).zoom;
}

test('a frame renders on a site of its list, is refused on another, and asks for little (E10)', async () => {
  const { listed, stranger, key, url, hosts } = await framed();
  const code = await codeOf(`${url}/en/embed-builder?key=${key}&mun=lazo`, 'frame');
  assert.match(code, /^<iframe src=/);
  listed.show(code);
  await withPage(listed.origin, { host: hosts }, async ({ page, requests }) => {
    const frame = page.frameLocator('iframe');
    await frame.locator('svg.map').waitFor();
    assert.match((await frame.locator('p.lead').textContent()) ?? '', /object/);
    const own = requests.filter((address) => address.startsWith(url));
    assert(own.length <= 3, own.join('\n'));
    assert(!own.some((address) => /engine|maplibre|index-/.test(address)));
    assert.deepEqual(await page.context().cookies(), []);
    // The text twin below the frame.
    assert.match((await page.locator('body > p a').getAttribute('href')) ?? '', /\/en\/table\?mun=lazo/);
  });
  stranger.show(code);
  await withPage(stranger.origin, { host: [stranger.host, new URL(url).host] }, async ({ page, allow }) => {
    allow(/frame-ancestors|ERR_BLOCKED_BY_RESPONSE/);
    await page.locator('iframe').waitFor();
    assert.equal(await page.frameLocator('iframe').locator('svg.map').count(), 0);
  });
});

test('the script code and the static code render on another site (E10)', async () => {
  const { listed, key, url, hosts } = await framed();
  listed.show(await codeOf(`${url}/embed-builder?key=${key}&height=640`, 'script'));
  await withPage(listed.origin, { host: hosts }, async ({ page }) => {
    await page.frameLocator('atlas-map iframe').locator('svg.map').waitFor();
  });
  listed.show(await codeOf(`${url}/embed-builder?mun=lazo`, 'static'));
  await withPage(listed.origin, { host: hosts }, async ({ page }) => {
    const picture = page.locator('a > img');
    await until(
      'the picture is there',
      () => picture.evaluate((image) => /** @type {HTMLImageElement} */ (image).naturalWidth),
      (width) => width === 1440,
    );
    assert.match((await picture.getAttribute('alt')) ?? '', /объект/);
    const box = await picture.boundingBox();
    const given = Number(await picture.getAttribute('height'));
    assert(box && Math.abs((box.height / box.width) * 720 - given) <= 2, `${JSON.stringify(box)} for ${given}`);
  });
});

test("the dialog's own code, pasted into another site, opens a live map that stores nothing (E10, E22)", async () => {
  const { listed: around, key, url, hosts } = await framed();
  await withPage(`${url}/?status=open#map=8/48.6/135.3`, {}, async ({ page }) => {
    await drawn(page);
    await listed(page);
    await page.locator('.header-tools .icon-button').first().click();
    await page.locator('dialog .share-part').nth(1).locator('input').fill(key);
    await page.locator('dialog .share-row .button').nth(1).and(page.locator(':enabled')).waitFor();
    around.show(await page.locator('dialog textarea').inputValue());
  });
  const watch = () => {
    const touched = /** @type {string[]} */ ([]);
    Reflect.set(window, 'touched', touched);
    for (const name of /** @type {const} */ (['getItem', 'setItem', 'removeItem'])) {
      const usual = Storage.prototype[name];
      /** @this {Storage} @param {string[]} values */
      const told = function (...values) {
        touched.push(`${name} ${values[0]}`);
        return Reflect.apply(usual, this, values);
      };
      Reflect.set(Storage.prototype, name, told);
    }
    const open = IDBFactory.prototype.open;
    IDBFactory.prototype.open = function (...values) {
      touched.push('indexedDB');
      return open.apply(this, values);
    };
  };
  await withPage(around.origin, { host: hosts, before: watch }, async ({ page }) => {
    const frame = await frameIn(page);
    await frame.locator('a.button').first().click();
    await live(page, frame);
    assert.equal(cameraOf(frame.url()).zoom, 8, 'the live map looks where the code says');
    assert.equal(await frame.locator('.header').count(), 0, 'the site has a header of its own');
    const whole = frame.locator('.frame-foot a');
    assert.equal(await whole.getAttribute('rel'), 'noopener');
    assert.match((await whole.getAttribute('href')) ?? '', new RegExp(`^${url}/\\?status=open#map=8/`));
    assert.deepEqual(await frame.evaluate(() => Reflect.get(window, 'touched')), []);
    assert.equal(await frame.evaluate(() => document.cookie), '');
    assert.deepEqual(await page.context().cookies(), []);
  });
});

test('a frame gets the height of what it holds, and believes nobody else (E10)', async () => {
  const { listed, key, url, hosts } = await framed();
  listed.show(`<script src="${url}/embed.js"></script><atlas-map src="${url}/e/${key}?mun=lazo"></atlas-map>`);
  await withPage(listed.origin, { width: 800, height: 900, host: hosts }, async ({ page }) => {
    const height = () => page.locator('iframe').evaluate((frame) => Number(frame.getAttribute('height')));
    const inside = () =>
      page
        .frameLocator('iframe')
        .locator('main')
        .evaluate((main) => main.getBoundingClientRect().bottom);
    const told = await until('the frame is as high as its content', height, (now) => now !== 560);
    assert(Math.abs(told - (await inside())) <= 20, `${told} px for ${await inside()} px`);
    // The table unfolds, and the frame grows.
    await page.frameLocator('iframe').locator('summary').click();
    const more = await until('the frame grows', height, (now) => now > told);
    await page.evaluate(() => postMessage({ type: 'atlas:height', v: 1, id: 'atlas-map-1', height: 3000 }, '*'));
    assert.equal(await height(), more);
  });
});

for (const engine of /** @type {const} */ (['gl', 'raster'])) {
  test(`over the live map of a frame the wheel scrolls the page around, and zooms with Ctrl: ${engine} (E18, E20)`, async () => {
    const { listed, key, url, hosts } = await framed();
    const address = `${url}/e/${key}/live?status=open&engine=${engine}#map=9/48.5/135.1`;
    listed.show(
      `<p>До карты</p><iframe src="${address}" width="900" height="520"></iframe><div style="height:3000px"></div>`,
    );
    await withPage(listed.origin, { width: 1000, height: 700, host: hosts }, async ({ page }) => {
      const frame = await frameIn(page);
      await live(page, frame);
      const before = await zoomOf(frame);
      const scrolled = () => page.evaluate(() => scrollY);
      const from = await scrolled();
      await wheelOver(page, 120);
      await until('the page around is scrolled', scrolled, (now) => now > from);
      const words = engine === 'gl' ? '.maplibregl-cooperative-gesture-screen' : '.gesture-words';
      assert.match((await frame.locator(words).textContent()) ?? '', /крутите колесо с клавишей Ctrl/);
      assert.equal(await zoomOf(frame), before);
      await page.keyboard.down('Control');
      await wheelOver(page, -400);
      await page.keyboard.up('Control');
      await until(
        'the map is nearer',
        () => zoomOf(frame),
        (zoom) => zoom > before,
      );
    });
  });
}

test('in a live frame a resident gets to an object by two presses: on the donut, and on the object', async () => {
  const around = await site();
  const place = await folder();
  const [file, data] = [join(place, 'problems.geojson'), join(place, 'data')];
  const [lon, lat, step] = [135.0717, 48.4801, 0.0004];
  const features = [-1, 1].map((side) => ({
    type: 'Feature',
    geometry: { type: 'Point', coordinates: [lon + side * step, lat] },
    properties: { source_id: `${side}`, title: `Яма ${side}`, category: 'roads.pothole', status: 'registered' },
  }));
  await writeFile(file, JSON.stringify({ type: 'FeatureCollection', features }));
  await atlas('import', 'problems', file, '--data', data);
  const key = await atlas('embed', 'add', '--data', data, '--label', 'site', '--origin', around.origin);
  const { url } = await serve(data);
  around.show(
    `<iframe src="${url}/e/${key}/live#map=10/${lat}/${lon}" title="Карта" width="800" height="520"></iframe>`,
  );
  await withPage(around.origin, { host: [around.host, new URL(url).host] }, async ({ page }) => {
    const frame = await frameIn(page);
    await live(page, frame);
    const press = async (/** @type {number} */ east) => {
      const box = await frame.locator('#map').boundingBox();
      assert(box);
      await page.mouse.click(box.x + box.width / 2 + east, box.y + box.height / 2);
    };
    await press(0);
    const zoom = await until(
      'the donut opens',
      () => zoomOf(frame),
      (now) => now > 11,
    );
    const at = await until(
      'the map rests',
      async () => {
        const before = await frame.evaluate(() => location.href);
        await new Promise((resolve) => setTimeout(resolve, 500));
        return (await frame.evaluate(() => location.href)) === before ? cameraOf(before) : null;
      },
      (camera) => camera !== null,
    );
    await live(page, frame);
    assert(at && at.zoom >= zoom);
    // A world is 512 pixels wide at zoom 0.
    await press(((lon + step - at.lon) / 360) * 512 * 2 ** at.zoom);
    // Until its card has come, an object is called by its number.
    await frame.locator('.card h2', { hasText: 'Яма 1' }).waitFor();
  });
});

test('an editor gets from the map to a code for the same view by two presses, and without a script too (E10)', async () => {
  const { url } = await demoServer();
  await withPage(`${url}/?mun=lazo&status=overdue&theme=dark`, { width: 1440, height: 900 }, async ({ page }) => {
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await listed(page);
    await page.locator('.header .pages a').last().click();
    await page.locator('[data-copies]').first().click();
    const copied = () => page.evaluate(() => navigator.clipboard.readText());
    assert.match(
      await copied(),
      /<img src="[^"]*\/e\/map\.png\?mun=lazo&amp;scale=2|<img src="[^"]*mun=lazo&amp;status=overdue/,
    );
    assert.match(await copied(), /theme=dark/);
    assert.match((await page.locator('.code [role=status]').first().textContent()) ?? '', /Скопировано/);
    // A choice writes the codes anew, and the address with them.
    await page.locator('[name=mode]').selectOption('rating');
    await until(
      'the code is of the rating',
      () => page.locator('#embed-static').inputValue(),
      (code) => /mode=rating/.test(code),
    );
    assert.match(page.url(), /mode=rating/);
    assert.equal(await page.locator('.preview').evaluate((each) => each.tagName), 'IMG');
  });
  const html = await (await fetch(`${url}/embed-builder?mun=lazo`)).text();
  assert.match(html, /<form[^>]*method="get"/);
  assert.match(html, /<textarea id="embed-static" readonly/);
  assert.match(html, /<button type="button" data-copies="embed-static"[^>]* hidden>/);
});
