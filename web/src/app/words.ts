// The words and formats of the present language.

import { computed, signal } from '@preact/signals';
import { endOfDay } from '../domain/deadline';
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
const zone = computed(() => region.state.value.data?.time_zone ?? USUAL_ZONE);
export const f = computed<Formats>(() => formats(language.value, zone.value));

/** Renewed with the data. */
export const now = signal(Date.now());
/** The moment by which days are counted: now, or the end of the day of the past that is looked at. */
export const moment = computed(() => (view.value.at === null ? now.value : endOfDay(view.value.at, zone.value)));
/** Today in the region, `YYYY-MM-DD`. */
export const today = computed(() => new Intl.DateTimeFormat('en-CA', { timeZone: zone.value }).format(now.value));

export function nameOf(named: { name_ru: string; name_en: string }): string {
  return language.value === 'ru' ? named.name_ru : named.name_en;
}
