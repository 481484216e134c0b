// Plural forms. Russian has three for whole numbers (1 день, 2 дня, 5 дней), English two.

export type Forms = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string };

const RULES = { ru: new Intl.PluralRules('ru'), en: new Intl.PluralRules('en') };

export function plural(language: 'ru' | 'en', n: number, forms: Forms): string {
  return forms[RULES[language].select(n)] ?? forms.other;
}
