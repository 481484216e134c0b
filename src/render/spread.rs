//! Moves symbols apart that would cover one another, as the page does (`web/src/map/spread.ts`): what stands for many stays
//! where it belongs, what stands for few gives way.

const ROUNDS: u32 = 160;
/// The last rounds only push, so that the way home leaves no overlap behind.
const HOMING_ROUNDS: u32 = 120;
/// Part of the way home that a symbol takes in each round.
const HOMING: f64 = 0.02;
const GAP_PX: f64 = 2.0;

/// A symbol that may give way.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spreading {
    /// Centre, pixels.
    pub x: f64,
    /// Centre, pixels.
    pub y: f64,
    /// Half of what it takes, pixels.
    pub radius: f64,
    /// What it stands for: the heavier, the less it moves.
    pub weight: f64,
}

/// The part of the map that centres do not leave, pixels: from and to.
#[derive(Debug, Clone, Copy, PartialEq)]
#[allow(missing_docs)] // the edges
pub struct Room {
    pub x: (f64, f64),
    pub y: (f64, f64),
}

/// New centres in the order of the symbols; the same symbols always get the same ones.
///
/// Cost: O(n²) a round, for at most 160 rounds: meant for the municipalities of a region, or the cells of a tile.
#[must_use]
pub fn spread(symbols: &[Spreading], room: Option<Room>) -> Vec<(f64, f64)> {
    let mut places: Vec<(f64, f64)> = symbols.iter().map(|symbol| (symbol.x, symbol.y)).collect();
    for round in 0..ROUNDS {
        let homing = round < HOMING_ROUNDS;
        if homing {
            for (place, home) in places.iter_mut().zip(symbols) {
                place.0 += (home.x - place.0) * HOMING;
                place.1 += (home.y - place.1) * HOMING;
            }
        }
        if !push_apart(symbols, &mut places) && !homing {
            break;
        }
        if let Some(Room { x, y }) = room {
            places.iter_mut().for_each(|place| *place = (place.0.clamp(x.0, x.1), place.1.clamp(y.0, y.1)));
        }
    }
    places
}

fn push_apart(symbols: &[Spreading], places: &mut [(f64, f64)]) -> bool {
    let mut pushed = false;
    for a in 0..places.len() {
        for b in a + 1..places.len() {
            let (one, other) = (&symbols[a], &symbols[b]);
            let wanted = one.radius + other.radius + GAP_PX;
            let (dx, dy) = (places[b].0 - places[a].0, places[b].1 - places[a].1);
            let distance = (dx * dx + dy * dy).sqrt();
            if distance >= wanted {
                continue;
            }
            pushed = true;
            // Two on one place part along a line of their own.
            let (x, y) = match distance {
                0.0 => (wanted, 0.0),
                _ => (dx * (wanted - distance) / distance, dy * (wanted - distance) / distance),
            };
            let share = other.weight / (one.weight + other.weight);
            places[a].0 -= x * share;
            places[a].1 -= y * share;
            places[b].0 += x * (1.0 - share);
            places[b].1 += y * (1.0 - share);
        }
    }
    pushed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn symbols_that_cover_one_another_part_and_the_heavier_stays() {
        let symbol = |x, weight| Spreading { x, y: 0.0, radius: 20.0, weight };
        let places = spread(&[symbol(0.0, 1_000.0), symbol(10.0, 10.0), symbol(500.0, 1.0)], None);
        assert!(places[1].0 - places[0].0 >= 41.9, "{places:?}");
        assert!(places[0].0.abs() < 1.0);
        assert_eq!(places[2], (500.0, 0.0));
    }

    #[test]
    fn two_on_one_place_part_too() {
        let symbol = Spreading { x: 3.0, y: 4.0, radius: 10.0, weight: 5.0 };
        let places = spread(&[symbol, symbol], None);
        assert!((places[0].0 - places[1].0).abs() >= 21.9);
    }

    #[test]
    fn nothing_is_pushed_out_of_its_room() {
        let symbols: Vec<Spreading> = (0..30)
            .map(|n| Spreading { x: f64::from(n), y: 5.0, radius: 15.0, weight: f64::from(1 + n) })
            .collect();
        let room = Room { x: (0.0, 60.0), y: (0.0, 40.0) };
        for (x, y) in spread(&symbols, Some(room)) {
            assert!((0.0..=60.0).contains(&x) && (0.0..=40.0).contains(&y));
        }
    }
}
