//! The page about the command line, made from the tree of commands and the table of exit codes.

use clap::{Arg, Command};

use crate::exit::{EXIT_CODES, ExitMeaning};

/// What stands before the commands.
const INTRODUCTION: &str = include_str!("page/introduction.md");

/// `docs/operating/command-line.md` of this command line.
#[must_use]
pub fn reference_page(mut whole: Command) -> String {
    // Hidden arguments and generated ones come about now.
    whole.build();
    let mut page = INTRODUCTION.to_owned();
    page.push_str("\n## Exit codes\n\nOf the client commands; those of `claviger server` are in its `--help`.\n\n");
    page.push_str("| code | meaning |\n|---|---|\n");
    for ExitMeaning { code, meaning } in EXIT_CODES {
        page.push_str(&format!("| {code} | {meaning} |\n"));
    }
    page.push_str("\n## Options of every client command\n\n");
    let globals = whole.get_arguments().filter(|argument| is_global(argument));
    page.push_str(&options(globals));
    page.push_str("\n## Commands\n");
    for command in whole.get_subcommands() {
        describe(command, "claviger", &mut page);
    }
    page
}

fn describe(command: &Command, above: &str, page: &mut String) {
    let name = format!("{above} {}", command.get_name());
    match command.get_name() {
        "help" => return,
        "server" => {
            page.push_str(&format!(
                "\n### `{name}`\n\nRun the service; its options are in [configuration.md](configuration.md).\n"
            ));
            return;
        }
        _ => {}
    }
    if command.has_subcommands() {
        for below in command.get_subcommands() {
            describe(below, &name, page);
        }
        return;
    }
    let positional: String =
        command.get_positionals().map(|one| format!(" {}", usage(one))).collect();
    page.push_str(&format!("\n### `{name}{positional}`\n\n"));
    let about = command.get_long_about().or(command.get_about());
    page.push_str(&about.map(ToString::to_string).unwrap_or_default());
    page.push('\n');
    let own = options(command.get_arguments().filter(|argument| !is_global(argument)));
    if !own.is_empty() {
        page.push_str(&format!("\n{own}"));
    }
}

fn options<'a>(arguments: impl Iterator<Item = &'a Arg>) -> String {
    let generated = ["help", "version"];
    let mut list = String::new();
    for argument in arguments.filter(|one| {
        one.get_action().takes_values() || !generated.contains(&one.get_id().as_str())
    }) {
        let help = argument.get_help().map(ToString::to_string).unwrap_or_default();
        let default: Vec<String> = argument
            .get_default_values()
            .iter()
            .map(|value| value.to_string_lossy().into_owned())
            .collect();
        let default = match default.as_slice() {
            [one] if one != "-" && argument.get_action().takes_values() => {
                format!("; default `{one}`")
            }
            _ => String::new(),
        };
        list.push_str(&format!("- `{}`: {help}{default}\n", usage(argument)));
    }
    list
}

fn usage(argument: &Arg) -> String {
    let value = || {
        let names = argument.get_value_names().unwrap_or_default();
        names.first().map_or_else(|| argument.get_id().as_str().to_uppercase(), ToString::to_string)
    };
    match argument.get_long() {
        Some(long) if is_optional_value(argument) => format!("--{long}[={}]", value()),
        Some(long) if argument.get_action().takes_values() => format!("--{long} {}", value()),
        Some(long) => format!("--{long}"),
        None if argument.is_required_set() => value(),
        None => format!("[{}]", value()),
    }
}

fn is_optional_value(argument: &Arg) -> bool {
    argument.get_num_args().is_some_and(|number| number.takes_values() && number.min_values() == 0)
}

fn is_global(argument: &Arg) -> bool {
    argument.get_id().as_str().starts_with("global-")
}
