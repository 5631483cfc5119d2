//! The command line: one file per command, one tree of all of them.
//!
//! [`command`] is the tree, [`run`] runs what was asked for, and [`run_age_plugin`] is the whole of `age-plugin-claviger`.
//! Results go to standard output and everything else to standard error. The exit codes are in one table, [`EXIT_CODES`].

mod age_plugin;
mod clock;
mod commands;
mod environment;
mod exit;
mod failure;
mod files;
mod globals;
mod input;
mod page;
mod profile;
mod screen;
mod session;
mod tree;
mod values;
mod wiped;
mod wrapper;

pub use age_plugin::run_age_plugin;
pub use exit::{EXIT_CODES, ExitMeaning};
pub use page::reference_page;
pub use tree::{command, refused_for_the_server, run};
