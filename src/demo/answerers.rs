//! Who answers for a problem: the body of the level that the plan draws, for its sphere and municipality.

use std::collections::BTreeMap;

use super::chance::{Chance, Weights};
use super::themes::Theme;
use crate::domain::{Body, BodyNo, Level, Municipality, MunicipalityNo, Role};

/// The bodies of the pack.
#[derive(Debug)]
pub struct Answerers<'a> {
    bodies: &'a [Body],
    municipality_ids: BTreeMap<MunicipalityNo, &'a str>,
}

impl<'a> Answerers<'a> {
    /// The bodies of a pack and the municipalities that they serve.
    #[must_use]
    pub fn new(bodies: &'a [Body], municipalities: &'a [Municipality]) -> Self {
        let municipality_ids = municipalities.iter().map(|m| (m.no, m.id.as_str())).collect();
        Self { bodies, municipality_ids }
    }

    /// Draws who answers for a theme in a municipality; `None` when the pack has no body at all for it.
    pub fn draw(&self, theme: &Theme, municipality: MunicipalityNo, chance: &mut Chance) -> Option<BodyNo> {
        let answer: Vec<(&String, f64)> =
            theme.plan.answer.iter().flatten().map(|(who, weight)| (who, *weight)).collect();
        let weights = Weights::new(answer.iter().map(|(_, weight)| *weight));
        let who = weights.draw(chance).map(|n| answer[n].0.as_str());
        who.and_then(|who| self.find(who, theme, municipality, chance))
            .or_else(|| self.of_level(Level::Municipal, theme, municipality, chance))
            .or_else(|| self.of_level(Level::Regional, theme, municipality, chance))
    }

    fn find(
        &self,
        who: &str,
        theme: &Theme,
        municipality: MunicipalityNo,
        chance: &mut Chance,
    ) -> Option<BodyNo> {
        match Level::parse(who) {
            Some(level) => self.of_level(level, theme, municipality, chance),
            None => self.bodies.iter().find(|body| body.id == who).map(|body| body.no),
        }
    }

    /// A body of a level: the municipality's own, or the sphere's. The first one listed for a sphere leads it.
    fn of_level(
        &self,
        level: Level,
        theme: &Theme,
        municipality: MunicipalityNo,
        chance: &mut Chance,
    ) -> Option<BodyNo> {
        let home = self.municipality_ids.get(&municipality).copied();
        let fits = |body: &&Body| {
            body.level == level
                && match &body.municipality {
                    Some(own) => Some(own.as_str()) == home,
                    None => body.spheres.contains(&theme.sphere),
                }
        };
        let fitting: Vec<BodyNo> = self.bodies.iter().filter(fits).map(|body| body.no).collect();
        let weights = Weights::new((0..fitting.len()).map(|n| 1.0 / ((n + 1) * (n + 1)) as f64));
        weights.draw(chance).map(|n| fitting[n])
    }

    /// The regional body that watches over a sphere.
    #[must_use]
    pub fn curator(&self, sphere: &str) -> Option<BodyNo> {
        let watches =
            |body: &&Body| body.level == Level::Regional && body.spheres.iter().any(|own| own == sphere);
        self.bodies.iter().find(watches).map(|body| body.no)
    }

    /// The administration of a municipality.
    #[must_use]
    pub fn administration(&self, municipality: MunicipalityNo) -> Option<BodyNo> {
        let home = self.municipality_ids.get(&municipality).copied()?;
        let serves = |body: &&Body| body.municipality.as_deref() == Some(home);
        self.bodies.iter().find(serves).map(|body| body.no)
    }

    /// The level of a body.
    #[must_use]
    pub fn level(&self, body: BodyNo) -> Option<Level> {
        self.bodies.iter().find(|b| b.no == body).map(|b| b.level)
    }

    /// The role in which a body's people work on a problem.
    #[must_use]
    pub fn executor_role(&self, body: Option<BodyNo>) -> Role {
        match body.and_then(|body| self.level(body)) {
            Some(Level::Regional) => Role::RegionalCurator,
            _ => Role::MunicipalOperator,
        }
    }
}
