//! What an invented region must be: replayable, lawful, plausible, well written.

mod figures;
mod lives;
mod pack;
mod packs;
mod places;
mod reading;
mod replay;
mod texts;
