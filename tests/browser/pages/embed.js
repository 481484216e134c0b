// A frame inside the page of another site: shown where its key says so, refused elsewhere.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { executable, withPage } from '../support/browser.js';
import { assertNotBlank, cameraOf, settled, until } from '../support/page.js';
import { atlas, demoServer, folder, serve } from '../support/server.js';
import { test } from '../support/test.js';

/**
 * Another site: whatever is asked for, it answers with this document.
 * @param {() => string} document
 */
async function site(document) {
  const server = createServer((_, response) => {
    response.setHeader('Content-Type', 'text/html; charset=utf-8');
    response.end(document());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  assert(address && typeof address === 'object');
  return { origin: `http://127.0.0.1:${address.port}`, close: () => server.close() };
}

test('a frame renders on a site of its list, is refused on another, and asks for little', async () => {
  let code = '';
  const listed = await site(() => code);
  const stranger = await site(() => code);
  const browser = await chromium.launch({ executablePath: executable(), args: ['--no-sandbox'] });
  try {
    const data = join(await folder(), 'data');
    await atlas('demo', '--data', data, '--problems', '600', '--appeals', '600', '--assessments', '600');
    const key = await atlas('embed', 'add', '--data', data, '--label', 'site', '--origin', listed.origin);
    const server = await serve(data);
    const builder = await browser.newPage();
    await builder.goto(`${server.url}/en/embed-builder?key=${key}&mun=lazo`);
    code = `<!doctype html><title>site</title>${await builder.locator('pre').first().textContent()}`;
    assert.match(code, /<iframe src=/);

    const page = await browser.newPage();
    /** @type {string[]} */
    const asked = [];
    page.on('request', (request) => asked.push(request.url()));
    await page.goto(listed.origin);
    const frame = page.frameLocator('iframe');
    await frame.locator('svg.map').waitFor();
    assert.match((await frame.locator('p.lead').textContent()) ?? '', /объект/);
    const own = asked.filter((url) => url.startsWith(server.url));
    assert(own.length <= 3, own.join('\n'));
    assert(!own.some((url) => /engine|maplibre|index-/.test(url)));
    assert.deepEqual(await page.context().cookies(), []);

    const refused = await browser.newPage();
    const policy = refused.waitForEvent('console', (message) => /frame-ancestors/.test(message.text()));
    await refused.goto(stranger.origin);
    await policy;
    assert.equal(await refused.frameLocator('iframe').locator('svg.map').count(), 0);

    await builder.goto(`${server.url}/embed-builder?key=${key}`);
    const element = await builder.locator('pre').nth(1).textContent();
    code = `<!doctype html><title>site</title>${element}`;
    await page.goto(listed.origin);
    await page.frameLocator('atlas-map iframe').locator('svg.map').waitFor();
  } finally {
    await browser.close();
    listed.close();
    stranger.close();
  }
});

test('a frame gets the height of what it holds, and believes nobody else (E10)', async () => {
  let code = '';
  const around = await site(() => code);
  const browser = await chromium.launch({ executablePath: executable(), args: ['--no-sandbox'] });
  try {
    const data = join(await folder(), 'data');
    await atlas('demo', '--data', data, '--problems', '300', '--appeals', '300', '--assessments', '300');
    const key = await atlas('embed', 'add', '--data', data, '--label', 'site', '--origin', around.origin);
    const server = await serve(data);
    code = `<!doctype html><title>site</title><script src="${server.url}/embed.js"></script>
      <atlas-map src="${server.url}/e/${key}?mun=lazo"></atlas-map>`;
    const page = await browser.newPage({ viewport: { width: 800, height: 900 } });
    await page.goto(around.origin);
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
  } finally {
    await browser.close();
    around.close();
  }
});

test('the application in a frame is drawn, leaves the wheel to the page around it, and says how to zoom (E18)', async () => {
  const { url, key } = await demoServer();
  await withPage(`${url}/e/${key}/live?status=open#map=9/48.5/135.1`, { width: 900, height: 700 }, async ({ page }) => {
    await assertNotBlank(page);
    const before = await settled(page);
    const box = await page.locator('#map').boundingBox();
    assert(box);
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await page.mouse.wheel(0, -400);
    await page.locator('.maplibregl-cooperative-gesture-screen').waitFor();
    assert.match(
      (await page.locator('.maplibregl-cooperative-gesture-screen').textContent()) ?? '',
      /крутите колесо с клавишей Ctrl/,
    );
    assert.equal(await settled(page), before);
    await page.keyboard.down('Control');
    await page.mouse.wheel(0, -400);
    await page.keyboard.up('Control');
    await until(
      'the map is nearer',
      async () => cameraOf(page.url()).zoom,
      (zoom) => zoom > cameraOf(before).zoom,
    );
  });
});
