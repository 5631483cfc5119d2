//! Prints `docs/operating/command-line.md`, made from the tree of commands.

use std::io::Write as _;

fn main() -> std::io::Result<()> {
    let page = claviger_cli::reference_page(claviger_cli::command(claviger_server::command()));
    std::io::stdout().write_all(page.as_bytes())
}
