// A base map by configuration: asked for when ours stands, drawn under it, switched off in the legend, and in a frame only
// when it is our own.

import assert from 'node:assert/strict';
import { violations } from '../support/axe.js';
import { ATTRIBUTION, picture as pictureOf, pictureServer, withBasemap } from '../support/basemap.js';
import { ENGINES, FLAT, withPage } from '../support/browser.js';
import { assertNotBlank, colours, drawn, listed, picture, settled, until } from '../support/page.js';
import { demoServer } from '../support/server.js';
import { test } from '../support/test.js';

/** @typedef {import('playwright-core').Page} Page */

/** Inland, where there is little but land. */
const INLAND = '#map=10/50.2/136.4';
const [LAND, SEA, INK] = ['f8f6f1', 'e4ecf2', '22262b'];

/**
 * Which part of the map's middle has this colour.
 * @param {Page} page
 * @param {string} colour
 */
async function share(page, colour) {
  const png = await picture(page);
  return (colours(png).get(colour) ?? 0) / (png.width * png.height);
}

/**
 * The colour that most of the map's middle has.
 * @param {Page} page
 */
async function ground(page) {
  const [most] = [...colours(await picture(page))].sort(([, a], [, b]) => b - a);
  return most?.[0] ?? '';
}

/** @param {Page} page */
function checkbox(page) {
  return page.getByRole('checkbox', { name: 'Подложка' });
}

for (const [where, engine] of ENGINES) {
  test(`pictures of a server elsewhere lie under our map until the legend switches them off${where}`, async () => {
    const elsewhere = await pictureServer(pictureOf([20, 90, 30]));
    await withBasemap({ raster: elsewhere.template }, async ({ url }) => {
      const host = [new URL(url).host, elsewhere.host];
      await withPage(`${url}/${INLAND}`, { ...engine, host }, async ({ page }) => {
        await drawn(page);
        await until(
          'pictures cover the land',
          () => ground(page),
          (colour) => colour !== LAND && colour !== SEA,
        );
        assert(elsewhere.asked.every((path) => /^\/\d+\/\d+\/\d+\.png$/.test(path)));
        await page.locator('.attribution', { hasText: ATTRIBUTION }).waitFor();

        await checkbox(page).uncheck();
        assert.match(page.url(), /[?&]layers=no-basemap/);
        await until(
          'land is land again',
          () => ground(page),
          (colour) => colour === LAND,
        );
        assert.equal(await page.locator('.attribution', { hasText: ATTRIBUTION }).count(), 0);
        const before = elsewhere.asked.length;
        await page.evaluate(() => {
          location.hash = '#map=10/51.2/137.4';
        });
        await settled(page);
        assert.equal(elsewhere.asked.length, before, 'nobody is asked for what is switched off');
        // The address keeps it switched off.
        await page.reload();
        await settled(page);
        assert(!(await checkbox(page).isChecked()));
        assert.equal(elsewhere.asked.length, before);
        await checkbox(page).check();
        assert(!/layers=/.test(page.url()));
        await until(
          'pictures are back',
          () => ground(page),
          (colour) => colour !== LAND && colour !== SEA,
        );
      });
    });
  });

  test(`borders are drawn above a base map, and what is chosen stands out from a veil${where}`, async () => {
    await withBasemap('pictures', async ({ url }) => {
      const ink = async (/** @type {string} */ query) => {
        let seen = 0;
        await withPage(`${url}/?theme=light${query}#map=7/48.2/135.2`, engine, async ({ page }) => {
          await drawn(page);
          await until(
            'pictures cover the land',
            () => ground(page),
            (colour) => colour !== LAND && colour !== SEA,
          );
          await drawn(page);
          seen = (await share(page, INK)) * 1e4;
        });
        return seen;
      };
      const [without, chosen] = [await ink(''), await ink('&mun=lazo')];
      assert(chosen > without + 5, `${chosen} of 10,000 pixels are ink, ${without} where nothing is chosen`);
    });
  });

  test(`where a file has no tile nothing is drawn and nobody is alarmed${where}`, async () => {
    await withBasemap('gaps', async ({ url }) => {
      await withPage(`${url}/${INLAND}`, engine, async ({ page, requests }) => {
        await drawn(page);
        await until(
          'tiles are asked for',
          async () => requests.filter((address) => /\/basemap\/\d+\/\d+\/\d+\?v=/.test(address)).length,
          (count) => count > 0,
        );
        await settled(page);
        assert.equal(await ground(page), LAND);
        assert.equal(await page.locator('.map-notice').count(), 0);
      });
    });
  });

  for (const [answer, told] of /** @type {const} */ ([
    [404, 'has nothing'],
    [500, 'fails'],
    ['never', 'never answers'],
  ])) {
    test(`a server elsewhere that ${told} leaves our map as it is, and keeps nobody waiting${where}`, async () => {
      const elsewhere = await pictureServer(answer);
      await withBasemap({ raster: elsewhere.template }, async ({ url }) => {
        const host = [new URL(url).host, elsewhere.host];
        await withPage(`${url}/`, { ...engine, host }, async ({ page, allow }) => {
          allow(new RegExp(`status of (404|500).*${elsewhere.host}`));
          await drawn(page);
          await until(
            'pictures are asked for',
            async () => elsewhere.asked.length,
            (count) => count > 0,
          );
          await drawn(page);
          await assertNotBlank(page);
          // Our own pictures find a place beside them.
          const heat = page.waitForResponse(/\/tiles\/heat\/\d.*\.png/);
          await page.goto(`${url}/?layers=heat#map=10/48.48/135.1`);
          assert.equal((await heat).ok(), true);
          await drawn(page);
          assert.equal(await page.locator('.map-notice').count(), 0);
        });
      });
    });
  }
}

for (const schema of /** @type {const} */ (['protomaps', 'openmaptiles'])) {
  test(`vector tiles of a file are drawn in our colours, without their borders (${schema})`, async () => {
    await withBasemap(schema, async ({ url }) => {
      for (const [theme, sea] of [
        ['light', SEA],
        ['dark', '121b24'],
      ]) {
        await withPage(`${url}/?theme=${theme}${INLAND}`, {}, async ({ page, requests }) => {
          await drawn(page);
          const water = await until(
            'water is where the base map has it',
            () => share(page, sea ?? ''),
            (part) => part > 0.25,
          );
          assert(water < 0.75, `${water} of the map is water`);
          assert(requests.some((address) => /\/basemap\/\d+\/\d+\/\d+\?v=/.test(address)));
          await page.locator('.attribution', { hasText: ATTRIBUTION }).waitFor();
          await checkbox(page).uncheck();
          await until(
            'there is no water without it',
            () => share(page, sea ?? ''),
            (part) => part < 0.02,
          );
        });
      }
    });
  });
}

test('a map of pictures has no vector tiles under it, and does not offer them', async () => {
  await withBasemap('protomaps', async ({ url }) => {
    await withPage(`${url}/${INLAND}`, FLAT, async ({ page, requests }) => {
      await settled(page);
      assert.equal(await checkbox(page).count(), 0);
      assert(!requests.some((address) => /\/basemap\//.test(address)));
    });
  });
});

test('a frame asks nobody elsewhere for a base map, and takes our own', async () => {
  const elsewhere = await pictureServer(pictureOf([20, 90, 30]));
  for (const [where, engine] of ENGINES) {
    await withBasemap({ raster: elsewhere.template }, async ({ url, key }) => {
      await withPage(`${url}/e/${key}/live${INLAND}`, engine, async ({ page }) => {
        await settled(page);
        assert.equal(await checkbox(page).count(), 0, where);
      });
    });
    assert.deepEqual(elsewhere.asked, [], where);
    await withBasemap('pictures', async ({ url, key }) => {
      await withPage(`${url}/e/${key}/live${INLAND}`, engine, async ({ page }) => {
        await drawn(page);
        await until(
          'pictures cover the land',
          () => ground(page),
          (colour) => colour !== LAND && colour !== SEA,
        );
      });
    });
  }
});

test('in great contrast there are no pictures under the map', async () => {
  const elsewhere = await pictureServer(pictureOf([20, 90, 30]));
  await withBasemap({ raster: elsewhere.template }, async ({ url }) => {
    await withPage(`${url}/?theme=contrast${INLAND}`, {}, async ({ page }) => {
      await settled(page);
      assert.equal(await checkbox(page).count(), 0);
      assert.deepEqual(elsewhere.asked, []);
    });
  });
});

test('the address keeps a base map switched off, in English too', async () => {
  await withBasemap('pictures', async ({ url }) => {
    await withPage(`${url}/en?layers=no-basemap${INLAND}`, {}, async ({ page, requests }) => {
      await settled(page);
      const english = page.getByRole('checkbox', { name: 'Base map' });
      assert(!(await english.isChecked()));
      assert(!requests.some((address) => /\/basemap\//.test(address)));
      await english.check();
      assert(!/layers=/.test(page.url()));
      await page.locator('.attribution', { hasText: ATTRIBUTION }).waitFor();
    });
  });
});

test('where none is configured the legend has no word of a base map, and nobody is asked for one', async () => {
  const { url } = await demoServer();
  await withPage(`${url}/${INLAND}`, {}, async ({ page, requests }) => {
    await settled(page);
    assert.equal(await checkbox(page).count(), 0);
    assert(!requests.some((address) => /\/basemap\//.test(address)));
  });
});

for (const theme of ['light', 'dark', 'contrast']) {
  test(`with a base map no rule of accessibility is broken (E16: ${theme})`, async () => {
    for (const basemap of /** @type {const} */ (['protomaps', 'pictures'])) {
      await withBasemap(basemap, async ({ url }) => {
        for (const [width, height] of [
          [1366, 768],
          [390, 844],
        ]) {
          await withPage(`${url}/?theme=${theme}${INLAND}`, { width, height }, async ({ page }) => {
            await drawn(page);
            await listed(page);
            const head = page.locator('.legend-head');
            if ((await head.getAttribute('aria-expanded')) === 'false') await head.click();
            if (basemap === 'protomaps' || theme !== 'contrast') {
              await checkbox(page).waitFor();
              await page.locator('.attribution', { hasText: ATTRIBUTION }).waitFor();
            }
            assert.deepEqual(await violations(page), [], `${basemap}, ${width} pixels wide`);
          });
        }
      });
    }
  });
}
