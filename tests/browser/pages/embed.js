// A frame inside the page of another site: shown where its key says so, refused elsewhere.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { executable } from '../support/browser.js';
import { atlas, folder, serve } from '../support/server.js';
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
