//! How much memory does it take to serve a million appeals?

use super::support::{Rows, Server, Table, large_world};

pub fn run(table: &mut Table) {
    let place = tempfile::tempdir().expect("a temporary folder");
    let data = large_world(Rows::Appeals, place.path());
    let server = Server::start(&data);
    for z in 0..=14u32 {
        // Khabarovsk, by the usual formula.
        let n = f64::from(1u32 << z);
        let x = ((135.0719 + 180.0) / 360.0 * n) as u32;
        let lat = 48.4827f64.to_radians();
        let y = ((1.0 - (lat.tan() + 1.0 / lat.cos()).ln() / std::f64::consts::PI) / 2.0 * n) as u32;
        server.ask(&format!("/tiles/appeals/{z}/{x}/{y}.mvt"));
        server.ask(&format!("/tiles/appeals-heat/{z}/{x}/{y}.png"));
    }
    server.ask("/ogc/collections/appeals/items?limit=1000");
    server.ask("/api/stats?by=municipality");
    let peak = server.peak_bytes() as f64 / f64::from(1 << 20);
    table.add("peak memory, serving 1,000,000 appeals", format!("{peak:.0} MB"), "< 600 MB");
    server.stop();
}
