import { expect, test } from 'vitest';
import { shortName } from './place';

test.each([
  ['Хабаровский район', 'Хабаровский'],
  ['Солнечный округ', 'Солнечный'],
  ['Охотский муниципальный округ', 'Охотский'],
  ['район имени Лазо', 'имени Лазо'],
  ['Комсомольск-на-Амуре', 'Комсомольск-на-Амуре'],
  ['Lazo District', 'Lazo'],
  ['Bikinsky Municipal Okrug', 'Bikinsky'],
  ['Khabarovsk Urban Okrug', 'Khabarovsk'],
])('%s is %s where room is scarce', (name, short) => {
  expect(shortName(name)).toBe(short);
});
