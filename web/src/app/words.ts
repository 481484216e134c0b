// The words and formats of the present language.

import { computed, signal } from '@preact/signals';
import { en } from '../i18n/en';
import { type Formats, formats } from '../i18n/format';
import type { Language } from '../i18n/language';
import { type Messages, ru } from '../i18n/ru';
import { region } from './data';
import { view } from './view';

const DICTIONARIES: Record<Language, Messages> = { ru, en };
/** Until the region says otherwise. */
const USUAL_ZONE = 'Asia/Vladivostok';

export const language = computed<Language>(() => view.value.language);
export const t = computed<Messages>(() => DICTIONARIES[language.value]);
export const f = computed<Formats>(() => formats(language.value, region.state.value.data?.time_zone ?? USUAL_ZONE));

/** The moment by which days are counted; renewed with the data. */
export const now = signal(Date.now());

export function nameOf(named: { name_ru: string; name_en: string }): string {
  return language.value === 'ru' ? named.name_ru : named.name_en;
}
