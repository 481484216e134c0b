//! The pages that the server writes: one world and one question become HTML, in Russian or in English. No HTTP types.
//!
//! Every page is complete without JavaScript. Text from outside is escaped by the template; the only markup that is put in
//! as it is was made here.
//!
//! - [`speech`]: numbers, money, days and plurals of a language; [`summary`]: the paragraph that tells a map in words;
//! - [`ask`]: who asks for what, and addresses; [`layout`]: what every page has around it; [`style`]: the one stylesheet;
//!   [`built`]: the files of the application;
//! - [`map`]: drawings of the region and of a municipality, with the forms of [`glyph`]; [`picture`]: the same as PNG; [`parts`]: tables and tiles that several pages have;
//! - [`embed`]: frames, pictures and oEmbed, which tell what [`embed_told`] finds under an [`embed_view`], a picture on a [`sheet`]; [`embed_codes`] writes their codes;
//! - one file per page.

pub mod ask;
pub mod built;
pub mod card;
pub mod changes;
pub mod conditions;
pub mod decomposition;
pub mod embed;
pub mod embed_codes;
pub mod embed_told;
pub mod embed_view;
pub mod export;
pub mod failure;
pub mod glyph;
pub mod home;
pub mod hotspots;
pub mod layout;
pub mod map;
pub mod method;
pub mod municipality;
pub mod parts;
pub mod picture;
pub mod plan;
pub mod planner;
mod qgis;
pub mod qr;
pub mod rating;
pub mod rating_charts;
pub mod rating_table;
pub mod sheet;
pub mod silence;
pub mod slippage;
pub mod slippage_bodies;
pub mod speech;
pub mod style;
pub mod summary;
pub mod table;
pub mod told;
