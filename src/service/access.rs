//! Who may: the token of a request, and whether its role gives a permission today.

use sha2::{Digest, Sha256};

use super::Atlas;
use crate::domain::ids::hex;
use crate::domain::role::{Object, Permission, Scope, authorize};
use crate::domain::token::Token;

/// Why somebody may not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AccessError {
    /// No token, or one that is unknown or taken back.
    #[error("a token is needed")]
    Unauthorized,
    /// The token does not give this right.
    #[error("the token does not give this right")]
    Forbidden,
}

impl Atlas {
    /// The token with this text, when it gives `permission` somewhere today. Whether its scope reaches the place and the sphere
    /// in question is decided where both are known: in the writer.
    pub fn authenticate(&self, text: Option<&str>, permission: Permission) -> Result<Token, AccessError> {
        let sha256 = hex(&Sha256::digest(text.ok_or(AccessError::Unauthorized)?));
        let reading = self.read();
        let dictionary = &reading.snapshot.dictionary;
        let token = dictionary.find_token(&sha256).cloned().ok_or(AccessError::Unauthorized)?;
        let Scope { valid_from, valid_to, .. } = token.scope;
        let anywhere = Scope { valid_from, valid_to, ..Scope::default() };
        let today = dictionary.calendar.zone().day_of(reading.now);
        if authorize(token.role, &anywhere, permission, &Object::default(), today) {
            Ok(token)
        } else {
            Err(AccessError::Forbidden)
        }
    }
}
