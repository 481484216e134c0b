import { expect, test } from 'vitest';
import { codesAddress, needsKey, WAYS } from './codes';

test('codes are asked for with the whole view', () => {
  expect(codesAddress('?mun=lazo&status=overdue', '#map=7/47.9/134.9', 'K7Q2')).toBe(
    '/api/embed-codes?mun=lazo&status=overdue&map=7%2F47.9%2F134.9&key=K7Q2',
  );
  expect(codesAddress('', '', '')).toBe('/api/embed-codes?');
});

test('pictures need no key', () => {
  expect(WAYS.filter(needsKey)).toEqual(['frame', 'script']);
});

test('what people wrote cannot break out of the address', () => {
  expect(codesAddress('?q=%22%26key%3Dx', '', '"><script>')).toBe(
    '/api/embed-codes?q=%22%26key%3Dx&key=%22%3E%3Cscript%3E',
  );
});
