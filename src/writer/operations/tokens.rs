//! Service tokens: issued, taken back.

use crate::domain::role::{Role, Scope};
use crate::domain::token::Token;
use crate::domain::{Actor, EventKind, Record, TokenNo};
use crate::writer::planner::{Operation, Planner, Refusal};

/// Issues a token of which only the hash is known here.
pub struct IssueToken {
    /// What it is for.
    pub label: String,
    /// Hexadecimal SHA-256 of its text.
    pub sha256: String,
    /// The role that it gives.
    pub role: Role,
    /// Where and until when.
    pub scope: Scope,
}

impl Operation for IssueToken {
    type Answer = TokenNo;

    fn plan(self, planner: &mut Planner<'_>) -> Result<TokenNo, Refusal> {
        let no = TokenNo(planner.dictionary().tokens.len() as u16);
        let now = planner.now;
        let record = Record::Token(Token {
            no,
            label: self.label,
            sha256: self.sha256,
            role: self.role,
            scope: self.scope,
            issued_at: now,
            revoked_at: None,
        });
        planner.happened(record.key(), EventKind::TokenIssued, Actor::ADMIN, now);
        planner.put(record);
        Ok(no)
    }
}

/// Takes a token back.
pub struct RevokeToken {
    /// Which one.
    pub no: TokenNo,
}

impl Operation for RevokeToken {
    type Answer = ();

    fn plan(self, planner: &mut Planner<'_>) -> Result<(), Refusal> {
        let token = planner.dictionary().tokens.get(self.no.index()).cloned();
        let mut token = token.filter(|t| t.revoked_at.is_none()).ok_or(Refusal::NotFound("token"))?;
        let now = planner.now;
        token.revoked_at = Some(now);
        let record = Record::Token(token);
        planner.happened(record.key(), EventKind::TokenRevoked, Actor::ADMIN, now);
        planner.put(record);
        Ok(())
    }
}
