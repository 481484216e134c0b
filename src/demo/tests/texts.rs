//! Texts that a reader would take for those of a registry.

use super::pack::{PACK, WORLD};
use crate::domain::problem::{MAX_DESCRIPTION_CHARS, MAX_TITLE_CHARS};

fn has_latin(text: &str) -> bool {
    text.chars().any(|c| c.is_ascii_alphabetic())
}

fn check_common(text: &str) {
    assert!(!text.contains(['{', '}', '[', ']', '|', '~']), "left over: {text}");
    assert!(!text.contains("  "), "two spaces: {text}");
    assert!(!text.contains(" ,") && !text.contains(" .") && !text.contains(".."), "punctuation: {text}");
    assert_eq!(text.trim(), text, "spaces around: {text}");
    assert!(!has_latin(text), "Latin letters: {text}");
    assert!(text.chars().next().is_some_and(|c| !c.is_lowercase()), "small letter: {text}");
}

#[test]
fn titles_are_short_clean_and_end_without_a_full_stop() {
    for (p, _) in &WORLD.problems {
        check_common(&p.title);
        assert!((10..=MAX_TITLE_CHARS).contains(&p.title.chars().count()), "{}", p.title);
        assert!(!p.title.ends_with(['.', ',', ':', ' ']), "{}", p.title);
    }
}

#[test]
fn descriptions_have_two_to_six_sentences() {
    for (p, _) in &WORLD.problems {
        check_common(&p.description);
        assert!(p.description.chars().count() <= MAX_DESCRIPTION_CHARS);
        assert!(p.description.ends_with(['.', '?', '!']), "{}", p.description);
        let full_stops = p.description.matches(". ").count() + 1;
        // Abbreviations (`ул.`, `пер.`) are no ends of sentences.
        let abbreviations: usize =
            [" ул. ", " пер. ", " просп. ", " бул. "].iter().map(|a| p.description.matches(a).count()).sum();
        let sentences = full_stops - abbreviations;
        assert!((2..=6).contains(&sentences), "{sentences}: {}", p.description);
    }
}

#[test]
fn numbers_and_units_do_not_come_apart() {
    for (p, _) in &WORLD.problems {
        for text in [&p.title, &p.description] {
            let words: Vec<&str> = text.split(' ').collect();
            for pair in words.windows(2) {
                let is_unit =
                    ["м²", "м³", "км", "%", "га", "м", "см"].contains(&pair[1].trim_end_matches([',', '.']));
                let is_number = pair[0].ends_with(|c: char| c.is_ascii_digit());
                assert!(!(is_unit && is_number), "a space that breaks before a unit: {text}");
            }
        }
    }
}

#[test]
fn no_title_is_worn_out() {
    let mut beginnings: std::collections::HashMap<&str, usize> = std::collections::HashMap::new();
    for (p, _) in &WORLD.problems {
        let beginning = p.title.split([':', ',']).next().unwrap();
        *beginnings.entry(beginning).or_default() += 1;
    }
    assert!(beginnings.len() > 250, "{}", beginnings.len());
    let most = beginnings.values().max().unwrap();
    assert!(*most < WORLD.problems.len() / 25, "{most}");
}

#[test]
fn addresses_name_the_settlement_or_the_road() {
    for (p, _) in &WORLD.problems {
        let address = p.address.as_deref().unwrap();
        let clean = address.trim() == address && !address.contains(['{', '}', '~']) && !has_latin(address);
        assert!(clean, "{address}");
        match p.settlement {
            Some(no) => {
                let label = &PACK.phrases.settlements[&PACK.settlements[no.index()].id].label;
                assert!(address.starts_with(label.as_str()), "{address}");
            }
            None => assert!(address.starts_with("автодорога «"), "{address}"),
        }
    }
}

#[test]
fn appeals_are_plain_sentences_without_numbers_of_houses_or_telephones() {
    let mut different = std::collections::HashSet::new();
    for text in WORLD.appeals.iter().filter_map(|a| a.text.as_deref()) {
        check_common(text);
        assert!(text.ends_with(['.', '?', '!']) && text.chars().count() < 200, "{text}");
        assert!(!text.contains("у дома") && !text.contains('@'), "{text}");
        let digits = text.chars().filter(char::is_ascii_digit).count();
        assert!(digits <= 4, "{text}");
        different.insert(text);
    }
    assert!(different.len() > 1_500, "{}", different.len());
}

#[test]
fn references_are_filled() {
    for event in WORLD.problems.iter().flat_map(|(_, events)| events) {
        if let Some(evidence) = &event.evidence {
            check_common(evidence);
        }
    }
}
