//! Keys of embeds: which sites may show a map of ours in a frame of theirs.

use serde::{Deserialize, Serialize};

use super::{EmbedNo, Timestamp};

/// Most sites of one key: they stand in a header of every answer.
pub const MAX_ORIGINS: usize = 5;

/// A key that was given to a site's owner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Embed {
    /// Its number.
    pub no: EmbedNo,
    /// What stands in addresses: capital letters and digits. Public, no secret.
    pub key: String,
    /// Whose it is, in its owner's words.
    pub label: String,
    /// Who may frame: `https://example.ru`, without a path.
    pub origins: Vec<String>,
    /// When it was added.
    pub added_at: Timestamp,
    /// When it was taken back.
    pub removed_at: Option<Timestamp>,
}

/// An origin of a site as a header may carry it; `None` for anything else.
///
/// ```
/// use atlas::domain::embed::parse_origin;
/// assert_eq!(parse_origin("https://Lazo.example:8443/"), Some("https://lazo.example:8443".into()));
/// for wrong in ["lazo.example", "ftp://a.b", "https://", "https://a b", "https://a;b", "https://a/b", "https://*"] {
///     assert_eq!(parse_origin(wrong), None, "{wrong}");
/// }
/// ```
#[must_use]
pub fn parse_origin(text: &str) -> Option<String> {
    let lower = text.trim().trim_end_matches('/').to_ascii_lowercase();
    let host = lower.strip_prefix("https://").or_else(|| lower.strip_prefix("http://"))?;
    let plain = |c: char| c.is_ascii_alphanumeric() || ".-:".contains(c);
    (!host.is_empty() && host.len() <= 253 && host.chars().all(plain)).then_some(lower)
}
