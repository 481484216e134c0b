import { expect, test } from 'vitest';
import told from '../../../tests/fixtures/numbers.json';
import { formats } from './format';

const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, ' ');
const ru = formats('ru', 'Asia/Vladivostok');
const en = formats('en', 'Asia/Vladivostok');

test('numbers, shares and money are written as people write them', () => {
  expect(plain(ru.number(9285))).toBe('9 285');
  expect(en.number(9285)).toBe('9,285');
  expect(ru.decimal(39)).toBe('39');
  expect(ru.tenths(39)).toBe('39,0');
  expect(plain(ru.compact(4900))).toBe('4,9 тыс.');
  expect(plain(ru.percent(0.126))).toBe('13 %');
  expect(plain(ru.money(12_400_000))).toBe('12,4 млн ₽');
  expect(plain(en.money(12_400_000))).toMatch(/₽12\.4m/i);
});

test('numbers and money are told as the pages of the server tell them', () => {
  for (const { n, number, compact, money } of told) {
    expect([ru.number(n), ru.compact(n), ru.money(n)].map(plain)).toEqual([number, compact, money]);
  }
});

test('a day is that of the region, wherever the reader is', () => {
  // The last second of a day in Khabarovsk.
  expect(plain(ru.date('2026-11-21T13:59:59Z'))).toBe('21 ноября 2026');
  expect(plain(ru.date('2026-11-21T14:00:00Z'))).toBe('22 ноября 2026');
  expect(en.date('2026-11-21T13:59:59Z')).toBe('21 November 2026');
  expect(ru.shortDate('2026-11-21T13:59:59Z')).toBe('21.11.2026');
});

test('a distance keeps two digits or so, and is never nothing', () => {
  expect([0.025, 0.5, 1, 4.25, 42.4, 1234].map((km) => plain(ru.distance(km)))).toEqual([
    '25 м',
    '500 м',
    '1 км',
    '4,3 км',
    '42 км',
    '1 234 км',
  ]);
  expect(plain(en.distance(0.3))).toBe('300 m');
});
