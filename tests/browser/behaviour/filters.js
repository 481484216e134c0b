// The filter bar: every choice says what it leaves, and leaves what it says.

import assert from 'node:assert/strict';
import { ENGINES, withPage } from '../support/browser.js';
import { assertNotBlank, counts, drawn, listed, numberIn, until } from '../support/page.js';
import { demoServer, json, matched } from '../support/server.js';
import { test } from '../support/test.js';

for (const [engine, options] of ENGINES) {
  test(`the count on every single chip is what a fresh query gives, and pressing it leaves that many (E04, E06)${engine}`, async () => {
    const { url } = await demoServer();
    await withPage(`${url}/?mun=komsomolsk`, options, async ({ page }) => {
      await drawn(page);
      await listed(page);
      await page.locator('.more-categories').click();
      await page.locator('.more-conditions summary').click();
      const { categories } = await json(`${url}/api/region`);
      const spheres = categories.filter((/** @type {any} */ { parent }) => parent === null);
      const chips = [
        ...['overdue', 'new', 'underway', 'closed'].map((chip) => ({
          filter: `status=${chip}`,
          button: page.locator(`.chip-${chip}`),
          count: '.chip-count',
        })),
        ...spheres.map((/** @type {any} */ { code }) => ({
          filter: `category=${code}`,
          button: page.locator(`[data-category="${code}"]`),
          count: 'b',
        })),
        ...['30d', '90d', 'later', 'none'].map((due) => ({
          filter: `due=${due}`,
          button: page.locator(`.due-chip[data-due="${due}"]`),
          count: 'b',
        })),
      ];
      assert(chips.length >= 14);
      for (const { filter, button, count } of chips) {
        const told = await matched(url, 'problems', `municipality=komsomolsk&${filter}`);
        await until(
          `the chip tells how many are ${filter}`,
          async () => numberIn((await button.locator(count).textContent()) ?? '0'),
          (now) => now === told,
        );
        // What would leave nothing stays, and can be pressed.
        assert.equal(await button.getAttribute('data-empty'), String(told === 0), filter);
        await button.click();
        assert.equal(await button.getAttribute('aria-pressed'), 'true');
        await until(
          `${filter} are listed`,
          () => counts(page),
          ({ all }) => all === told,
        );
        await button.click();
        assert.equal(await button.getAttribute('aria-pressed'), 'false');
      }
      // The four states are those of the legend, and what is overdue stands once.
      const said = (/** @type {string} */ counted) =>
        page.$$eval(counted, (all) =>
          all
            .map((one) => one.textContent)
            .sort()
            .join(),
        );
      await until(
        'the legend says what the chips say',
        async () => (await said('.legend-count')) === (await said('.chip-count')),
        (same) => same,
      );
      assert.equal(await page.locator('.due-chip[data-due="overdue"]').count(), 0);

      await page.locator('.chip-overdue').click();
      await page.locator('.conditions > .link-button').click();
      const whole = await matched(url, 'problems');
      await until(
        'everything is listed again',
        () => counts(page),
        ({ all }) => all === whole,
      );
      assert.doesNotMatch(page.url(), /status=|mun=/);
      await assertNotBlank(page);
    });
  });
}

test('the chips of appeals are counted by the same query', async () => {
  const { url } = await demoServer();
  await withPage(`${url}/?mode=appeals`, {}, async ({ page }) => {
    await drawn(page);
    for (const chip of ['overdue', 'new', 'underway', 'closed']) {
      const told = await matched(url, 'appeals', `status=${chip}`);
      await until(
        `the chip tells how many are ${chip}`,
        async () => (await page.locator(`.chip-${chip} .chip-count`).textContent()) ?? '',
        (text) => /\d/.test(text) && numberIn(text) === told,
      );
    }
    const topics = await page.$$eval('button.category-chip', (chips) =>
      chips.map(
        (chip) => /** @type {const} */ ([chip.getAttribute('data-category'), chip.querySelector('b')?.textContent]),
      ),
    );
    assert(topics.length > 2);
    for (const [topic, count] of topics) {
      assert.equal(numberIn(count ?? ''), await matched(url, 'appeals', `category=${topic}`), `topic ${topic}`);
    }
    await page.locator('.period-switch').click();
    await page.locator('.period-bars rect').first().waitFor({ state: 'attached' });
  });
});

test('territory, topic and state can be chosen, are shown as conditions, and can be taken off one by one', async () => {
  const { url } = await demoServer();
  await withPage(`${url}/`, {}, async ({ page }) => {
    await drawn(page);
    const territory = page.locator('.selects select').first();
    const inLazo = await matched(url, 'problems', 'municipality=lazo');
    await until(
      'the choice tells its count',
      async () => numberIn((await territory.locator('option[value=lazo]').textContent())?.split('—')[1] ?? '0'),
      (count) => count === inLazo,
    );
    await territory.selectOption('lazo');
    await until(
      'Lazo is listed',
      () => counts(page),
      ({ all }) => all === inLazo,
    );
    // Six topics are at hand, the others one press away.
    assert.equal(await page.locator('.category-chip').count(), 6);
    await page.locator('.more-categories').click();
    await page.locator('[data-category=roads]').click();
    const roads = await matched(url, 'problems', 'municipality=lazo&category=roads');
    await until(
      'roads of Lazo are listed',
      () => counts(page),
      ({ all }) => all === roads,
    );

    // A type of the topic can be chosen now.
    await page.locator('.more-conditions summary').click();
    await page.getByRole('combobox', { name: 'Вид', exact: true }).waitFor();
    await page.getByRole('combobox', { name: 'Состояние', exact: true }).selectOption('in_work');
    const inWork = await matched(url, 'problems', 'municipality=lazo&category=roads&status=in_work');
    await until(
      'those in work are listed',
      () => counts(page),
      ({ all }) => all === inWork,
    );
    assert.equal(await page.locator('.condition').count(), 3);
    await page.locator('.condition').nth(2).click();
    await until(
      'roads of Lazo again',
      () => counts(page),
      ({ all }) => all === roads,
    );
    assert.equal(await page.locator('.condition').count(), 2);
    // Several topics are any of them.
    await page.locator('[data-category=ecology]').click();
    const either = await matched(url, 'problems', 'municipality=lazo&category=roads,ecology');
    await until(
      'either topic is listed',
      () => counts(page),
      ({ all }) => all === either,
    );
    await assertNotBlank(page);
  });
});

test('search finds a street, a settlement and a number, and says what else it may be where it finds nothing (E05)', async () => {
  const { url } = await demoServer();
  const { features } = await json(`${url}/ogc/collections/settlements/items?limit=10000`);
  const named = async (/** @type {string} */ q) => matched(url, 'problems', `q=${encodeURIComponent(q)}`);
  const settlements = features.map((/** @type {any} */ { properties }) => properties.name_ru);
  let settlement = 'Бичевая';
  for (const name of settlements) {
    if ((await named(settlement)) > 0) break;
    settlement = name;
  }
  await withPage(`${url}/`, {}, async ({ page }) => {
    await drawn(page);
    const box = page.locator('#search');
    for (const text of ['ул. Ленина', settlement, 'ATL-27-000007']) {
      await box.fill(text);
      const told = await named(text);
      assert(told > 0, text);
      await until(
        `«${text}» is listed`,
        () => counts(page),
        ({ all }) => all === told,
      );
    }
    await box.fill('');
    const whole = await matched(url, 'problems');
    await until(
      'nothing to look for is no condition',
      () => counts(page),
      ({ all }) => all === whole,
    );
    await page.locator('.selects select').first().selectOption('lazo');
    const elsewhere = 'Охотск';
    await box.fill(elsewhere);
    // The key closes the suggestions; where there are none yet, a field of search is emptied by it.
    await page.locator('#search[aria-expanded="true"]').waitFor();
    await box.press('Escape');
    const there = await named(elsewhere);
    assert(there > 0 && (await matched(url, 'problems', `municipality=lazo&q=${encodeURIComponent(elsewhere)}`)) === 0);
    await page.locator('.notice').waitFor();
    assert.match((await page.locator('.notice').textContent()) ?? '', /По запросу «Охотск» ничего не найдено/);
    await page.locator('.notice').getByRole('button', { name: 'Искать во всём крае' }).click();
    await until(
      'it is found in the whole region',
      () => counts(page),
      ({ all }) => all === there,
    );
    assert.doesNotMatch(page.url(), /mun=/);

    // A slip of the pen: what may have been meant is offered, and can be chosen.
    await box.fill('Комсомольскк');
    const meant = page.locator('.suggestions button', { hasText: 'Комсомольск-на-Амуре' }).first();
    await meant.click();
    await until(
      'what was meant is shown',
      async () => page.url(),
      (address) => !address.includes('q='),
    );
    for (const text of ['<script>alert(1)</script>', 'я'.repeat(300)]) {
      await box.fill(text);
      await page.locator('.notice').waitFor();
      await page.locator('.search-clear').click();
      await page.locator('.rows').waitFor();
    }
  });
});

test('an address that names a body shows its name, though nothing of theirs is listed', async () => {
  const { url } = await demoServer();
  const { bodies } = await json(`${url}/api/bodies`);
  const { id, name_ru, name_en } = bodies.at(-1);
  await withPage(`${url}/?resp=${id}&q=nothing-at-all`, {}, async ({ page }) => {
    await until(
      'the condition is named',
      () => page.locator('.condition span').allTextContents(),
      (labels) => labels.includes(name_ru),
    );
  });
  await withPage(`${url}/?resp=${id}&lang=en`, {}, async ({ page }) => {
    await until(
      'the condition is named in English',
      () => page.locator('.condition span').allTextContents(),
      (labels) => labels.includes(name_en),
    );
  });
});

test('search finds by title and by number, survives anything typed, and says when nothing is found (E05)', async () => {
  const { url } = await demoServer();
  await withPage(`${url}/`, {}, async ({ page }) => {
    await drawn(page);
    const box = page.locator('#search');
    await box.fill('школ');
    const schools = await matched(url, 'problems', `q=${encodeURIComponent('школ')}`);
    assert(schools > 0);
    await until(
      'schools are listed',
      () => counts(page),
      ({ all }) => all === schools,
    );
    await box.fill('ATL-27-000007');
    await until(
      'one is listed',
      () => counts(page),
      ({ all }) => all === 1,
    );
    for (const text of ['<script>alert(1)</script>', '%00', "'; --", 'я'.repeat(300)]) {
      await box.fill(text);
      await page.locator('.notice').waitFor();
      await page.locator('.search-clear').click();
      await page.locator('.rows').waitFor();
    }
    assert.equal(await box.inputValue(), '');
    // Typing makes no history: going back leaves the page as it was opened.
    assert.equal(await page.evaluate(() => history.length), 2);
  });
});

test('the list begins with what is most urgent in all that matches, and can be ordered otherwise', async () => {
  const { url } = await demoServer();
  await withPage(`${url}/`, {}, async ({ page }) => {
    await drawn(page);
    await listed(page);
    const first = () => page.locator('.rows a').first().getAttribute('href');
    const id = async (/** @type {string} */ order) => {
      const page = await fetch(`${url}/ogc/collections/problems/items?limit=1&sortby=${order}`);
      return (await page.json()).features[0].id;
    };
    assert.match((await first()) ?? '', new RegExp(await id('urgency')));
    await page.locator('.order select').selectOption('cost');
    const dearest = await id('-cost_rub');
    await until('the dearest comes first', first, (href) => href?.includes(dearest) ?? false);
    assert.match(page.url(), /sort=cost/);
  });
});

test('the search box offers the object of a number, places, topics and bodies, by keys alone (E05)', async () => {
  const { url } = await demoServer();
  await withPage(`${url}/`, {}, async ({ page }) => {
    await drawn(page);
    await listed(page);
    const box = page.locator('#search');
    const offers = page.locator('.offer');
    await page.keyboard.press('/');
    assert.equal(await box.evaluate((input) => input === document.activeElement), true);
    // Settlements are asked for when somebody is about to search.
    await page.keyboard.type('комсомольск');
    await until(
      'a municipality and a settlement are offered',
      async () => (await offers.allTextContents()).join('|'),
      (texts) => /Комсомольск-на-Амуре.*Муниципальное.*Населённый пункт/.test(texts),
    );
    assert.equal(await box.getAttribute('aria-expanded'), 'true');
    await page.keyboard.press('ArrowDown');
    const active = await box.getAttribute('aria-activedescendant');
    assert.equal(await page.locator(`[id="${active}"]`).getAttribute('aria-selected'), 'true');
    await page.keyboard.press('Enter');
    const inCity = await matched(url, 'problems', 'municipality=komsomolsk');
    await until(
      'the city is listed',
      () => counts(page),
      ({ all }) => all === inCity,
    );
    assert.match(page.url(), /mun=komsomolsk/);
    assert.doesNotMatch(page.url(), /q=/);
    assert.equal(await box.inputValue(), '');

    await page.keyboard.press('Control+k');
    await page.keyboard.type('7');
    await until(
      'the object of that number is offered',
      () => offers.allTextContents(),
      ([first]) => /ATL-27-000007/.test(first ?? ''),
    );
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.locator('.card .deadline').waitFor();
    assert.match(page.url(), /o=ATL-27-000007/);
    await page.keyboard.press('Escape');
    await page.locator('.card').waitFor({ state: 'detached' });

    // Escape closes the offers and keeps the text, which finds by itself.
    await box.fill('дорог');
    await until(
      'topics are offered',
      () => offers.count(),
      (count) => count > 0,
    );
    await box.press('Escape');
    assert.equal(await offers.count(), 0);
    assert.equal(await box.inputValue(), 'дорог');
  });
});

test('a responsible body can be looked for, chosen and taken off', async () => {
  const { url } = await demoServer();
  const { features } = await json(`${url}/ogc/collections/problems/items?municipality=lazo&status=open&limit=50`);
  const { responsible, responsible_name } = features.find(
    (/** @type {any} */ { properties }) => properties.responsible_name,
  ).properties;
  await withPage(`${url}/?mun=lazo`, {}, async ({ page }) => {
    await drawn(page);
    await listed(page);
    await page.locator('.more-conditions summary').click();
    const box = page.locator('.responsible input');
    await box.fill(responsible_name.slice(0, 12));
    await page.locator('.offer', { hasText: responsible_name }).first().click();
    const theirs = await matched(url, 'problems', `municipality=lazo&responsible=${responsible}`);
    await until(
      'only theirs are listed',
      () => counts(page),
      ({ all }) => all === theirs,
    );
    assert.equal(await box.inputValue(), responsible_name);
    assert.match(page.url(), new RegExp(`resp=${responsible}`));
    await page.locator('.condition').last().click();
    const whole = await matched(url, 'problems', 'municipality=lazo');
    await until(
      'all are listed again',
      () => counts(page),
      ({ all }) => all === whole,
    );
    // What is typed and not chosen is no condition.
    await box.fill('никто');
    await box.press('Tab');
    assert.equal(await box.inputValue(), '');
    assert.doesNotMatch(page.url(), /resp=/);
  });
});
