// What comes in while the page is open shows without a reload.

import assert from 'node:assert/strict';
import { withPage } from '../support/browser.js';
import { assertNotBlank, counts, drawn, listed, numberIn, settled, until } from '../support/page.js';
import { demoServer } from '../support/server.js';
import { test } from '../support/test.js';

test('an appeal that a program sends is on the open page without a reload', async () => {
  const { url, token } = await demoServer();
  await withPage(`${url}/?mode=appeals#map=15/48.4801/135.0717`, {}, async ({ page }) => {
    await drawn(page);
    await listed(page);
    const before = await counts(page);
    await page.evaluate(() => {
      document.body.dataset.sameDocument = 'yes';
    });
    const response = await fetch(`${url}/api/appeals`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` },
      body: JSON.stringify({ category: 'roads.pothole', lon: 135.0717, lat: 48.4801, text: 'Яма во дворе' }),
    });
    assert.equal(response.status, 201, await response.clone().text());
    const { id } = await response.json();
    await until(
      'one more is counted',
      () => counts(page),
      ({ shown, all }) => shown === before.shown + 1 && all === before.all + 1,
    );
    // The newest comes first.
    await until(
      'it is listed',
      () => page.locator('.rows a').first().getAttribute('href'),
      (href) => href?.includes(id) ?? false,
    );
    assert.equal(await page.evaluate(() => document.body.dataset.sameDocument), 'yes');
    await page.locator('.rows a').first().click();
    await page.locator('.card .facts').waitFor();
    // Its words wait for a moderator.
    assert.doesNotMatch((await page.locator('body').textContent()) ?? '', /Яма во дворе/);
    await page.keyboard.press('Escape');
    await assertNotBlank(page);
  });
});

/**
 * @param {{ url: string, token: string }} server
 */
async function sendAppeal({ url, token }) {
  const response = await fetch(`${url}/api/appeals`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` },
    body: JSON.stringify({ category: 'roads.pothole', lon: 137.0071, lat: 50.5503, text: 'Яма у дома' }),
  });
  assert.equal(response.status, 201, await response.clone().text());
}

test('updates can be paused: nothing changes by itself, what waits is counted, and going on catches up', async () => {
  const server = await demoServer();
  await withPage(`${server.url}/?mode=appeals#map=15/50.5503/137.0071`, {}, async ({ page, requests }) => {
    await drawn(page);
    await listed(page);
    const before = await counts(page);
    const pause = page.getByRole('switch', { name: 'Приостановить обновления' });
    await pause.check();
    const asked = requests.length;
    await sendAppeal(server);
    await sendAppeal(server);
    // An appeal may touch the object that it is about too.
    const waiting = await until(
      'what waits is counted',
      () => page.locator('.waiting').textContent(),
      (words) => numberIn(`0${words}`) >= 2,
    );
    // Neither is the connection's return a reason to change anything.
    await page.evaluate(() => window.dispatchEvent(new Event('online')));
    await until(
      'that waits too',
      () => page.locator('.waiting').textContent(),
      (words) => words !== waiting,
    );
    await settled(page);
    assert.deepEqual(await counts(page), before);
    assert.deepEqual(
      requests.slice(asked).filter((address) => /\/(items|tiles|api)[/?]/.test(address)),
      [],
      'something was asked for by itself',
    );
    await pause.uncheck();
    await until(
      'both are counted',
      () => counts(page),
      ({ shown, all }) => shown === before.shown + 2 && all === before.all + 2,
    );
    assert.equal(await page.locator('.waiting').count(), 0);
    assert(
      requests.slice(asked).some((address) => /\/tiles\/appeals\//.test(address)),
      'the map is not asked for again',
    );
    await assertNotBlank(page);
  });
});

test('a page of the server says that its data have changed, moves nothing, and can be told to be silent', async () => {
  const { url, token } = await demoServer();
  const send = async () => {
    const response = await fetch(`${url}/api/appeals`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Authorization: `Bearer ${token}` },
      body: JSON.stringify({ category: 'roads.pothole', lon: 135.0717, lat: 48.4801, text: `Яма ${Math.random()}` }),
    });
    assert.equal(response.status, 201, await response.clone().text());
  };
  for (const address of ['/rating', '/en/plan?mun=lazo']) {
    await withPage(`${url}${address}`, {}, async ({ page, requests }) => {
      const listening = () => requests.filter((asked) => asked.endsWith('/api/events')).length;
      await until(
        'the page listens',
        async () => listening(),
        (n) => n === 1,
      );
      const status = page.locator('#news [role=status]');
      // The stream may still be on its way: changes come until one is heard.
      const heard = async () => {
        await send();
        return status.textContent();
      };
      assert.equal(await status.textContent(), '');
      const before = await page.locator('main table').first().innerHTML();
      await until('the page says it', heard, (text) => text !== '');
      assert.match((await status.textContent()) ?? '', /Данные обновились · Показать|The data have changed · Show/);
      assert.equal(await page.locator('main table').first().innerHTML(), before);
      await page.locator('#news input').uncheck();
      assert.equal(await status.textContent(), '');
      await send();
      await page.locator('#news input').check();
      await until(
        'it listens again',
        async () => listening(),
        (n) => n === 2,
      );
      await until('it says it again', heard, (text) => text !== '');
      await status.locator('a').click();
      await page.locator('#news:not([hidden])').waitFor();
      assert.equal(page.url(), `${url}${address}`);
      assert.equal(await status.textContent(), '');
    });
  }
  // A day of the past does not change.
  await withPage(`${url}/rating?at=2026-06-01`, {}, async ({ page }) => {
    assert.equal(await page.locator('#news').count(), 0);
  });
});
