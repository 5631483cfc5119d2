//! The options that every client command has. They may stand before or after the command; the last place wins.

use clap::builder::PossibleValuesParser;
use clap::{Arg, ArgAction, ArgMatches, Command};

const URL: &str = "global-url";
const PROFILE: &str = "global-profile";
const OUTPUT: &str = "global-output";
const QUIET: &str = "global-quiet";
const NO_COLOR: &str = "global-no-color";

/// What was given of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Globals {
    pub(crate) url: Option<String>,
    pub(crate) profile: Option<String>,
    pub(crate) output: Option<String>,
    pub(crate) quiet: bool,
    pub(crate) no_color: bool,
}

/// Commands that reach no service and print nothing but what they are for.
const WITHOUT: &[&str] = &["completions", "man"];

/// Adds the options to a command and to all below it. Where a command has an `--output` of its own, that one stands.
pub(crate) fn add_to(command: Command) -> Command {
    if WITHOUT.contains(&command.get_name()) {
        return command;
    }
    let own = |name: &str, command: &Command| {
        command.get_arguments().any(|argument| argument.get_long() == Some(name))
    };
    let missing: Vec<Arg> = arguments()
        .into_iter()
        .filter(|argument| argument.get_long().is_some_and(|name| !own(name, &command)))
        .collect();
    command.args(missing).mut_subcommands(add_to)
}

fn arguments() -> [Arg; 5] {
    let option = |id, name| Arg::new(id).long(name).help_heading("Options of every command");
    [
        option(URL, "url")
            .value_name("URL")
            .help("The service's address [env: KMS_SERVICE_URL] [default: http://127.0.0.1:9998]"),
        option(PROFILE, "profile")
            .value_name("NAME")
            .help("The profile to take settings from [env: KMS_PROFILE] [default: `default`, if there is one]"),
        option(OUTPUT, "output")
            .value_name("FORMAT")
            .value_parser(PossibleValuesParser::new(["table", "json"]))
            .help("How results are written [env: KMS_OUTPUT] [default: table]"),
        option(QUIET, "quiet")
            .action(ArgAction::SetTrue)
            .help("Print results and errors only: no notes and no progress"),
        option(NO_COLOR, "no-color")
            .action(ArgAction::SetTrue)
            .help("Print without colours [env: NO_COLOR]"),
    ]
}

/// What was given at any level of the command.
pub(crate) fn read(matches: &ArgMatches) -> Globals {
    let mut globals = Globals::default();
    let mut level = Some(matches);
    while let Some(matches) = level {
        take_text(matches, URL, &mut globals.url);
        take_text(matches, PROFILE, &mut globals.profile);
        take_text(matches, OUTPUT, &mut globals.output);
        globals.quiet |= is_set(matches, QUIET);
        globals.no_color |= is_set(matches, NO_COLOR);
        level = matches.subcommand().map(|(_, below)| below);
    }
    globals
}

fn take_text(matches: &ArgMatches, id: &str, value: &mut Option<String>) {
    // Not every level has every option.
    if let Ok(Some(text)) = matches.try_get_one::<String>(id) {
        *value = Some(text.clone());
    }
}

fn is_set(matches: &ArgMatches, id: &str) -> bool {
    matches.try_get_one::<bool>(id).ok().flatten().copied().unwrap_or(false)
}
