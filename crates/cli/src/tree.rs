//! The tree of all client commands, built in one place, and what runs each of them.

use std::process::ExitCode;

use clap::{ArgMatches, Command, FromArgMatches as _, Subcommand};

use crate::commands::{
    age, cert, completions, decapsulate, decrypt, decrypt_file, derive, doctor, encapsulate,
    encrypt, encrypt_file, generate_key, hash, health, key, kmip, mac, mac_verify, man, random,
    rewrap, sign, status, unwrap, verify, version, wrap,
};
use crate::environment::Environment;
use crate::exit::{self, Exit};
use crate::failure::Failure;
use crate::globals::{self, Globals};
use crate::screen::{Format, Screen};
use crate::session::{self, Session};

/// Every client command, in the order of the help.
#[derive(Debug, Subcommand)]
enum Verb {
    /// Create, list, change, move and end keys
    #[command(subcommand, arg_required_else_help = true)]
    Key(key::Verb),
    Encrypt(encrypt::Arguments),
    Decrypt(decrypt::Arguments),
    Rewrap(rewrap::Arguments),
    EncryptFile(encrypt_file::Arguments),
    DecryptFile(decrypt_file::Arguments),
    GenerateKey(generate_key::Arguments),
    Sign(sign::Arguments),
    Verify(verify::Arguments),
    Mac(mac::Arguments),
    MacVerify(mac_verify::Arguments),
    Wrap(wrap::Arguments),
    Unwrap(unwrap::Arguments),
    Derive(derive::Arguments),
    Encapsulate(encapsulate::Arguments),
    Decapsulate(decapsulate::Arguments),
    Random(random::Arguments),
    Hash(hash::Arguments),
    /// Print recipients and identities for age and its plugin
    #[command(subcommand, arg_required_else_help = true)]
    Age(age::Verb),
    /// Make, list and revoke the certificates of KMIP clients and of the service
    #[command(subcommand, arg_required_else_help = true)]
    Cert(cert::Verb),
    /// Show KMIP messages, turn them between their encodings, and send them
    #[command(subcommand, arg_required_else_help = true)]
    Kmip(kmip::Verb),
    Status(status::Arguments),
    Health(health::Arguments),
    Doctor(doctor::Arguments),
    Version(version::Arguments),
    Completions(completions::Arguments),
    Man(man::Arguments),
}

/// The whole command line: the client commands, and `server` as it was given.
#[must_use]
pub fn command(server: Command) -> Command {
    let client = Verb::augment_subcommands(Command::new("claviger"));
    globals::add_to(client)
        .about("A key-management service: it keeps keys and uses them on its callers' behalf")
        .version(env!("CARGO_PKG_VERSION"))
        .subcommand_required(true)
        .arg_required_else_help(true)
        .after_help(exit::help())
        .subcommand(server)
}

/// Runs the client command that was given to [`command`]. `whole` is the same command line again, for completions and manuals.
#[must_use]
pub fn run(matches: &ArgMatches, whole: Command) -> ExitCode {
    let environment = Environment::of_process();
    let globals = globals::read(matches);
    let exit = match Verb::from_arg_matches(matches) {
        Ok(verb) => match run_verb(verb, &environment, &globals, whole) {
            Ok(()) => Exit::Done,
            Err((screen, failure)) => {
                screen.failure(&failure);
                failure.exit()
            }
        },
        Err(error) => error.exit(),
    };
    ExitCode::from(exit.code())
}

/// Refuses client options in front of `server`, for which they mean nothing.
#[must_use]
pub fn refused_for_the_server(matches: &ArgMatches) -> Option<ExitCode> {
    let given = globals::read(matches);
    if given == Globals::default() {
        return None;
    }
    let failure = Failure::usage(
        "--url, --profile, --output, --quiet and --no-color are options of the client commands",
        "leave them out; `claviger server --help` lists the options of the service",
    );
    Screen { format: Format::Table, quiet: false, colour: false }.failure(&failure);
    Some(ExitCode::from(failure.exit().code()))
}

fn run_verb(
    verb: Verb,
    environment: &Environment,
    globals: &Globals,
    whole: Command,
) -> Result<(), (Screen, Failure)> {
    let format = session::format(environment, globals, None).unwrap_or(Format::Table);
    let screen = session::screen(environment, globals, format);
    let done = match verb {
        // These need neither a service nor settings that are right.
        Verb::Completions(arguments) => completions::run(&arguments, whole),
        Verb::Man(arguments) => man::run(&arguments, whole),
        Verb::Doctor(arguments) => doctor::run(&arguments, environment, globals, &screen),
        Verb::Cert(verb) => cert::run(verb, environment, &screen),
        Verb::Kmip(verb) => kmip::run(verb, &screen),
        verb => {
            let session =
                Session::open(environment, globals).map_err(|failure| (screen, failure))?;
            return run_with_service(verb, &session).map_err(|failure| (session.screen, failure));
        }
    };
    done.map_err(|failure| (screen, failure))
}

fn run_with_service(verb: Verb, session: &Session) -> Result<(), Failure> {
    match verb {
        Verb::Key(verb) => key::run(verb, session),
        Verb::Encrypt(arguments) => encrypt::run(arguments, session),
        Verb::Decrypt(arguments) => decrypt::run(arguments, session),
        Verb::Rewrap(arguments) => rewrap::run(arguments, session),
        Verb::EncryptFile(arguments) => encrypt_file::run(arguments, session),
        Verb::DecryptFile(arguments) => decrypt_file::run(arguments, session),
        Verb::GenerateKey(arguments) => generate_key::run(arguments, session),
        Verb::Sign(arguments) => sign::run(arguments, session),
        Verb::Verify(arguments) => verify::run(arguments, session),
        Verb::Mac(arguments) => mac::run(arguments, session),
        Verb::MacVerify(arguments) => mac_verify::run(arguments, session),
        Verb::Wrap(arguments) => wrap::run(arguments, session),
        Verb::Unwrap(arguments) => unwrap::run(arguments, session),
        Verb::Derive(arguments) => derive::run(arguments, session),
        Verb::Encapsulate(arguments) => encapsulate::run(arguments, session),
        Verb::Decapsulate(arguments) => decapsulate::run(arguments, session),
        Verb::Random(arguments) => random::run(arguments, session),
        Verb::Hash(arguments) => hash::run(arguments, session),
        Verb::Age(verb) => age::run(verb, session),
        Verb::Status(arguments) => status::run(arguments, session),
        Verb::Health(arguments) => health::run(arguments, session),
        Verb::Version(arguments) => version::run(arguments, session),
        // They ran before a session was opened.
        Verb::Completions(_) | Verb::Man(_) | Verb::Doctor(_) | Verb::Cert(_) | Verb::Kmip(_) => {
            Ok(())
        }
    }
}
