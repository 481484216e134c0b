// The period of registration and the day that is looked at.

import assert from 'node:assert/strict';
import { withPage } from '../support/browser.js';
import { assertNotBlank, counts, drawn, lastRequest, listed, settled, until } from '../support/page.js';
import { demoServer, json, matched } from '../support/server.js';
import { test } from '../support/test.js';

test('a period is chosen by keys on two thumbs, by steps and by days, and is in the address (E12)', async () => {
  const { url } = await demoServer();
  await withPage(`${url}/`, {}, async ({ page, requests }) => {
    await drawn(page);
    await listed(page);
    await page.locator('.period-switch').click();
    const [first, last] = [page.locator('.period-thumb').first(), page.locator('.period-thumb').last()];
    await first.waitFor();
    /** @param {RegExp} wanted */
    const agrees = async (wanted) => {
      assert.match(page.url(), wanted);
      const query = new URL(page.url()).searchParams;
      const filter = [
        ['registered_from', query.get('from')],
        ['registered_to', query.get('to')],
      ].flatMap(([name, day]) => (day ? [`${name}=${day}`] : []));
      const told = await matched(url, 'problems', filter.join('&'));
      await until(
        `what was registered then is listed (${filter})`,
        () => counts(page),
        ({ all }) => all === told,
      );
    };
    // An arrow is a day, a page a month; the thumbs do not pass one another.
    await last.focus();
    await page.keyboard.press('ArrowLeft');
    await agrees(/[?&]to=\d{4}-\d\d-\d\d/);
    const to = () => new URL(page.url()).searchParams.get('to') ?? '';
    const day = to();
    await page.keyboard.press('ArrowLeft');
    assert.equal(Date.parse(day) - Date.parse(to()), 86_400_000);
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('PageDown');
    const days = (Date.parse(day) - Date.parse(to())) / 86_400_000;
    assert(days >= 28 && days <= 31, `a page is ${days} days`);
    await page.keyboard.press('PageUp');
    assert(to() >= day, 'a page up is a month later');
    await first.focus();
    await page.keyboard.press('End');
    assert.equal(await first.getAttribute('aria-valuetext'), await last.getAttribute('aria-valuetext'));
    await agrees(/[?&]from=\d{4}-\d\d-\d\d&to=/);
    const month = page.url();
    await page.locator('.period-slider .icon-button').first().click();
    assert.notEqual(page.url(), month);
    await agrees(/from=/);
    assert.match(lastRequest(requests, /\/tiles\/problems\/.*\.mvt/) ?? '', /registered_from=/);

    await page.locator('.day input').nth(0).fill('2024-02-29');
    await page.locator('.day input').nth(1).fill('2025-06-30');
    await agrees(/from=2024-02-29&to=2025-06-30/);
    assert.match((await page.locator('.conditions').textContent()) ?? '', /29\.02\.2024.*30\.06\.2025/);
    await assertNotBlank(page);
    await page.locator('.period-words .link-button').click();
    assert.doesNotMatch(page.url(), /from=|to=/);
    await page.locator('.period-close').click();
    assert.equal(await page.locator('.period').count(), 0);
  });
});

test('a day of the past shows what was known then, on the map, in the list and in the card', async () => {
  const { url } = await demoServer();
  const day = '2025-06-01';
  const then = await matched(url, 'problems', `as_of=${day}`);
  assert(then > 0 && then < (await matched(url, 'problems')));
  await withPage(`${url}/?at=${day}`, {}, async ({ page, requests }) => {
    await drawn(page);
    await until(
      'what was known is counted',
      () => counts(page),
      ({ shown, all }) => shown === then && all === then,
    );
    assert.match((await page.locator('.conditions').textContent()) ?? '', /Состояние на 1 июня 2025/);
    assert.match(lastRequest(requests, /\/tiles\/problems\/.*\.mvt/) ?? '', /as_of=2025-06-01/);
    await page.locator('.rows a').first().click();
    await page.locator('.card .deadline').waitFor();
    const id = new URL(page.url()).searchParams.get('o');
    const known = await json(`${url}/api/problems/${id}?as_of=${day}`);
    assert.equal(await page.locator('.card .history li').count(), known.events.length);
    // Days are counted to the end of that day.
    const days = Math.ceil((Date.parse(`${day}T13:59:59.999Z`) - Date.parse(known.current_due)) / 86_400_000);
    const words = (await page.locator('.deadline-words').textContent()) ?? '';
    assert(words.replace(/\D/g, '') === String(days), `${words} is not ${days} days`);
    await page.keyboard.press('Escape');
    await page.locator('.condition').click();
    const now = await matched(url, 'problems');
    await until(
      'today is listed',
      () => counts(page),
      ({ all }) => all === now,
    );
  });
});

test('the scale of deadlines reaches into the future (E12)', async () => {
  const { url } = await demoServer();
  await withPage(`${url}/?status=open`, {}, async ({ page, requests }) => {
    await drawn(page);
    await listed(page);
    await page.locator('.period-switch').click();
    await page.getByRole('button', { name: 'Срок', exact: true }).click();
    const [first, last] = [page.locator('.period-thumb').first(), page.locator('.period-thumb').last()];
    await page.locator('.period-bars rect[data-now="true"]').waitFor({ state: 'attached' });
    const [now, end] = await page.$$eval('.period-bars rect', (bars) => [
      bars.findIndex((bar) => bar.getAttribute('data-now') === 'true'),
      bars.length - 1,
    ]);
    assert(Number(now) >= 0 && Number(now) < Number(end), 'nothing is due after this month');
    await first.focus();
    // From the end backwards: what is due last.
    await page.keyboard.press('End');
    await until(
      'only late deadlines are left',
      async () => page.url(),
      (address) => /due_from=\d{4}-\d\d-\d\d/.test(address),
    );
    const from = new URL(page.url()).searchParams.get('due_from') ?? '';
    assert(from > new Date().toISOString().slice(0, 10), `${from} is in the future`);
    const told = await matched(url, 'problems', `status=open&due_from=${from}`);
    await until(
      'they are listed',
      () => counts(page),
      ({ all }) => all === told,
    );
    await drawn(page);
    assert.match(lastRequest(requests, /\/tiles\/problems\/.*\.mvt/) ?? '', /due_from=/);
    assert.match((await page.locator('.conditions').textContent()) ?? '', /Срок с \d\d\.\d\d\.\d{4}/);
    assert.equal(await last.getAttribute('aria-valuetext'), await first.getAttribute('aria-valuetext'));
    // Whoever wants nothing to move by itself is not offered it.
    assert.equal(await page.locator('.playback').count(), 0);
    await page.emulateMedia({ reducedMotion: 'no-preference' });
    await page.locator('.period-words .link-button').first().click();
    await page.locator('.playback').click();
    const begun = page.url();
    await until(
      'time goes on by itself',
      async () => page.url(),
      (address) => address !== begun && /due_to=/.test(address),
    );
    await page.locator('.playback').click();
    assert.equal(await page.locator('.playback').textContent(), 'Показать по месяцам');
  });
});

test('stopped playback keeps the address and asks for nothing (E12)', async () => {
  const { url } = await demoServer();
  const hasty = () => {
    const usual = window.setTimeout;
    // A step of the playback is long for a test.
    Reflect.set(window, 'setTimeout', (/** @type {() => void} */ act, /** @type {number} */ ms) =>
      usual(act, ms === 1_500 ? 100 : ms),
    );
  };
  await withPage(`${url}/`, { before: hasty }, async ({ page, requests }) => {
    await drawn(page);
    await listed(page);
    await page.emulateMedia({ reducedMotion: 'no-preference' });
    await page.locator('.period-switch').click();
    const play = page.locator('.playback');
    assert.equal(await play.textContent(), 'Показать по месяцам');
    await play.click();
    const begun = await until(
      'time goes on',
      async () => page.url(),
      (address) => /[?&]to=/.test(address),
    );
    await until(
      'and on',
      async () => page.url(),
      (address) => address !== begun,
    );
    await play.click();
    // The page knows its address before the browser's news of it arrive.
    const [still, asked] = [await page.evaluate(() => location.href), requests.length];
    // Settled is still for five steps.
    assert.equal(await settled(page), still);
    const tos = requests.slice(asked).map((address) => new URL(address).searchParams.get('registered_to'));
    assert.deepEqual([...new Set(tos.filter((to) => to !== null && to !== new URL(still).searchParams.get('to')))], []);
  });
});
