// What a first visit costs.

import assert from 'node:assert/strict';
import { get } from 'node:http';
import { withPage } from '../support/browser.js';
import { drawn, listed } from '../support/page.js';
import { demoServer } from '../support/server.js';
import { test } from '../support/test.js';

const BEFORE_ENGINE = 90_000;
const IN_ALL = 700_000;

/**
 * Bytes of a body as a browser is sent it.
 * @param {string} url
 * @returns {Promise<number>}
 */
function encodedBytes(url) {
  return new Promise((resolve, reject) => {
    get(url, { headers: { 'Accept-Encoding': 'gzip, deflate, br, zstd' } }, (response) => {
      let bytes = 0;
      response.on('data', (chunk) => {
        bytes += chunk.length;
      });
      response.on('end', () => resolve(bytes));
      response.on('error', reject);
    }).on('error', reject);
  });
}

test('a first visit stays within its budget of bytes (E23)', async (context) => {
  const { url } = await demoServer();
  await withPage('about:blank', { host: new URL(url).host }, async ({ page, requests }) => {
    const session = await page.context().newCDPSession(page);
    await session.send('Network.enable');
    /** @type {Map<string, { url: string, type: string, bytes: number }>} */
    const sent = new Map();
    session.on('Network.responseReceived', ({ requestId, response, type }) => {
      sent.set(requestId, { url: response.url, type, bytes: 0 });
    });
    session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
      const found = sent.get(requestId);
      if (found) found.bytes = encodedDataLength;
    });
    await page.goto(url);
    await drawn(page);
    await listed(page);
    const all = [...sent.values()].filter(({ bytes }) => bytes > 0);
    // What the engine's worker is made of and what it asks for pass out of sight of the page.
    const seen = new Set(all.map(({ url }) => url));
    const unseen = new Set(
      requests.filter((address) => address.startsWith(url) && !seen.has(address) && !/events$/.test(address)),
    );
    for (const address of unseen) all.push({ url: address, type: 'Worker', bytes: await encodedBytes(address) });
    assert(all.some(({ url }) => /worker/.test(url)));
    assert(all.some(({ type, url }) => type === 'Worker' && /\.mvt/.test(url)));
    const sum = (/** @type {typeof all} */ some) => some.reduce((bytes, each) => bytes + each.bytes, 0);
    // What is asked for with the engine and after it comes when the page is there.
    const engine = all.findIndex(({ url }) => /engine|maplibre/.test(url));
    assert(engine > 0);
    const shell = all.slice(0, engine).filter(({ type }) => ['Document', 'Stylesheet', 'Script'].includes(type));
    const table = all
      .map(({ url, type, bytes }) => `${String(bytes).padStart(7)} ${type} ${new URL(url).pathname}`)
      .join('\n');
    context.diagnostic(
      `before the engine ${sum(shell)} bytes, in all ${sum(all)} bytes, ${all.length} requests\n${table}`,
    );
    assert(shell.length >= 3);
    assert(sum(shell) <= BEFORE_ENGINE, `${sum(shell)} bytes before the engine:\n${table}`);
    assert(sum(all) <= IN_ALL, `${sum(all)} bytes:\n${table}`);
  });
});
