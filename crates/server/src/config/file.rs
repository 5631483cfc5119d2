//! The configuration file: TOML whose keys are the names of the flags.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use super::Source;
use super::error::ConfigurationError;
use super::option::{Given, ServerOption, Takes};
use super::options::OPTIONS;

/// The most bytes that are read.
const LIMIT: u64 = 64 * 1024;

/// The values in the file, as text, by option name.
pub(super) fn read(path: &Path) -> Result<Vec<(&'static str, String)>, ConfigurationError> {
    let unreadable = |error| ConfigurationError::Unreadable { path: path.to_owned(), error };
    let mut text = String::new();
    let file = File::open(path).map_err(unreadable)?;
    file.take(LIMIT + 1).read_to_string(&mut text).map_err(unreadable)?;
    let syntax = |line, problem: &str| ConfigurationError::Syntax {
        path: path.to_owned(),
        line,
        problem: problem.to_owned(),
    };
    if text.len() as u64 > LIMIT {
        return Err(syntax(1, "the file is larger than 64 KiB"));
    }
    let table: toml::Table = text.parse().map_err(|error: toml::de::Error| {
        let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
        syntax(before.matches('\n').count() + 1, error.message())
    })?;
    table.iter().map(|(key, value)| read_value(path, key, value)).collect()
}

fn read_value(
    path: &Path,
    key: &str,
    value: &toml::Value,
) -> Result<(&'static str, String), ConfigurationError> {
    let option = OPTIONS
        .iter()
        .find(|option| option.name == key && option.given == Given::Everywhere)
        .ok_or_else(|| ConfigurationError::UnknownKey {
            key: key.to_owned(),
            path: path.to_owned(),
        })?;
    let text = match (option.takes, value) {
        (Takes::Text(_) | Takes::OneOf(_), toml::Value::String(text)) => text.clone(),
        (Takes::Number(_), toml::Value::Integer(number)) => number.to_string(),
        (Takes::Switch, toml::Value::Boolean(yes)) => yes.to_string(),
        _ => return Err(wrong_type(path, option, value)),
    };
    Ok((option.name, text))
}

fn wrong_type(path: &Path, option: &ServerOption, value: &toml::Value) -> ConfigurationError {
    let expected = match option.takes {
        Takes::Text(_) | Takes::OneOf(_) => "a string in quotes",
        Takes::Number(_) => "a whole number without quotes",
        Takes::Switch => "true or false, without quotes",
    };
    ConfigurationError::Value {
        option: option.name.to_owned(),
        source: Source::File(path.to_owned()),
        value: value.to_string(),
        expected: expected.to_owned(),
    }
}
