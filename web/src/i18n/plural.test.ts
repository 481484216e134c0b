import { expect, test } from 'vitest';
import { plural } from './plural';
import { ru } from './ru';

test.each([
  [0, 'дней'],
  [1, 'день'],
  [2, 'дня'],
  [4, 'дня'],
  [5, 'дней'],
  [11, 'дней'],
  [12, 'дней'],
  [21, 'день'],
  [22, 'дня'],
  [111, 'дней'],
  [121, 'день'],
  [4133, 'дня'],
])('%i takes the form %s in Russian', (n, form) => {
  expect(plural('ru', n, { one: 'день', few: 'дня', other: 'дней' })).toBe(form);
});

test('English has two forms', () => {
  const form = (n: number) => plural('en', n, { one: 'day', other: 'days' });
  expect([0, 1, 2, 21].map(form)).toEqual(['days', 'day', 'days', 'days']);
});

test('sentences agree with their numbers', () => {
  expect(ru.overdueBy(21, '21')).toBe('Просрочен на 21 день');
  expect(ru.slipBy(507, '507', 2, '2')).toBe('на 507 дней, 2 раза');
  expect(ru.slipBy(-3, '3', 0, '0')).toBe('на 3 дня');
  expect(ru.people(3, '3')).toBe('3 человека');
});
