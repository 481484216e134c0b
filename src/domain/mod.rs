//! Nouns and rules, pure: no input or output, no clock, no unseeded chance. Time, ids and seeds are arguments.
//!
//! Start at [`problem`] and [`lifecycle`] (what may happen to a problem and who may do it, one table); [`change`] is the
//! only description of a write; [`deadline`] counts legal days.

pub mod appeal;
pub mod assessment;
pub mod body;
pub mod category;
pub mod change;
pub mod deadline;
pub mod embed;
pub mod event;
pub mod fallback;
pub mod ids;
pub mod lifecycle;
#[cfg(test)]
mod lifecycle_tests;
pub mod money;
pub mod municipality;
pub mod problem;
pub mod quality;
pub mod region;
pub mod role;
pub mod row;
pub mod settlement;
pub mod source;
pub mod status;
pub mod time;
pub mod token;

pub use appeal::{Appeal, AppealStatus};
pub use assessment::Mark;
pub use body::{Body, Level};
pub use category::Category;
pub use change::{ChangeSet, Key, Kind, Record};
pub use event::{Actor, Event, EventKind};
pub use ids::{
    AppealNo, BodyNo, CategoryNo, EmbedNo, FallbackNo, MarkNo, MunicipalityNo, ProblemNo, SettlementNo,
    SourceNo, TokenNo,
};
pub use money::{Cost, CostClass, Kopecks};
pub use municipality::Municipality;
pub use problem::Problem;
pub use quality::{Quality, QualityFlags};
pub use region::Region;
pub use role::Role;
pub use settlement::Settlement;
pub use status::Status;
pub use time::Timestamp;
