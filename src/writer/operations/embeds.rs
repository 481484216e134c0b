//! Keys of embeds: added, taken back.

use crate::domain::embed::Embed;
use crate::domain::{Actor, EmbedNo, EventKind, Record};
use crate::writer::planner::{Operation, Planner, Refusal};

/// Adds a key.
pub struct AddEmbed {
    /// What stands in addresses.
    pub key: String,
    /// Whose it is.
    pub label: String,
    /// Who may frame.
    pub origins: Vec<String>,
}

impl Operation for AddEmbed {
    type Answer = EmbedNo;

    fn plan(self, planner: &mut Planner<'_>) -> Result<EmbedNo, Refusal> {
        if planner.dictionary().find_embed(&self.key).is_some() {
            return Err(Refusal::Conflict("the key is taken"));
        }
        let no = EmbedNo(planner.dictionary().embeds.len() as u16);
        let now = planner.now;
        let Self { key, label, origins } = self;
        let record = Record::Embed(Embed { no, key, label, origins, added_at: now, removed_at: None });
        planner.happened(record.key(), EventKind::DictionaryChanged, Actor::ADMIN, now);
        planner.put(record);
        Ok(no)
    }
}

/// Takes a key back.
pub struct RemoveEmbed {
    /// Which one.
    pub key: String,
}

impl Operation for RemoveEmbed {
    type Answer = ();

    fn plan(self, planner: &mut Planner<'_>) -> Result<(), Refusal> {
        let found = planner.dictionary().find_embed(&self.key).cloned();
        let mut embed = found.ok_or(Refusal::NotFound("embed"))?;
        let now = planner.now;
        embed.removed_at = Some(now);
        let record = Record::Embed(embed);
        planner.happened(record.key(), EventKind::DictionaryChanged, Actor::ADMIN, now);
        planner.put(record);
        Ok(())
    }
}
