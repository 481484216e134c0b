// The list holds what the map shows, under every condition, and says how much of all that is.

import assert from 'node:assert/strict';
import { ENGINES, withPage } from '../support/browser.js';
import { cameraOf, counts, drawn, lastRequest, listed, numberIn, rowIds, settled, until } from '../support/page.js';
import { demoServer, json, matched } from '../support/server.js';
import { test } from '../support/test.js';

/** Numbers that look random and are the same every time. */
function chance(/** @type {number} */ seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

for (const [engine, options] of ENGINES) {
  test(`after any movement the list holds the objects of the map (E07)${engine}`, async () => {
    const { url } = await demoServer();
    const random = chance(7);
    await withPage(`${url}/?status=open`, options, async ({ page, requests }) => {
      await drawn(page);
      for (let move = 0; move < 3; move += 1) {
        const [lat, lon] = [48 + 2.5 * random(), 134.6 + 2.5 * random()];
        await page.evaluate(
          (to) => {
            location.hash = to;
          },
          `#map=${(8.5 + 2 * random()).toFixed(2)}/${lat.toFixed(4)}/${lon.toFixed(4)}`,
        );
        await settled(page);
        await listed(page);
        const asked = lastRequest(requests, /\/problems\/items\?bbox=.*limit=500/);
        assert(asked);
        const box = new URL(asked).searchParams.get('bbox')?.split(',').map(Number) ?? [];
        const camera = cameraOf(page.url());
        assert(Number(box[0]) < camera.lon && camera.lon < Number(box[2]), 'the box is around the middle of the map');
        assert(Number(box[1]) < camera.lat && camera.lat < Number(box[3]));
        const { features, numberMatched } = await json(
          `${url}/ogc/collections/problems/items?status=open&sortby=urgency&limit=500&bbox=${box.join(',')}`,
        );
        const ids = features.slice(0, 10).map((/** @type {any} */ { id }) => id);
        await until(
          'the list is that of the box',
          () => rowIds(page),
          (rows) => rows.join() === ids.join(),
        );
        assert.equal((await counts(page)).shown, numberMatched);
      }
    });
  });
}

test('the list can be told to stay while the map moves, and to follow it again (E07)', async () => {
  const { url } = await demoServer();
  await withPage(`${url}/#map=10/48.48/135.1`, {}, async ({ page }) => {
    await drawn(page);
    await listed(page);
    const before = await until(
      'a part is listed',
      () => counts(page),
      ({ shown, all }) => shown < all,
    );
    await page.getByLabel('Искать при перемещении карты').uncheck();
    await page.evaluate(() => {
      location.hash = '#map=10/50.55/137.0';
    });
    await settled(page);
    await listed(page);
    assert.deepEqual(await counts(page), before);
    await page.getByLabel('Искать при перемещении карты').check();
    await until(
      'what is in view is listed',
      () => counts(page),
      ({ shown }) => shown !== before.shown,
    );
  });
});

test('deadlines and costs are conditions like the others: counted, combined, in the address and taken off', async () => {
  const { url } = await demoServer();
  await withPage(`${url}/`, {}, async ({ page, requests }) => {
    await drawn(page);
    await listed(page);
    await page.locator('.more-conditions summary').click();
    for (const due of ['30d', '90d', 'later', 'none']) {
      const told = await matched(url, 'problems', `due=${due}`);
      const chip = page.locator(`.due-chip[data-due="${due}"]`);
      await until(
        `the chip tells how many are ${due}`,
        async () => numberIn((await chip.locator('b').textContent()) ?? '0'),
        (count) => count === told,
      );
    }
    const both = await matched(url, 'problems', 'due=30d,90d');
    await page.locator('.due-chip[data-due="30d"]').click();
    await page.locator('.due-chip[data-due="90d"]').click();
    await until(
      'both classes are listed',
      () => counts(page),
      ({ all }) => all === both,
    );
    assert.match(page.url(), /due=30d,90d/);
    await page.getByLabel('от', { exact: true }).fill('1.5');
    await page.getByLabel('до', { exact: true }).fill('40.5');
    await page.getByLabel('до', { exact: true }).press('Enter');
    const filter = 'due=30d,90d&cost_from=1500000&cost_to=40500000';
    const some = await matched(url, 'problems', filter);
    assert(some > 0 && some < both);
    await until(
      'the range leaves some',
      () => counts(page),
      ({ all }) => all === some,
    );
    assert.match(page.url(), /cost_from=1500000&cost_to=40500000/);
    await drawn(page);
    assert.match(lastRequest(requests, /\/tiles\/problems\/.*\.mvt/) ?? '', /due=30d%2C90d&cost_from=1500000/);
    const { total } = await json(`${url}/api/stats?${filter}`);
    const money = new Intl.NumberFormat('ru-RU', {
      style: 'currency',
      currency: 'RUB',
      currencyDisplay: 'narrowSymbol',
      notation: 'compact',
      minimumFractionDigits: 0,
      maximumFractionDigits: 1,
    });
    await until(
      'the header tells the sum',
      async () => (await page.locator('.list-count').textContent()) ?? '',
      (words) => words.includes(`на сумму ${money.format(total.cost_rub)}`),
    );
    const conditions = await page.locator('.condition span').allTextContents();
    assert.deepEqual(conditions, [
      'Срок: до 30 дней',
      'Срок: 31–90 дней',
      `от ${money.format(1_500_000)} до ${money.format(40_500_000)}`,
    ]);
    // The same address shows the same; appeals have deadlines and no costs.
    await page.reload();
    await listed(page);
    assert.equal((await counts(page)).all, some);
    await page.getByRole('button', { name: 'Обращения' }).click();
    const appeals = await matched(url, 'appeals', 'due=30d,90d');
    await until(
      'appeals by deadline',
      () => counts(page),
      ({ all }) => all === appeals,
    );
    await page.locator('.conditions > .link-button').click();
    assert.doesNotMatch(page.url(), /due=|cost_/);
  });
});

test('the paragraph over the list is that of the pages, in both languages, and describes the map (E15)', async () => {
  const { url } = await demoServer();
  for (const [lang, prefix] of [
    ['ru', ''],
    ['en', '/en'],
  ]) {
    const { text } = await json(`${url}/api/summary?municipality=lazo&status=overdue&lang=${lang}`);
    await withPage(`${url}${prefix}/?mun=lazo&status=overdue`, {}, async ({ page }) => {
      await drawn(page);
      await until(
        'the same words',
        () => page.locator('.panel .paragraph').textContent(),
        (words) => words === text,
      );
      const table = await (await fetch(`${url}${prefix}/table?mun=lazo&status=overdue`)).text();
      assert(table.replaceAll('&nbsp;', '\u00a0').includes(text), text);
      const described = await page.locator('#map canvas').getAttribute('aria-describedby');
      assert.equal(await page.locator(`[id="${described}"]`).textContent(), text);
    });
  }
});
