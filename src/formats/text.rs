//! Text as people paste it, made fit to store: no control characters, no space around it, never longer than allowed.

use std::borrow::Cow;

/// One line: line breaks and tabs become spaces, other control characters vanish.
pub(super) fn clean_line(text: &str) -> Cow<'_, str> {
    clean(text, |c| matches!(c, '\n' | '\r' | '\t').then_some(' '))
}

/// Several lines: line feeds stay.
pub(super) fn clean_lines(text: &str) -> Cow<'_, str> {
    clean(text, |c| match c {
        '\n' => Some('\n'),
        '\t' => Some(' '),
        _ => None,
    })
}

fn clean(text: &str, instead: impl Fn(char) -> Option<char>) -> Cow<'_, str> {
    let text = text.trim();
    // 0xc2 leads the second block of control characters (U+0080…U+009F) in UTF-8.
    let suspicious = |b: u8| b < 0x20 || b == 0x7f || b == 0xc2;
    if !text.bytes().any(suspicious) || !text.contains(char::is_control) {
        return Cow::Borrowed(text);
    }
    let kept = text.chars().filter_map(|c| if c.is_control() { instead(c) } else { Some(c) });
    Cow::Owned(kept.collect::<String>().trim().to_owned())
}

/// Whether `text` has more than `max` characters. Cost: constant for short texts.
pub(super) fn is_longer(text: &str, max: usize) -> bool {
    text.len() > max && text.chars().nth(max).is_some()
}

/// The text cut to `max` characters: at the end of a word where there is one, with an ellipsis.
pub(super) fn cut_at_word(text: &str, max: usize) -> String {
    let room = text.char_indices().nth(max.saturating_sub(1)).map_or(text.len(), |(at, _)| at);
    let fitting = &text[..room];
    let ends_a_word = text[room..].starts_with(char::is_whitespace);
    let words = if ends_a_word { Some(room) } else { fitting.rfind(char::is_whitespace) };
    let kept = fitting[..words.unwrap_or(room)].trim_end();
    let kept = if kept.is_empty() { fitting } else { kept };
    format!("{kept}…")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn control_characters_vanish_and_space_around_is_trimmed() {
        assert_eq!(clean_line("  a\u{0}b\tc\r\nd\u{85} \u{7f}"), "abc  d".replace("abc", "ab c"));
        assert_eq!(clean_lines(" one\r\ntwo\tthree\u{1b}[31m "), "one\ntwo three[31m");
        assert!(matches!(clean_line(" Яма на дороге "), Cow::Borrowed("Яма на дороге")));
    }

    #[test]
    fn a_long_text_is_cut_after_a_word() {
        assert_eq!(cut_at_word("broken street light", 15), "broken street…");
        assert_eq!(cut_at_word("broken street light", 14), "broken street…");
        assert_eq!(cut_at_word("broken street light", 13), "broken…");
        assert_eq!(cut_at_word("Невероятнодлинное", 6), "Невер…");
    }

    proptest! {
        #[test]
        fn a_cut_text_is_never_longer_than_allowed(text in "[a-zА-я \\t]{0,60}", max in 1usize..40) {
            let cut = cut_at_word(&text, max);
            prop_assert!(!is_longer(&cut, max), "{cut}");
            prop_assert_eq!(is_longer(&text, max), text.chars().count() > max);
        }

        #[test]
        fn a_clean_line_has_no_control_characters(text in "\\PC{0,10}[\\x00-\\x1f]{0,5}\\PC{0,10}") {
            let clean = clean_line(&text);
            prop_assert!(!clean.contains(char::is_control));
            prop_assert_eq!(clean.trim(), clean.as_ref());
        }
    }
}
