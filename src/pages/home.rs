//! The region as a page of its own: what is overdue first, then the map, then every municipality.

use maud::{Markup, html};

use super::ask::Ask;
use super::layout::{Head, map_document};
use super::map::{Caption, region_map, ring_legend};
use super::parts::{municipality_table, summary_of, tiles};
use super::summary::paragraph;
use crate::service::ReadError;

/// Paragraph, figures, map and table of the region under the conditions.
pub fn overview(ask: &Ask<'_>) -> Result<Markup, ReadError> {
    let overview = ask.atlas.overview(&ask.reading, &ask.filter)?;
    let told = paragraph(&ask.speech, &summary_of(ask, &overview));
    let title = ask.speech.fill("map.title", &[("place", &ask.place_name())]);
    let map = region_map(
        ask,
        &overview.municipalities,
        "unit.objects",
        &Caption { title: &title, description: &told },
    );
    Ok(html! {
        p.lead { (told) }
        (tiles(ask, &overview.total))
        div.split {
            div { (municipality_table(ask, &overview)) }
            @if let Some(map) = map { div { (map) (ring_legend(ask)) } }
        }
    })
}

/// The map: what stands here until the application takes over, and where there is no script for good.
pub fn page(ask: &Ask<'_>, application: &str) -> Result<String, ReadError> {
    let overview = ask.atlas.overview(&ask.reading, &ask.filter)?;
    let title = ask.speech.fill("map.title", &[("place", &ask.place_name())]);
    let head = Head { title, description: paragraph(&ask.speech, &summary_of(ask, &overview)), section: "/" };
    Ok(map_document(ask, &head, &self::overview(ask)?, application))
}
