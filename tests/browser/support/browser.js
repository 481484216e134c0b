// Pages in headless Chromium without a graphics card and without a network: every name but the server's is unknown to it.
// What no page may ever do is watched from its first byte on.

import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';

/** Drawing without a graphics card takes its time, more so on a busy machine. */
export const MAP_MS = 60_000;

const FLAGS = [
  '--no-sandbox',
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
  '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
];

/** Chromium as it is where nothing can be drawn in three dimensions: the map is of pictures. */
export const FLAT = { flags: ['--disable-3d-apis'] };
/** Both ways in which the map is drawn, by what a test's name says of them. @type {[string, Options][]} */
export const ENGINES = [
  ['', {}],
  [', on the map of pictures', FLAT],
];

/** @type {Map<string, Promise<import('playwright-core').Browser>>} */
const browsers = new Map();

/** @param {string[]} flags */
function browserWith(flags) {
  const key = flags.join(' ');
  const found = browsers.get(key);
  if (found) return found;
  const started = chromium.launch({ executablePath: executable(), args: [...FLAGS, ...flags] });
  browsers.set(key, started);
  return started;
}

export function executable() {
  const places = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
  const found = places.find((place) => place && existsSync(place));
  if (!found) throw new Error('no Chromium: install it, or name it in CHROMIUM');
  return found;
}

export async function closeBrowsers() {
  for (const browser of browsers.values()) await (await browser).close();
}

/**
 * @typedef {object} Options
 * @property {number} [width]
 * @property {number} [height]
 * @property {'light' | 'dark'} [scheme]
 * @property {string[]} [flags]
 * @property {() => void} [before]  runs in the page before anything of its own
 * @property {RegExp} [without]  files that come empty
 * @property {boolean} [javaScript]  whether scripts run
 * @property {string | string[]} [host]  whom the page may ask, where its first address does not tell
 */

/**
 * @typedef {object} Opened
 * @property {import('playwright-core').Page} page
 * @property {string[]} requests  addresses asked for, in order
 * @property {(pattern: RegExp) => void} allow  an error of the console that the test brings about itself
 * @property {() => Promise<void>} close  fails if the page did what no page may do
 */

/**
 * @param {string} url
 * @param {Options} options
 * @returns {Promise<Opened>}
 */
export async function open(
  url,
  {
    width = 1280,
    height = 800,
    scheme = 'light',
    flags = [],
    host = new URL(url).host,
    before,
    javaScript = true,
    without,
  } = {},
) {
  const hosts = [host].flat();
  const browser = await browserWith(flags);
  const phone = width < 760;
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: scheme,
    locale: 'ru-RU',
    javaScriptEnabled: javaScript,
    reducedMotion: 'reduce',
    isMobile: phone,
    hasTouch: phone,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(MAP_MS);
  if (before) await page.addInitScript(before);
  if (without) await page.route(without, (route) => route.fulfill({ body: '', contentType: 'text/javascript' }));
  /** @type {string[]} */
  const faults = [];
  /** @type {string[]} */
  const requests = [];
  /** @type {RegExp[]} */
  const allowed = [];
  page.on('console', (message) => {
    // A violation of the content security policy is an error of the console too.
    if (message.type() === 'error') faults.push(`console: ${message.text()} ${message.location().url}`);
  });
  page.on('pageerror', (error) => faults.push(`exception: ${error.stack ?? error.message}`));
  page.on('request', (request) => {
    requests.push(request.url());
    const asked = new URL(request.url());
    if (!['data:', 'blob:'].includes(asked.protocol) && !hosts.includes(asked.host)) faults.push(`off host: ${asked}`);
  });
  await page.goto(url);
  return {
    page,
    requests,
    allow: (pattern) => allowed.push(pattern),
    close: async () => {
      await context.close();
      const left = faults.filter((fault) => !allowed.some((pattern) => pattern.test(fault)));
      assert.deepEqual(left, [], 'the page did what it must not');
    },
  };
}

/**
 * Opens a page, does something with it, closes it, and fails if it did what no page may do.
 * @param {string} url
 * @param {Options} options
 * @param {(opened: Opened) => Promise<void>} use
 */
export async function withPage(url, options, use) {
  const opened = await open(url, options);
  try {
    await use(opened);
  } catch (error) {
    // What went wrong first says more than what was left behind.
    await opened.close().catch(() => {});
    throw error;
  }
  await opened.close();
}
