//! Numbers, money, days and plurals as people of a language write them. The words stand in the catalogue.

use jiff::civil::Date;

use crate::domain::time::Zone;
use crate::domain::{Kopecks, Timestamp};
use crate::messages::{Language, text};

/// Between a number and its unit: must not break across lines.
const NBSP: char = '\u{a0}';

/// A language and the zone in which its days are counted.
#[derive(Debug, Clone)]
pub struct Speech {
    /// The language.
    pub language: Language,
    zone: Zone,
}

impl Speech {
    /// Speaks `language` with the days of `zone`.
    #[must_use]
    pub fn new(language: Language, zone: Zone) -> Self {
        Self { language, zone }
    }

    /// A sentence of the catalogue.
    #[must_use]
    pub fn say(&self, key: &str) -> String {
        text(self.language, key, &[])
    }

    /// A sentence of the catalogue with its placeholders filled.
    #[must_use]
    pub fn fill(&self, key: &str, arguments: &[(&str, &str)]) -> String {
        text(self.language, key, arguments)
    }

    /// The one of two names that this language has.
    #[must_use]
    pub fn name<'a>(&self, ru: &'a str, en: &'a str) -> &'a str {
        if self.language == Language::Ru { ru } else { en }
    }

    /// A count with its word: «14 дней». `key` names the forms, parted by `|`: one, few, many in Russian, one, other in English.
    #[must_use]
    pub fn counted(&self, key: &str, n: i64) -> String {
        format!("{}{NBSP}{}", self.number(n), self.form(key, n))
    }

    /// The form of a word that goes with a number.
    #[must_use]
    pub fn form(&self, key: &str, n: i64) -> String {
        let forms = self.say(key);
        let forms: Vec<&str> = forms.split('|').collect();
        let last = forms.len() - 1;
        forms[plural(self.language, n).min(last)].to_owned()
    }

    /// «9 285», “9,285”.
    #[must_use]
    pub fn number(&self, n: i64) -> String {
        let digits = n.unsigned_abs().to_string();
        let part = if self.language == Language::Ru { NBSP } else { ',' };
        let mut grouped = String::with_capacity(digits.len() + 6);
        for (at, digit) in digits.chars().enumerate() {
            if at > 0 && (digits.len() - at).is_multiple_of(3) {
                grouped.push(part);
            }
            grouped.push(digit);
        }
        if n < 0 { format!("−{grouped}") } else { grouped }
    }

    /// A number with at most `places` decimals: «12,4», “12.4”.
    #[must_use]
    pub fn decimal(&self, x: f64, places: usize) -> String {
        // Half is rounded up, as people do; the formatter would round it to even.
        let scale = 10_f64.powi(i32::try_from(places).unwrap_or(0));
        let fixed = format!("{:.places$}", (x.abs() * scale).round() / scale);
        let (whole, decimals) = fixed.split_once('.').unwrap_or((&fixed, ""));
        let decimals = decimals.trim_end_matches('0');
        let whole = self.number(whole.parse().unwrap_or(i64::MAX));
        let comma = if self.language == Language::Ru { ',' } else { '.' };
        let shown = if decimals.is_empty() { whole } else { format!("{whole}{comma}{decimals}") };
        if x < 0.0 && shown != "0" { format!("−{shown}") } else { shown }
    }

    /// «4,9 тыс.», “4.9 thousand”.
    #[must_use]
    pub fn compact(&self, x: f64) -> String {
        const SCALES: [(f64, &str); 4] =
            [(1e12, "unit.trillion"), (1e9, "unit.billion"), (1e6, "unit.million"), (1e3, "unit.thousand")];
        // What rounds up to the next scale is told in it: 999,950 is a million.
        let scale = SCALES.iter().find(|(scale, _)| x.abs() >= scale * 0.999_95);
        match scale {
            None => self.decimal(x, 1),
            Some((scale, key)) => format!("{}{NBSP}{}", self.decimal(x / scale, 1), self.say(key)),
        }
    }

    /// «12,4 млн ₽», “₽12.4 million”.
    #[must_use]
    pub fn money(&self, amount: Kopecks) -> String {
        let shown = self.compact(amount.roubles());
        if self.language == Language::Ru { format!("{shown}{NBSP}₽") } else { format!("₽{shown}") }
    }

    /// «13 %», “13%”; `None` of nothing.
    #[must_use]
    pub fn percent(&self, part: u32, whole: u32) -> Option<String> {
        (whole > 0).then(|| self.share(f64::from(part) / f64::from(whole)))
    }

    /// A share 0…1 in per cent. What is not nothing and not all is not told as 0 or 100.
    #[must_use]
    pub fn share(&self, share: f64) -> String {
        let percent = match share * 100.0 {
            p if p > 0.0 && p < 1.0 => "<1".to_owned(),
            p if p < 100.0 && p > 99.0 => ">99".to_owned(),
            p => self.decimal(p, 0),
        };
        if self.language == Language::Ru { format!("{percent}{NBSP}%") } else { format!("{percent}%") }
    }

    /// «21 ноября 2026», “21 November 2026”.
    #[must_use]
    pub fn date(&self, t: Timestamp) -> String {
        self.day(self.zone.day_of(t))
    }

    /// The same of a day.
    #[must_use]
    pub fn day(&self, day: Date) -> String {
        let month = self.month_name("months", day.month());
        format!("{}{NBSP}{month} {}", day.day(), day.year())
    }

    /// «21.11.2026», “21 Nov 2026”.
    #[must_use]
    pub fn short_date(&self, t: Timestamp) -> String {
        let day = self.zone.day_of(t);
        match self.language {
            Language::Ru => format!("{:02}.{:02}.{}", day.day(), day.month(), day.year()),
            Language::En => {
                let month = self.month_name("months", day.month());
                format!("{}{NBSP}{} {}", day.day(), &month[..3], day.year())
            }
        }
    }

    /// «ноя 2026», “Nov 2026”.
    #[must_use]
    pub fn month(&self, year: i16, month: u8) -> String {
        format!("{} {year}", self.month_name("months_short", i8::try_from(month).unwrap_or(1)))
    }

    fn month_name(&self, key: &str, month: i8) -> String {
        let names = self.say(key);
        let at = usize::try_from(month - 1).unwrap_or(0);
        names.split('|').nth(at).unwrap_or_default().to_owned()
    }

    /// The legal day of a moment.
    #[must_use]
    pub fn day_of(&self, t: Timestamp) -> Date {
        self.zone.day_of(t)
    }

    /// A moment as the wire has it, as a day; a dash where there is none.
    #[must_use]
    pub fn day_of_text(&self, moment: Option<&str>) -> String {
        moment.and_then(Timestamp::parse_rfc3339).map_or_else(|| "—".to_owned(), |t| self.short_date(t))
    }
}

/// Which form goes with a number: 0 one, 1 few (or other), 2 many (CLDR plural rules).
fn plural(language: Language, n: i64) -> usize {
    let n = n.unsigned_abs();
    match language {
        Language::En => usize::from(n != 1),
        Language::Ru => match (n % 10, n % 100) {
            (_, 11..=14) => 2,
            (1, _) => 0,
            (2..=4, _) => 1,
            _ => 2,
        },
    }
}

/// A name at the head of a page: its first letter large.
#[must_use]
pub fn as_heading(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// A word in the middle of a sentence: its first letter small, unless the word is an abbreviation.
#[must_use]
pub fn within_sentence(name: &str) -> String {
    let mut letters = name.chars();
    let (first, second) = (letters.next(), letters.next());
    match (first, second) {
        (Some(first), Some(second)) if !second.is_uppercase() => {
            let rest = &name[first.len_utf8()..];
            first.to_lowercase().chain(rest.chars()).collect()
        }
        _ => name.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn speech(language: Language) -> Speech {
        Speech::new(language, Zone::parse("Asia/Vladivostok").unwrap())
    }

    #[test]
    fn words_follow_their_numbers() {
        let ru = speech(Language::Ru);
        for (n, told) in [
            (0, "0 дней"),
            (1, "1 день"),
            (2, "2 дня"),
            (5, "5 дней"),
            (11, "11 дней"),
            (14, "14 дней"),
            (21, "21 день"),
            (22, "22 дня"),
            (111, "111 дней"),
        ] {
            assert_eq!(ru.counted("unit.days", n), told.replace(' ', "\u{a0}"));
        }
        let en = speech(Language::En);
        for (n, told) in [(0, "0 days"), (1, "1 day"), (2, "2 days"), (21, "21 days")] {
            assert_eq!(en.counted("unit.days", n), told.replace(' ', "\u{a0}"));
        }
    }

    #[test]
    fn numbers_are_grouped_as_the_language_does() {
        let (ru, en) = (speech(Language::Ru), speech(Language::En));
        assert_eq!((ru.number(9_285), ru.number(19_285)), ("9\u{a0}285".into(), "19\u{a0}285".into()));
        assert_eq!((en.number(9_285), en.number(-1_234_567)), ("9,285".into(), "−1,234,567".into()));
        assert_eq!(
            (ru.decimal(12.44, 1), en.decimal(12.0, 1), ru.decimal(-0.04, 1)),
            ("12,4".into(), "12".into(), "0".into())
        );
    }

    #[test]
    fn numbers_and_money_are_told_as_the_application_tells_them() {
        #[derive(serde::Deserialize)]
        struct Told {
            n: f64,
            number: String,
            compact: String,
            money: String,
        }
        let all = include_str!("../../tests/fixtures/numbers.json");
        let all: Vec<Told> = serde_json::from_str(all).unwrap();
        let (ru, plain) = (speech(Language::Ru), |text: String| text.replace('\u{a0}', " "));
        for told in all {
            assert_eq!(plain(ru.decimal(told.n, 0)), told.number);
            assert_eq!(plain(ru.compact(told.n)), told.compact);
            assert_eq!(plain(ru.money(Kopecks::from_roubles(told.n).unwrap())), told.money);
        }
    }

    #[test]
    fn large_numbers_and_money_are_told_in_few_digits() {
        let (ru, en) = (speech(Language::Ru), speech(Language::En));
        let plain = |text: String| text.replace('\u{a0}', " ");
        assert_eq!(plain(ru.compact(4_900.0)), "4,9 тыс.");
        assert_eq!(plain(ru.compact(999_960.0)), "1 млн");
        assert_eq!(plain(ru.money(Kopecks(1_240_000_000))), "12,4 млн ₽");
        assert_eq!(plain(ru.money(Kopecks(38_000_000_000))), "380 млн ₽");
        assert_eq!(plain(en.money(Kopecks(1_240_000_000))), "₽12.4 million");
        assert_eq!(plain(ru.money(Kopecks(45_000))), "450 ₽");
    }

    #[test]
    fn a_share_is_not_rounded_to_nothing_or_all() {
        let ru = speech(Language::Ru);
        assert_eq!(ru.percent(14, 112).unwrap(), "13\u{a0}%"); // 12.5 rounds half up
        assert_eq!((ru.share(0.001), ru.share(0.999)), ("<1\u{a0}%".into(), ">99\u{a0}%".into()));
        assert_eq!((ru.percent(0, 5), ru.percent(1, 0)), (Some("0\u{a0}%".into()), None));
    }

    #[test]
    fn days_are_told_in_the_zone_of_the_region() {
        let evening = Timestamp::parse_rfc3339("2026-11-21T20:00:00Z").unwrap();
        assert_eq!(speech(Language::Ru).date(evening).replace('\u{a0}', " "), "22 ноября 2026");
        assert_eq!(speech(Language::En).short_date(evening).replace('\u{a0}', " "), "22 Nov 2026");
    }

    #[test]
    fn abbreviations_keep_their_capitals_within_a_sentence() {
        assert_eq!(within_sentence("Дороги"), "дороги");
        assert_eq!(within_sentence("ЖКХ"), "ЖКХ");
        assert_eq!(within_sentence("Я"), "Я");
    }
}
