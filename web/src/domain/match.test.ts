import { expect, test } from 'vitest';
import { best } from './match';

const NAMES = ['Новый Ургал', 'район имени Лазо', 'Лазурный', 'Переяславка', 'Орёл', 'a+b (c)'];
const found = (text: string, most = 9) => best(NAMES, (name) => name, text, most);

test('a name is found by its beginning, then by the beginning of a word, then by its inside', () => {
  expect(found('лаз')).toEqual(['Лазурный', 'район имени Лазо']);
  expect(found('л')).toEqual(['Лазурный', 'район имени Лазо', 'Новый Ургал', 'Переяславка', 'Орёл']);
  expect(found('л', 2)).toHaveLength(2);
});

test('case, the dots of a letter and spaces around do not matter; signs are only signs', () => {
  expect(found(' ОРЕЛ ')).toEqual(['Орёл']);
  expect(found('b (')).toEqual(['a+b (c)']);
  expect(found('.*')).toEqual([]);
  expect(found('  ')).toEqual([]);
});
