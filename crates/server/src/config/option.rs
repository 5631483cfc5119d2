//! What an option is, and how the values of the simple ones are read.

use std::path::PathBuf;

use super::values::Settings;

/// One option.
pub(crate) struct ServerOption {
    /// Its name: the flag without the dashes, and the key in the configuration file.
    pub(crate) name: &'static str,
    /// The environment variable.
    pub(crate) variable: &'static str,
    /// What it takes.
    pub(crate) takes: Takes,
    /// Where it may be given.
    pub(crate) given: Given,
    /// What holds without it, in words for people.
    pub(crate) default: &'static str,
    /// What it does, in one sentence.
    pub(crate) summary: &'static str,
    /// What else there is to know; may be empty.
    pub(crate) details: &'static str,
    /// Reads a value. The error says what is expected, and never repeats the value.
    pub(crate) set: fn(&mut Settings, &str) -> Result<(), String>,
}

/// What an option takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Takes {
    /// Text; the word stands for it in `--help`.
    Text(&'static str),
    /// A whole number; the word stands for it in `--help`.
    Number(&'static str),
    /// Yes or no: `--name` alone means yes.
    Switch,
    /// One of these words.
    OneOf(&'static [&'static str]),
}

/// Where an option may be given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Given {
    /// As a flag, in the environment, in `.env` and in the configuration file.
    Everywhere,
    /// Everywhere but in the configuration file, which it names.
    NotInFile,
    /// In the environment and in `.env` only: it is a secret, and flags and files are seen by others.
    EnvironmentOnly,
}

/// A path that is not empty.
pub(super) fn path(text: &str) -> Result<PathBuf, String> {
    non_empty(text, "a path").map(PathBuf::from)
}

/// Text that is not empty.
pub(super) fn non_empty(text: &str, expected: &str) -> Result<String, String> {
    if text.is_empty() { Err(expected.to_owned()) } else { Ok(text.to_owned()) }
}

/// Names of hosts, separated by commas.
pub(super) fn host_names(text: &str) -> Result<Vec<String>, String> {
    let names: Vec<String> = text.split(',').map(|name| name.trim().to_owned()).collect();
    let is_name = |name: &String| !name.is_empty() && !name.contains(char::is_whitespace);
    match names.iter().all(is_name) {
        true => Ok(names),
        false => Err("names or addresses without a port, separated by commas".to_owned()),
    }
}

/// Yes or no.
pub(super) fn switch(text: &str) -> Result<bool, String> {
    text.parse().map_err(|_| "true or false".to_owned())
}

/// A whole number in a range.
pub(super) fn number(text: &str, least: usize, most: usize) -> Result<usize, String> {
    text.parse()
        .ok()
        .filter(|number| (least..=most).contains(number))
        .ok_or_else(|| format!("a number from {least} to {most}"))
}
