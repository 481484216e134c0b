//! Numbers as Russian texts write them: a comma before decimals, a narrow thousand only from five digits on, the noun in
//! the form that the number asks for.

/// The space that keeps a number and its unit on one line.
pub const NO_BREAK: char = '\u{a0}';

/// A whole number, its thousands apart from 10 000 on (four digits stay together, as years do).
///
/// ```
/// use atlas::demo::numerals::whole;
/// assert_eq!(whole(1974), "1974");
/// assert_eq!(whole(12_500), "12\u{a0}500");
/// assert_eq!(whole(-3), "−3");
/// ```
#[must_use]
pub fn whole(n: i64) -> String {
    let digits = n.unsigned_abs().to_string();
    let mut text = String::from(if n < 0 { "−" } else { "" });
    for (at, digit) in digits.chars().enumerate() {
        if digits.len() > 4 && at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(NO_BREAK);
        }
        text.push(digit);
    }
    text
}

/// Which of the three forms of a noun a number asks for: 1 квартира, 2 квартиры, 5 квартир; 11 and 12 are like 5.
///
/// ```
/// use atlas::demo::numerals::form;
/// assert_eq!([1, 21, 101].map(form), [0, 0, 0]);
/// assert_eq!([2, 34, 104].map(form), [1, 1, 1]);
/// assert_eq!([0, 5, 11, 12, 14, 111, 112].map(form), [2; 7]);
/// ```
#[must_use]
pub const fn form(n: i64) -> usize {
    match (n.unsigned_abs() % 10, n.unsigned_abs() % 100) {
        (_, 11..=14) => 2,
        (1, _) => 0,
        (2..=4, _) => 1,
        _ => 2,
    }
}

/// A length: to ten metres below a kilometre, else to a tenth of a kilometre.
///
/// ```
/// use atlas::demo::numerals::length;
/// assert_eq!(length(847.0), "850\u{a0}м");
/// assert_eq!(length(996.0), "1\u{a0}км");
/// assert_eq!(length(1_160.0), "1,2\u{a0}км");
/// ```
#[must_use]
pub fn length(metres: f64) -> String {
    let tens = (metres / 10.0).round() as i64;
    if tens < 100 {
        return format!("{}{NO_BREAK}м", whole(tens.max(1) * 10));
    }
    format!("{}{NO_BREAK}км", tenths((metres / 100.0).round() as i64))
}

/// An area: square metres, from a hectare on in hectares.
///
/// ```
/// use atlas::demo::numerals::area;
/// assert_eq!(area(1_234.0), "1230\u{a0}м²");
/// assert_eq!(area(23_100.0), "2,3\u{a0}га");
/// ```
#[must_use]
pub fn area(square_metres: f64) -> String {
    let tens = (square_metres / 10.0).round() as i64;
    if tens < 1_000 {
        return format!("{}{NO_BREAK}м²", whole(tens.max(1) * 10));
    }
    format!("{}{NO_BREAK}га", tenths((square_metres / 1_000.0).round() as i64))
}

/// A number given in tenths, without a superfluous zero.
fn tenths(n: i64) -> String {
    match n % 10 {
        0 => whole(n / 10),
        rest => format!("{},{rest}", whole(n / 10)),
    }
}
