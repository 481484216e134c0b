//! Numbers and yes/no as files write them.

/// Reads a decimal number: spaces between digits and a comma for the point are allowed.
///
/// May be infinite or not a number when the text says so; the caller checks the range.
pub(super) fn parse_number(text: &str) -> Option<f64> {
    if let Ok(number) = text.parse() {
        return Some(number);
    }
    let is_space = |c: char| matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}');
    let plain: String = text.chars().filter(|c| !is_space(*c)).collect();
    let pointed = if plain.contains('.') { plain } else { plain.replacen(',', ".", 1) };
    pointed.parse().ok()
}

/// Reads a whole number between `low` and `high`; `3.0` counts as whole.
pub(super) fn parse_whole(text: &str, low: u32, high: u32) -> Option<u32> {
    let number = parse_number(text)?;
    let whole = number.fract() == 0.0 && (f64::from(low)..=f64::from(high)).contains(&number);
    whole.then_some(number as u32)
}

/// Reads yes or no in the spellings of programs and people.
pub(super) fn parse_bool(text: &str) -> Option<bool> {
    match text.to_lowercase().as_str() {
        "true" | "yes" | "1" | "да" | "t" | "y" => Some(true),
        "false" | "no" | "0" | "нет" | "f" | "n" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_may_have_spaces_between_digits_and_a_comma_for_the_point() {
        assert_eq!(parse_number("48.5"), Some(48.5));
        assert_eq!(parse_number("48,5"), Some(48.5));
        assert_eq!(parse_number("1\u{a0}250 000,5"), Some(1_250_000.5));
        assert_eq!(parse_number("1,250,000"), None);
        assert_eq!(parse_number("1.250,5"), None);
        assert_eq!(parse_number(""), None);
    }

    #[test]
    fn a_whole_number_is_whole_and_within_its_range() {
        assert_eq!(parse_whole("3.0", 1, 5), Some(3));
        for wrong in ["0", "6", "3.5", "NaN", "inf", "-1", "three", "1e99"] {
            assert_eq!(parse_whole(wrong, 1, 5), None, "{wrong}");
        }
    }

    #[test]
    fn yes_and_no_are_read_in_both_languages() {
        assert_eq!(parse_bool("Да"), Some(true));
        assert_eq!(parse_bool("FALSE"), Some(false));
        assert_eq!(parse_bool("maybe"), None);
    }
}
