// Without a script: forms and links lead through the pages.

import assert from 'node:assert/strict';
import { chromium } from 'playwright-core';
import { executable } from '../support/browser.js';
import { demoServer, json } from '../support/server.js';
import { test } from '../support/test.js';

test('without JavaScript a head gets from the region to the most overdue object in three clicks', async () => {
  const { url } = await demoServer();
  const browser = await chromium.launch({ executablePath: executable(), args: ['--no-sandbox'] });
  try {
    const context = await browser.newContext({ javaScriptEnabled: false, locale: 'ru-RU' });
    const page = await context.newPage();
    await page.goto(`${url}/en`);
    await page.locator('main th a').first().click();
    assert.match(page.url(), /\/en\/m\//);
    const overdue = Number(((await page.locator('.tiles .figure').first().textContent()) ?? '').replace(/\D/g, ''));
    const slug = page.url().split('/m/')[1];
    const total = await json(`${url}/api/stats?municipality=${slug}`);
    assert.equal(overdue, total.total.overdue);
    await page.locator('.tiles a').first().click();
    assert.match(page.url(), /status=overdue/);
    await page.locator('tbody th a').first().click();
    assert.match(page.url(), /\/en\/o\/ATL-/);
    assert.match((await page.locator('.facts .alarm').first().textContent()) ?? '', /overdue by/);
  } finally {
    await browser.close();
  }
});
