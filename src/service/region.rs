//! What the page must know of a region before it asks for anything else.

use serde::Serialize;

use super::Reading;
use crate::analytics::clusters;
use crate::domain::{AppealStatus, Body, Category, Municipality, Status};
use crate::render::palette::palette;

/// The region, its names and its colours.
#[derive(Debug, Serialize)]
pub struct RegionView {
    code: String,
    slug: String,
    name_ru: String,
    name_en: String,
    time_zone: String,
    bounds: [f64; 4],
    invented: Option<NoticeView>,
    municipalities: Vec<MunicipalityView>,
    categories: Vec<CategoryView>,
    statuses: Vec<&'static str>,
    appeal_statuses: Vec<&'static str>,
    groups: Vec<GroupView>,
    zooms: ZoomsView,
}

#[derive(Debug, Serialize)]
struct NoticeView {
    ru: String,
    en: String,
}

#[derive(Debug, Serialize)]
struct MunicipalityView {
    id: String,
    slug: String,
    name_ru: String,
    name_en: String,
    oktmo: String,
    population: Option<u32>,
    area_km2: Option<f64>,
    approximate: bool,
    centre: [f64; 2],
    label_point: [f64; 2],
    bounds: Option<[f64; 4]>,
}

#[derive(Debug, Serialize)]
struct CategoryView {
    code: String,
    parent: Option<String>,
    name_ru: String,
    name_en: String,
    icon: String,
}

#[derive(Debug, Serialize)]
struct GroupView {
    id: String,
    light: String,
    dark: String,
    glyph: String,
    name_ru: String,
    name_en: String,
}

#[derive(Debug, Serialize)]
struct ZoomsView {
    cells_from: u8,
    points_from: u8,
}

/// A body as it may be asked for by `responsible`.
#[derive(Debug, Serialize)]
pub struct BodyView {
    id: String,
    name_ru: String,
    name_en: String,
}

/// All bodies of a world. Apart from the region: most who look at a map never ask who is responsible.
#[must_use]
pub fn body_views(reading: &Reading) -> Vec<BodyView> {
    let view = |body: &Body| BodyView {
        id: body.id.clone(),
        name_ru: body.name_ru.clone(),
        name_en: body.name_en.clone(),
    };
    reading.snapshot.dictionary.bodies.iter().map(view).collect()
}

/// The region of a world; `None` in a world without one.
#[must_use]
pub fn region_view(reading: &Reading) -> Option<RegionView> {
    let dictionary = &reading.snapshot.dictionary;
    let region = dictionary.region.as_ref()?;
    let group = |s: &crate::render::palette::StatusColour| GroupView {
        id: s.id.clone(),
        light: s.light.clone(),
        dark: s.dark.clone(),
        glyph: s.glyph.clone(),
        name_ru: s.name_ru.clone(),
        name_en: s.name_en.clone(),
    };
    Some(RegionView {
        code: region.code.clone(),
        slug: region.slug.clone(),
        name_ru: region.name_ru.clone(),
        name_en: region.name_en.clone(),
        time_zone: region.time_zone.clone(),
        bounds: region.bounds,
        invented: region.invented.as_ref().map(|n| NoticeView { ru: n.ru.clone(), en: n.en.clone() }),
        municipalities: dictionary.municipalities.iter().map(|m| municipality_view(reading, m)).collect(),
        categories: dictionary.categories.iter().map(category_view).collect(),
        statuses: Status::ALL.iter().filter(|s| s.is_public()).map(|s| s.code()).collect(),
        appeal_statuses: AppealStatus::ALL.iter().map(|s| s.code()).collect(),
        groups: palette().status.iter().map(group).collect(),
        zooms: ZoomsView { cells_from: clusters::CELLS_FROM, points_from: clusters::POINTS_FROM },
    })
}

fn municipality_view(reading: &Reading, m: &Municipality) -> MunicipalityView {
    let version = m.current();
    MunicipalityView {
        id: m.id.clone(),
        slug: m.slug.clone(),
        name_ru: version.short_name_ru.clone(),
        name_en: version.name_en.clone(),
        oktmo: version.oktmo.clone(),
        population: m.residents(),
        area_km2: version.area_km2,
        approximate: version.approximate,
        centre: [version.centre.lon_deg(), version.centre.lat_deg()],
        label_point: [version.label_point.lon_deg(), version.label_point.lat_deg()],
        bounds: reading.snapshot.boundary(m.no).map(|shape| shape.bounds().degrees()),
    }
}

fn category_view(c: &Category) -> CategoryView {
    CategoryView {
        code: c.code.clone(),
        parent: c.parent.clone(),
        name_ru: c.name_ru.clone(),
        name_en: c.name_en.clone(),
        icon: c.icon.clone(),
    }
}
