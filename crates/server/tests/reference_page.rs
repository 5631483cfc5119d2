//! The committed reference page is the one that the table of options makes.

use std::fs;
use std::path::Path;

#[test]
fn the_reference_page_is_up_to_date() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/operating/configuration.md");
    let committed = fs::read_to_string(path).unwrap_or_default();
    assert!(
        committed == claviger_server::reference_page(),
        "run `cargo run -p claviger-server --example configuration_page` and commit the page"
    );
}
