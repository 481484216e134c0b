//! `atlas demo`

use std::path::PathBuf;
use std::sync::Arc;

use super::failure::Failure;
use super::opening::{How, close, open_atlas};
use super::progress::Progress;
use super::{CommandResult, Outcome, pack, say};
use crate::demo::{DemoPhrases, DemoPlan, DemoSizes};
use crate::service::demo::{DemoRecipe, write_demo};
use crate::writer::core::Leaving;
use crate::writer::create;
use crate::writer::open::OpenError;

/// Makes an invented region to look at: the same seed gives the same bytes. All data are invented, and every page says so.
///
/// Example: atlas demo --data var/demo
#[derive(clap::Args)]
pub struct Arguments {
    /// The data directory; it must be absent or empty.
    #[arg(long)]
    data: PathBuf,
    /// Problem objects.
    #[arg(long, default_value_t = 9_285, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    problems: u32,
    /// Citizens' appeals.
    #[arg(long, default_value_t = 73_000, value_parser = clap::value_parser!(u32).range(0..=10_000_000))]
    appeals: u32,
    /// Citizens' marks of heads.
    #[arg(long, default_value_t = 90_000, value_parser = clap::value_parser!(u32).range(0..=10_000_000))]
    assessments: u32,
    /// The seed.
    #[arg(long, default_value_t = 27)]
    seed: u64,
    /// Region pack, when it is not the one inside the program.
    #[arg(long)]
    region: Option<PathBuf>,
}

/// Makes the demo.
pub fn run(arguments: &Arguments) -> CommandResult {
    match create::check_directory(&arguments.data) {
        Err(OpenError::Absent(_)) => {}
        Err(error) => return Err(error.into()),
        Ok(()) => {
            let path = arguments.data.display().to_string();
            return Err(Failure::unusable("data_not_empty", vec![("path", path)]));
        }
    }
    let region = arguments.region.as_deref();
    let pack = pack::read(region)?;
    let settings =
        pack.settings.demo.as_ref().ok_or_else(|| Failure::unusable("pack_without_demo", Vec::new()))?;
    let plan: DemoPlan = parse(region, "demo.toml")?;
    let phrases: DemoPhrases = parse(region, "demo_texts.toml")?;
    let sizes = DemoSizes {
        problems: arguments.problems,
        appeals: arguments.appeals,
        assessments: arguments.assessments,
    };
    let recipe =
        DemoRecipe { pack: &pack, settings, plan: &plan, phrases: &phrases, sizes, seed: arguments.seed };
    create::create(&arguments.data)?;
    let moment = recipe.moment();
    let how = How { clock: Arc::new(move || moment), ..How::default() };
    let opened = open_atlas(&arguments.data, how)?;
    let total = u64::from(sizes.problems) + u64::from(sizes.appeals) + u64::from(sizes.assessments);
    let mut progress = Progress::begin("inventing", total);
    let written = write_demo(&opened.running.writer, &arguments.data, &recipe, &mut |n| progress.add(n));
    progress.end();
    close(opened, Leaving::WithCheckpoint)?;
    written.map_err(|error| Failure::failed("demo_failed", vec![("error", error.to_string())]))?;
    let n = |n: u32| n.to_string();
    let (problems, appeals, marks) = (n(sizes.problems), n(sizes.appeals), n(sizes.assessments));
    say::note("demo_done", &[("problems", &problems), ("appeals", &appeals), ("marks", &marks)]);
    Ok(Outcome::Done)
}

fn parse<T: serde::de::DeserializeOwned>(
    region: Option<&std::path::Path>,
    name: &'static str,
) -> Result<T, Failure> {
    let unusable = |error: String| {
        Failure::unusable("config_unusable", vec![("path", name.to_owned()), ("error", error)])
    };
    let bytes = pack::file(region, name).ok_or_else(|| Failure::unusable("pack_without_demo", Vec::new()))?;
    toml::from_slice(&bytes).map_err(|error| unusable(error.to_string()))
}
