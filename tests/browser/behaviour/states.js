// What is said when there is nothing to show, when it takes long, and when nobody answers (WEB.md 5.3).

import assert from 'node:assert/strict';
import { withPage } from '../support/browser.js';
import { counts, drawn, listed, numberIn, until } from '../support/page.js';
import { demoServer, matched } from '../support/server.js';
import { test } from '../support/test.js';

test('where the conditions leave nothing, the one in the way is named with what there is without it (E11)', async () => {
  const { url } = await demoServer();
  // What is closed has no deadline that runs.
  await withPage(`${url}/?due=30d&status=closed&mun=lazo`, {}, async ({ page }) => {
    const [soon, closed] = [
      await matched(url, 'problems', 'municipality=lazo&due=30d'),
      await matched(url, 'problems', 'municipality=lazo&status=closed'),
    ];
    assert(closed > soon);
    const words = await until(
      'the condition in the way is named',
      () => page.locator('.notice').textContent(),
      (text) => /Больше всего мешает «Срок: до 30 дней»/.test(text ?? ''),
    );
    assert.equal(numberIn(/будет ([\d\s]+)/.exec(words ?? '')?.[1] ?? ''), closed);
    await page.locator('.notice').getByRole('button', { name: 'Снять условие «Срок: до 30 дней»' }).click();
    await until(
      'without it there are as many as was said',
      () => counts(page),
      ({ all }) => all === closed,
    );
  });
});

test('over an empty sea the map itself says how far and where the nearest is, on a phone too (E11, E19)', async () => {
  const { url } = await demoServer();
  for (const size of [
    { width: 1280, height: 800 },
    { width: 390, height: 844 },
  ]) {
    await withPage(`${url}/#map=9/58/150`, size, async ({ page }) => {
      await drawn(page);
      const notice = page.locator('.empty-sea');
      await notice.waitFor();
      assert.match((await notice.textContent()) ?? '', /Ближайший — [\d\s]+км на (юго-|северо-)?запад/);
      await notice.getByRole('button', { name: 'Показать' }).click();
      await until(
        'the nearest is in view',
        () => counts(page),
        ({ shown }) => shown > 0,
      );
      await notice.waitFor({ state: 'detached' });
    });
  }
});

test('an error offers to ask again and the table, and a long wait says that the table is there (E11)', async () => {
  const { url } = await demoServer();
  const hasty = () => {
    const usual = window.setTimeout;
    Reflect.set(window, 'setTimeout', (/** @type {() => void} */ act, /** @type {number} */ ms) =>
      usual(act, ms === 3_000 ? 50 : ms),
    );
  };
  await withPage(`${url}/`, { before: hasty }, async ({ page, allow }) => {
    allow(/502/);
    await drawn(page);
    await listed(page);
    await page.route('**/problems/items?*status=new*', (route) => route.fulfill({ status: 502, body: 'bad gateway' }));
    await page.locator('.chip-new').click();
    const failed = page.locator('.notice[role=alert]');
    await failed.waitFor();
    assert.equal(await failed.getByRole('button', { name: 'Повторить' }).count(), 1);
    const table = await failed.getByRole('link', { name: 'Открыть таблицу' }).getAttribute('href');
    assert.equal(table, '/table?status=new');
    assert.equal((await fetch(url + table)).status, 200);
    // Held back without end.
    await page.route('**/problems/items?*status=closed*', () => {});
    await page.locator('.chip-closed').click();
    await page.locator('.slow').waitFor();
    assert.match((await page.locator('.slow').textContent()) ?? '', /Связь медленная\. Таблица уже доступна/);
    assert.equal(await page.locator('.slow a').getAttribute('href'), '/table?status=closed');
  });
});

test('a list that is cut says so, and a browser without a network says so with the day of its data (E11)', async () => {
  const { url } = await demoServer();
  for (const size of [
    { width: 1280, height: 800 },
    { width: 390, height: 844 },
  ]) {
    await withPage(`${url}/`, size, async ({ page, allow }) => {
      allow(/ERR_INTERNET_DISCONNECTED|ERR_NETWORK_CHANGED/);
      await drawn(page);
      await listed(page);
      assert.match((await page.locator('.list-body .hint').textContent()) ?? '', /первые 500 из 4\s000/);
      await page.context().setOffline(true);
      const said = page.locator('.broken');
      await until(
        'it is said',
        () => said.textContent(),
        (text) => /Нет связи с сетью\. Показаны данные на \d+ [а-я]+/.test(text ?? ''),
      );
      assert(await said.isVisible());
      await page.context().setOffline(false);
      await until(
        'it is over',
        () => said.textContent(),
        (text) => text === '',
      );
    });
  }
});
