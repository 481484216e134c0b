// Tests, and the moment when the last of them has ended: a browser or a server that lives on would keep the process alive,
// so nothing of the runner's own would ever find that it is over.

import * as runner from 'node:test';

/** @type {Promise<unknown>[]} */
const begun = [];

/**
 * @param {string} name
 * @param {(context: import('node:test').TestContext) => Promise<void>} run
 */
export function test(name, run) {
  begun.push(runner.test(name, run));
}

/** All tests have ended, well or not. */
export async function ended() {
  await Promise.allSettled(begun);
}
