//! Prints `docs/operating/command-line.md`, made from the tree of commands.

use std::io::Write as _;

fn main() -> std::io::Result<()> {
    let whole = claviger_cli::command(claviger_server::command())
        .subcommand(claviger_server::audit_command());
    let page = claviger_cli::reference_page(whole);
    std::io::stdout().write_all(page.as_bytes())
}
