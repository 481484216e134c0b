// Numbers, money and dates as people of the language write them.

import type { Language } from './language';

/** Between a number and its unit: must not break across lines. */
export const NBSP = '\u00a0';

export interface Formats {
  number(n: number): string;
  /** One decimal at most. */
  decimal(n: number): string;
  /** One decimal always, so that a column lines up. */
  tenths(n: number): string;
  /** Two decimals always. */
  hundredths(n: number): string;
  /** As many decimals as it has, two at most. */
  short(n: number): string;
  /** Two significant digits at most. */
  digits(n: number): string;
  /** As `digits`, with the sign of a difference. */
  signedDigits(n: number): string;
  /** «+3,5», «−1,2» */
  signed(n: number): string;
  /** «4,9 тыс.» */
  compact(n: number): string;
  percent(share: number): string;
  /** «12,4 млн ₽» */
  money(roubles: number): string;
  /** «21 ноября 2026» */
  date(moment: string): string;
  /** «21.11.2026» */
  shortDate(moment: string): string;
  /** As `date`, of a day of the calendar, `YYYY-MM-DD`. */
  day(day: string): string;
  /** As `shortDate`, of a day of the calendar. */
  shortDay(day: string): string;
  /** «июнь 2024», of `YYYY-MM`. */
  month(month: string): string;
  /** «12:03» */
  time(moment: Date): string;
  /** «21 ноября, 06:00» */
  dayAndTime(moment: Date): string;
  distance(km: number): string;
}

export function formats(language: Language, timeZone: string): Formats {
  const locale = language === 'ru' ? 'ru-RU' : 'en-GB';
  const number = new Intl.NumberFormat(locale);
  const decimal = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
  const tenths = new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  const hundredths = new Intl.NumberFormat(locale, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  const short = new Intl.NumberFormat(locale, { maximumFractionDigits: 2 });
  const digits = new Intl.NumberFormat(locale, { maximumSignificantDigits: 2 });
  const signedDigits = new Intl.NumberFormat(locale, { maximumSignificantDigits: 2, signDisplay: 'exceptZero' });
  const signed = new Intl.NumberFormat(locale, {
    minimumFractionDigits: 1,
    maximumFractionDigits: 1,
    signDisplay: 'exceptZero',
  });
  const compact = new Intl.NumberFormat(locale, { notation: 'compact', maximumFractionDigits: 1 });
  const percent = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 });
  const money = new Intl.NumberFormat(locale, {
    style: 'currency',
    currency: 'RUB',
    currencyDisplay: 'narrowSymbol',
    notation: 'compact',
    minimumFractionDigits: 0,
    maximumFractionDigits: 1,
  });
  const date = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'long', year: 'numeric', timeZone });
  const shortDate = new Intl.DateTimeFormat(locale, { day: '2-digit', month: '2-digit', year: 'numeric', timeZone });
  // A day of the calendar is nobody's moment: it is read and written in one zone.
  const day = new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' });
  const shortDay = new Intl.DateTimeFormat(locale, {
    day: '2-digit',
    month: '2-digit',
    year: 'numeric',
    timeZone: 'UTC',
  });
  const month = new Intl.DateTimeFormat(locale, { month: 'long', year: 'numeric', timeZone: 'UTC' });
  const time = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit' });
  const dayAndTime = new Intl.DateTimeFormat(locale, {
    day: 'numeric',
    month: 'long',
    hour: '2-digit',
    minute: '2-digit',
  });
  return {
    number: (n) => number.format(n),
    decimal: (n) => decimal.format(n),
    tenths: (n) => tenths.format(n),
    hundredths: (n) => hundredths.format(n),
    short: (n) => short.format(n),
    // A minus, which is as wide as the plus, in place of the hyphen.
    signed: (n) => signed.format(n).replace('-', '\u2212'),
    digits: (n) => digits.format(n),
    signedDigits: (n) => signedDigits.format(n).replace('-', '\u2212'),
    compact: (n) => compact.format(n),
    percent: (share) => percent.format(share),
    money: (roubles) => money.format(roubles),
    // «21 ноября 2026 г.» without its «г.», which only takes place.
    date: (moment) => date.format(new Date(moment)).replace(YEAR_SIGN, ''),
    day: (text) => day.format(new Date(text)).replace(YEAR_SIGN, ''),
    shortDay: (text) => shortDay.format(new Date(text)),
    month: (text) => month.format(new Date(`${text}-01`)).replace(YEAR_SIGN, ''),
    shortDate: (moment) => shortDate.format(new Date(moment)),
    time: (moment) => time.format(moment),
    // «21 ноября в 06:00»
    dayAndTime: (moment) => dayAndTime.format(moment),
    distance: (km) => {
      if (km < 1) return `${number.format(Math.round(km * 1000))}${NBSP}${METRES[language]}`;
      return `${km < 10 ? decimal.format(km) : number.format(Math.round(km))}${NBSP}${KM[language]}`;
    },
  };
}

const YEAR_SIGN = /\s*г\.$/u;
const METRES: Record<Language, string> = { ru: 'м', en: 'm' };
const KM: Record<Language, string> = { ru: 'км', en: 'km' };
