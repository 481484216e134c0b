import { describe, expect, test } from 'vitest';
import { en } from './en';
import { ru } from './ru';

type Entry = { key: string; value: unknown };

function entries(dictionary: object, prefix = ''): Entry[] {
  return Object.entries(dictionary).flatMap(([name, value]) => {
    const key = prefix + name;
    return value !== null && typeof value === 'object' ? entries(value, `${key}.`) : [{ key, value }];
  });
}

/** What a message says: functions are called with counts of every plural form. */
function texts(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'function') return [];
  return [1, 2, 5, 21, 1000].map((n) => String(value(...Array.from({ length: value.length }, () => n))));
}

describe('the dictionaries', () => {
  test('have the same messages, taking as many values', () => {
    const shape = (dictionary: object) =>
      entries(dictionary).map(({ key, value }) => `${key} ${typeof value === 'function' ? value.length : ''}`);
    expect(shape(en).sort()).toEqual(shape(ru).sort());
  });

  test('say something everywhere', () => {
    for (const { key, value } of [...entries(ru), ...entries(en)]) {
      for (const text of texts(value)) {
        expect(text.trim(), key).not.toBe('');
        expect(text, key).not.toMatch(/undefined|NaN|\[object/);
      }
    }
  });

  test('keep to their alphabets', () => {
    for (const { key, value } of entries(en)) for (const text of texts(value)) expect(text, key).not.toMatch(/[а-яё]/i);
    const names =
      /GeoJSON|CSV|Natural Earth|GeoNames|CC BY|Ctrl \+ K|Ctrl|Shift|Enter|Home|End|PgUp|PgDn|Esc|\bN\b|\d/g;
    for (const { key, value } of entries(ru)) {
      for (const text of texts(value)) expect(text.replace(names, ''), key).not.toMatch(/[a-z]/i);
    }
  });

  test('name every state, so that no code is shown', () => {
    for (const dictionary of [ru, en]) {
      for (const code of ['registered', 'planned', 'on_check', 'archived'])
        expect(dictionary.statuses[code]).toBeDefined();
      for (const code of ['received', 'in_work', 'answered']) expect(dictionary.appealStatuses[code]).toBeDefined();
    }
  });
});
