//! `age-plugin-claviger`: the whole program.
//!
//! age starts it with `--age-plugin=…` and speaks with it over standard input and output. It finds its service as every client
//! command does, without flags: by the environment and the profile.

use std::ffi::OsString;
use std::io::{self, Write as _};
use std::process::ExitCode;

use claviger_age::claviger::Plugin;
use claviger_age::plugin::{self, ProtocolError, StateMachine};

use crate::environment::Environment;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::globals::Globals;
use crate::session::Session;
use crate::wrapper::ServiceWrapper;

const HELP: &str = "\
age-plugin-claviger: lets age encrypt and decrypt with keys of a Claviger service

It is started by age, which looks for it on the PATH:
  age -r \"$(claviger age recipient --key NAME)\" -o FILE.age FILE
  claviger age identity > identity.txt
  age -d -i identity.txt -o FILE FILE.age

`claviger age recipient --help` and `claviger age identity --help` say how contexts are given.
The service is found by KMS_SERVICE_URL, KMS_PROFILE and KMS_PROFILES, or at http://127.0.0.1:9998. A recipient or
identity that names another one is refused: nothing is sent to a server that only somebody else knows.
";

/// Runs the plugin with the arguments of the process, without its name.
#[must_use]
pub fn run_age_plugin(arguments: impl Iterator<Item = OsString>) -> ExitCode {
    let arguments: Vec<String> =
        arguments.map(|argument| argument.to_string_lossy().into_owned()).collect();
    let exit = match arguments.as_slice() {
        [option] if option.starts_with("--age-plugin=") => {
            converse(&option["--age-plugin=".len()..])
        }
        [option] if option == "--version" => {
            print(&format!("age-plugin-claviger {}\n", env!("CARGO_PKG_VERSION")))
        }
        [option] if option == "--help" || option == "-h" => print(HELP),
        _ => {
            say(HELP);
            Exit::Usage
        }
    };
    ExitCode::from(exit.code())
}

fn converse(state_machine: &str) -> Exit {
    let state_machine: StateMachine = match state_machine.parse() {
        Ok(state_machine) => state_machine,
        Err(error) => return broken(&error),
    };
    let session = match Session::open(&Environment::of_process(), &Globals::default()) {
        Ok(session) => session,
        Err(failure) => return refused(&failure),
    };
    let plugin = Plugin(ServiceWrapper(&session));
    match plugin::run(state_machine, &plugin, io::stdin().lock(), io::stdout().lock()) {
        Ok(()) => Exit::Done,
        Err(error) => broken(&error),
    }
}

fn refused(failure: &Failure) -> Exit {
    say(&failure.lines());
    failure.exit()
}

fn broken(error: &ProtocolError) -> Exit {
    say(&format!("age-plugin-claviger: {error}\n"));
    Exit::Failed
}

fn print(text: &str) -> Exit {
    match crate::screen::bytes(text.as_bytes()) {
        Ok(()) => Exit::Done,
        Err(failure) => failure.exit(),
    }
}

fn say(text: &str) {
    // Without standard error nobody listens.
    let _ = io::stderr().write_all(text.as_bytes());
}
