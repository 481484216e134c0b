//! Who may do what.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::MunicipalityNo;

/// A role of a person or of a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[repr(u8)]
pub enum Role {
    /// Anybody: public reading.
    Anonymous = 0,
    /// Proposes, supports and confirms in the own municipality.
    Citizen = 1,
    /// Works on problems of a municipality.
    MunicipalOperator = 2,
    /// Head of a municipality.
    Head = 3,
    /// Watches over a sphere for the region.
    RegionalCurator = 4,
    /// Publishes texts and photos.
    Moderator = 5,
    /// Verifies what is reported as done.
    Controller = 6,
    /// Reads everything that is not personal.
    Analyst = 7,
    /// Reads events with their actors.
    Auditor = 8,
    /// Dictionaries, users, keys; cannot edit events.
    Admin = 9,
    /// The atlas itself: rules that act by the calendar.
    System = 10,
}

impl Role {
    /// All roles.
    pub const ALL: [Self; 11] = [
        Self::Anonymous,
        Self::Citizen,
        Self::MunicipalOperator,
        Self::Head,
        Self::RegionalCurator,
        Self::Moderator,
        Self::Controller,
        Self::Analyst,
        Self::Auditor,
        Self::Admin,
        Self::System,
    ];

    /// The name on the wire.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Anonymous => "anonymous",
            Self::Citizen => "citizen",
            Self::MunicipalOperator => "municipal_operator",
            Self::Head => "head",
            Self::RegionalCurator => "regional_curator",
            Self::Moderator => "moderator",
            Self::Controller => "controller",
            Self::Analyst => "analyst",
            Self::Auditor => "auditor",
            Self::Admin => "admin",
            Self::System => "system",
        }
    }

    /// Reads the name on the wire.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.code() == text)
    }

    /// The role with this number on disk.
    #[must_use]
    pub fn from_number(number: u8) -> Option<Self> {
        Self::ALL.get(usize::from(number)).copied()
    }
}

/// Something that needs a permission. What is not listed in [`Permission::holders`] is denied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Permission {
    /// Read what is public.
    ReadPublic,
    /// Send in an appeal.
    SubmitAppeal,
    /// Send in files of records.
    Import,
    /// Put photos on the cards of problems, and take them off.
    PublishPhotos,
}

impl Permission {
    /// The roles that hold the permission.
    #[must_use]
    pub const fn holders(self) -> &'static [Role] {
        match self {
            Self::ReadPublic => &Role::ALL,
            Self::SubmitAppeal => &[
                Role::Citizen,
                Role::MunicipalOperator,
                Role::Head,
                Role::RegionalCurator,
                Role::Moderator,
                Role::Admin,
            ],
            Self::Import => &[Role::RegionalCurator, Role::Admin],
            Self::PublishPhotos => &[Role::Moderator, Role::Admin],
        }
    }
}

/// Where and until when a role holds. Empty lists mean everywhere and every sphere.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Scope {
    /// Municipalities.
    #[serde(default)]
    pub municipalities: Vec<MunicipalityNo>,
    /// Codes of spheres.
    #[serde(default)]
    pub spheres: Vec<String>,
    /// First day.
    #[serde(default)]
    pub valid_from: Option<Date>,
    /// First day on which it no longer holds.
    #[serde(default)]
    pub valid_to: Option<Date>,
}

/// What a permission is asked for.
#[derive(Debug, Clone, Copy, Default)]
pub struct Object<'a> {
    /// Its municipality, when it has one.
    pub municipality: Option<MunicipalityNo>,
    /// Its sphere, when it has one.
    pub sphere: Option<&'a str>,
}

/// The one decision: may somebody with `role` within `scope` do this to `object` on `today`? Deny by default.
#[must_use]
pub fn authorize(
    role: Role,
    scope: &Scope,
    permission: Permission,
    object: &Object<'_>,
    today: Date,
) -> bool {
    let in_time =
        scope.valid_from.is_none_or(|from| from <= today) && scope.valid_to.is_none_or(|to| today < to);
    let in_place = scope.municipalities.is_empty()
        || object.municipality.is_some_and(|m| scope.municipalities.contains(&m));
    let in_sphere =
        scope.spheres.is_empty() || object.sphere.is_some_and(|s| scope.spheres.iter().any(|own| own == s));
    permission.holders().contains(&role) && in_time && in_place && in_sphere
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_reaches_only_its_own_municipalities_spheres_and_days() {
        let day = |text: &str| text.parse::<Date>().unwrap();
        let scope = Scope {
            municipalities: vec![MunicipalityNo(3)],
            spheres: vec!["roads".into()],
            valid_from: None,
            valid_to: Some(day("2026-12-01")),
        };
        let may = |municipality, sphere, today| {
            let object = Object { municipality: Some(MunicipalityNo(municipality)), sphere: Some(sphere) };
            authorize(Role::MunicipalOperator, &scope, Permission::SubmitAppeal, &object, day(today))
        };
        assert!(may(3, "roads", "2026-11-30"));
        assert!(!may(4, "roads", "2026-11-30"));
        assert!(!may(3, "health", "2026-11-30"));
        assert!(!may(3, "roads", "2026-12-01"));
    }

    #[test]
    fn each_permission_is_held_by_its_roles_and_by_nobody_else() {
        let today = Date::constant(2026, 11, 1);
        let may =
            |role, permission| authorize(role, &Scope::default(), permission, &Object::default(), today);
        for role in Role::ALL {
            assert!(may(role, Permission::ReadPublic), "{role:?}");
            for permission in [Permission::SubmitAppeal, Permission::Import, Permission::PublishPhotos] {
                assert_eq!(
                    may(role, permission),
                    permission.holders().contains(&role),
                    "{role:?} {permission:?}"
                );
            }
        }
        for reader in [Role::Anonymous, Role::Analyst, Role::Auditor] {
            assert!(!may(reader, Permission::SubmitAppeal) && !may(reader, Permission::Import), "{reader:?}");
            assert!(!may(reader, Permission::PublishPhotos), "{reader:?}");
        }
        assert!(!may(Role::MunicipalOperator, Permission::Import) && !may(Role::Citizen, Permission::Import));
        assert!(
            !may(Role::MunicipalOperator, Permission::PublishPhotos)
                && !may(Role::Head, Permission::PublishPhotos)
        );
    }

    #[test]
    fn an_object_without_a_place_or_a_sphere_is_out_of_reach_for_whoever_is_bound_to_one() {
        let today = Date::constant(2026, 11, 1);
        let bound = [
            Scope { municipalities: vec![MunicipalityNo(3)], ..Scope::default() },
            Scope { spheres: vec!["roads".into()], ..Scope::default() },
        ];
        for scope in bound {
            let may = authorize(Role::Head, &scope, Permission::SubmitAppeal, &Object::default(), today);
            assert!(!may, "{scope:?}");
        }
        let not_yet = Scope { valid_from: Some(today.tomorrow().unwrap()), ..Scope::default() };
        assert!(!authorize(Role::Admin, &not_yet, Permission::Import, &Object::default(), today));
    }

    #[test]
    fn names_and_numbers_of_roles_lead_back_to_them() {
        for role in Role::ALL {
            assert_eq!((Role::parse(role.code()), Role::from_number(role as u8)), (Some(role), Some(role)));
        }
        assert_eq!((Role::parse("root"), Role::from_number(11)), (None, None));
    }

    #[test]
    fn what_no_row_grants_is_denied() {
        let scope = Scope::default();
        let today = Date::constant(2026, 11, 1);
        assert!(!authorize(Role::Anonymous, &scope, Permission::SubmitAppeal, &Object::default(), today));
        assert!(!authorize(Role::Analyst, &scope, Permission::Import, &Object::default(), today));
        assert!(authorize(Role::Anonymous, &scope, Permission::ReadPublic, &Object::default(), today));
    }
}
