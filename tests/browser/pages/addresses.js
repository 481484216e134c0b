// Every page that the server writes.

import { demoServer, json } from '../support/server.js';

/** @returns {Promise<string[]>} */
export async function addresses() {
  const { url, key } = await demoServer();
  const { features } = await json(`${url}/ogc/collections/problems/items?status=overdue&sortby=-n_appeals&limit=1`);
  return [
    '/',
    '/en',
    '/en?mun=lazo&status=overdue',
    '/m/lazo',
    '/en/m/lazo?at=2026-06-01',
    `/o/${features[0].id}`,
    '/rating',
    '/rating?mun=lazo&sort=-overdue_share',
    '/table?mun=lazo&status=overdue',
    '/changes',
    '/slippage',
    '/hotspots',
    '/en/hotspots?mun=khabarovsk',
    '/silence',
    '/plan?mun=lazo',
    '/export',
    '/method',
    '/help',
    '/a11y',
    '/embed-builder',
    `/en/embed-builder?key=${key}&mun=lazo`,
    `/e/${key}?status=open`,
    `/e/${key}?mun=lazo`,
    '/table?colour=red',
  ];
}
