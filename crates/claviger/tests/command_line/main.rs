//! The command line against the real service: both as processes, as a user has them.

mod age;
mod bench;
mod certificates;
mod files;
mod interrupted;
mod keys;
mod kmip;
mod output;
mod settings;
mod terminal;
mod tour;
mod uses;
