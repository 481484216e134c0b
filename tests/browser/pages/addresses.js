// Every page that the server writes.

import { json } from '../support/server.js';

/**
 * @param {string} url
 * @returns {Promise<string[]>}
 */
export async function addresses(url) {
  const { features } = await json(`${url}/ogc/collections/problems/items?status=overdue&sortby=-n_appeals&limit=1`);
  return [
    '/en',
    '/m/lazo',
    `/o/${features[0].id}`,
    '/rating',
    '/table?mun=lazo&status=overdue',
    '/changes',
    '/plan?mun=lazo',
    '/export',
    '/method',
    '/help',
    '/a11y',
    '/table?colour=red',
  ];
}
