//! `claviger server` and its flags, made from the table of options; other commands may take some of them.

use clap::builder::{PossibleValuesParser, ValueParser};
use clap::{Arg, ArgAction, ArgMatches, Command};

use super::option::{Given, ServerOption, Takes};
use super::options::OPTIONS;
use super::{Source, Values};
use crate::exit;

/// The subcommand with all its flags.
pub(crate) fn command() -> Command {
    let mut command = Command::new("server")
        .about("Run the key-management service")
        .after_help(after_help())
        .disable_version_flag(true);
    for option in OPTIONS.iter().filter(|option| option.given != Given::EnvironmentOnly) {
        command = command.arg(flag(option));
    }
    command
}

/// The flags of these options, for a command that works on a server's files. Each comes with what it means there.
pub(crate) fn flags(wanted: &[(&str, &'static str)]) -> impl Iterator<Item = Arg> {
    OPTIONS.iter().filter(|option| option.given != Given::EnvironmentOnly).filter_map(|option| {
        let (_, summary) = wanted.iter().find(|(name, _)| *name == option.name)?;
        Some(flag(&ServerOption { summary, details: "", ..*option }))
    })
}

/// The options that were given as flags.
pub(super) fn values(matches: &ArgMatches) -> Values {
    OPTIONS
        .iter()
        .filter(|option| option.given != Given::EnvironmentOnly)
        .filter_map(|option| {
            // Not every command has every flag.
            let text = matches.try_get_one::<String>(option.name).ok().flatten()?;
            Some((option.name, (Source::Flag, text.clone())))
        })
        .collect()
}

fn flag(option: &ServerOption) -> Arg {
    let summary = format!(
        "{} [env: {}] [default: {}]",
        option.summary,
        option.variable,
        plain(option.default)
    );
    let argument = Arg::new(option.name).long(option.name).action(ArgAction::Set);
    let argument = match option.details {
        "" => argument.help(summary),
        details => argument.long_help(format!("{summary}\n\n{}", plain(details))).help(summary),
    };
    match option.takes {
        Takes::Text(word) | Takes::Number(word) => {
            argument.value_name(word).value_parser(ValueParser::string())
        }
        Takes::OneOf(words) => argument
            .value_name(words.join("|"))
            .hide_possible_values(true)
            .value_parser(PossibleValuesParser::new(words)),
        Takes::Switch => argument
            .num_args(0..=1)
            .require_equals(true)
            .default_missing_value("true")
            .value_name("BOOL")
            .hide_possible_values(true)
            .value_parser(PossibleValuesParser::new(["true", "false"])),
    }
}

/// Text for a terminal: without the marks of Markdown.
fn plain(text: &str) -> String {
    text.replace('`', "")
}

fn after_help() -> String {
    let secrets: Vec<String> = OPTIONS
        .iter()
        .filter(|option| option.given == Given::EnvironmentOnly)
        .map(|option| format!("  {}\n          {}", option.variable, option.summary))
        .collect();
    let codes: Vec<String> =
        exit::CODES.iter().map(|(code, meaning)| format!("  {code}  {meaning}")).collect();
    format!(
        "Only in the environment:\n{}\n\nA flag wins over the environment, that over .env in the working directory, that over \
         the file of --config, that over the default.\n\nExit codes:\n{}",
        secrets.join("\n"),
        codes.join("\n")
    )
}
