//! The paragraph that tells a map in words: for the page, for alternative texts, for oEmbed and for print alike.

use super::speech::{Speech, within_sentence};
use crate::domain::Kopecks;

/// What the paragraph tells.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    /// What the map shows, in the nominative.
    pub place: String,
    /// Problems on it.
    pub count: u32,
    /// Of them overdue.
    pub overdue: u32,
    /// The most frequent topic with its count.
    pub top: Option<(String, u32)>,
    /// Deadlines within 30 days.
    pub due_soon: u32,
    /// Known costs of the overdue ones.
    pub overdue_cost: Kopecks,
    /// Overdue ones with a known cost.
    pub overdue_priced: u32,
}

/// Tells a map in words. A number of which nothing is known is left out, never told as zero.
#[must_use]
pub fn paragraph(speech: &Speech, summary: &Summary) -> String {
    let place = summary.place.as_str();
    if summary.count == 0 {
        return speech.fill("summary.empty", &[("place", place)]);
    }
    let count = speech.counted("unit.objects", i64::from(summary.count));
    let mut sentences = vec![if summary.overdue == 0 {
        speech.fill("summary.none_overdue", &[("place", place), ("count", &count)])
    } else {
        let overdue = speech.counted("unit.overdue", i64::from(summary.overdue));
        let share = speech.percent(summary.overdue, summary.count).unwrap_or_default();
        let arguments = [("place", place), ("count", &count), ("overdue", &overdue), ("share", &share)];
        speech.fill("summary.overdue", &arguments)
    }];
    if let Some((topic, n)) = &summary.top {
        let n = speech.number(i64::from(*n));
        sentences.push(speech.fill("summary.top", &[("topic", &within_sentence(topic)), ("n", &n)]));
    }
    if summary.due_soon > 0 {
        sentences.push(speech.fill("summary.soon", &[("n", &speech.number(i64::from(summary.due_soon)))]));
    }
    if summary.overdue_priced > 0 {
        let cost = speech.money(summary.overdue_cost);
        sentences.push(if summary.overdue_priced == summary.overdue {
            speech.fill("summary.cost", &[("cost", &cost)])
        } else {
            let (known, all) = (i64::from(summary.overdue_priced), i64::from(summary.overdue));
            let arguments = [("cost", cost), ("known", speech.number(known)), ("all", speech.number(all))];
            let arguments = arguments.each_ref().map(|(name, value)| (*name, value.as_str()));
            speech.fill("summary.cost_known", &arguments)
        });
    }
    sentences.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::time::Zone;
    use crate::messages::Language;

    fn told(language: Language, summary: &Summary) -> String {
        paragraph(&Speech::new(language, Zone::parse("UTC").unwrap()), summary).replace('\u{a0}', " ")
    }

    fn lazo() -> Summary {
        Summary {
            place: "район имени Лазо".into(),
            count: 112,
            overdue: 14,
            top: Some(("Дороги".into(), 41)),
            due_soon: 9,
            overdue_cost: Kopecks(3_800_000_000),
            overdue_priced: 14,
        }
    }

    #[test]
    fn a_map_is_told_in_words() {
        assert_eq!(
            told(Language::Ru, &lazo()),
            "На карте район имени Лазо: 112 объектов, 14 просрочены (13 %). Больше всего — дороги (41). \
             Срок ближайших 30 дней — у 9. Стоимость просроченных — 38 млн ₽."
        );
        let english = Summary { place: "Lazo district".into(), top: Some(("Roads".into(), 41)), ..lazo() };
        assert_eq!(
            told(Language::En, &english),
            "On the map of Lazo district: 112 objects, 14 overdue (13%). Most of them: roads (41). \
             Due within 30 days: 9. Cost of the overdue: ₽38 million."
        );
    }

    #[test]
    fn what_is_not_known_is_not_told() {
        let unpriced = Summary { overdue_priced: 0, due_soon: 0, top: None, ..lazo() };
        assert_eq!(
            told(Language::Ru, &unpriced),
            "На карте район имени Лазо: 112 объектов, 14 просрочены (13 %)."
        );
        let partly = Summary { overdue_priced: 3, ..lazo() };
        assert!(told(Language::Ru, &partly).ends_with("38 млн ₽ (известна у 3 из 14)."));
        let nothing = Summary { place: "Лазо".into(), ..Summary::default() };
        assert_eq!(told(Language::Ru, &nothing), "На карте Лазо: объектов нет.");
        let calm = Summary { count: 21, overdue: 0, overdue_priced: 0, due_soon: 0, top: None, ..lazo() };
        assert_eq!(told(Language::Ru, &calm), "На карте район имени Лазо: 21 объект, просроченных нет.");
    }
}
