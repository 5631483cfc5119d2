//! `claviger man`.

use std::path::{Path, PathBuf};

use clap::Command;
use clap_mangen::Man;

use crate::failure::Failure;
use crate::screen;

/// Print the manual page, or write those of all commands
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Write one page for each command into this folder, such as /usr/local/share/man/man1
    #[arg(long, value_name = "FOLDER")]
    dir: Option<PathBuf>,
}

pub(crate) fn run(arguments: &Arguments, whole: Command) -> Result<(), Failure> {
    match &arguments.dir {
        Some(folder) => write_all(folder, whole),
        None => {
            let mut text = Vec::new();
            Man::new(whole).render(&mut text).map_err(Failure::output)?;
            screen::bytes(&text)
        }
    }
}

fn write_all(folder: &Path, whole: Command) -> Result<(), Failure> {
    std::fs::create_dir_all(folder).map_err(|error| Failure::file(folder, "made", error))?;
    clap_mangen::generate_to(whole, folder).map_err(|error| Failure::file(folder, "written", error))
}
