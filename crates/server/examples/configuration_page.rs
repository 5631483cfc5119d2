//! Writes the reference page of the configuration to `docs/operating/configuration.md`.

use std::path::Path;

fn main() -> std::io::Result<()> {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/operating/configuration.md");
    std::fs::write(page, claviger_server::reference_page())
}
