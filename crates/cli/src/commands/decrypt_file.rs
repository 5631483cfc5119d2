//! `claviger decrypt-file`: the other way round.

use std::path::{Path, PathBuf};

use claviger_age::armor::MaybeArmored;
use claviger_age::claviger::{FromServer, Identity};
use claviger_age::identity_file::{self, Entry, MAX_FILE_LEN};
use claviger_age::{Error, decrypt, x25519};

use crate::failure::Failure;
use crate::files::age_file::{self, Conversion, SendRead, SendWrite};
use crate::files::progress::Progress;
use crate::input;
use crate::session::Session;
use crate::values::ContextOption;
use crate::wrapper::{self, ServiceWrapper};

/// Decrypt files in age's format, binary or armored
///
/// A file that was altered, cut short or put together anew fails, and leaves no output behind.
/// `--output` is the file to write here; how results are written is said before the command: `claviger --output json …`.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The files; `-` is standard input, from which is written to standard output
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Where to write; FILE without .enc or .age if nothing is said, `-` for standard output
    #[arg(long, value_name = "OUT")]
    output: Option<PathBuf>,
    /// Replace the output if it is there
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    context: ContextOption,
    /// Try the identities in this age identity file first; may be given several times
    #[arg(long, value_name = "FILE")]
    identity: Vec<PathBuf>,
}

/// Everybody who may be able to decrypt.
struct Identities {
    native: Vec<x25519::Identity>,
    services: Vec<Identity>,
}

pub(crate) fn run(arguments: Arguments, session: &Session) -> Result<(), Failure> {
    let Arguments { files, output, force, context, identity } = arguments;
    let context = context.pairs()?;
    wrapper::check_context(&context)?;
    let own = Identity::new(None, context.into_iter().collect()).map_err(|error| {
        Failure::usage(format!("nothing can be decrypted: {error}"), "shorten --context")
    })?;
    let mut identities = Identities { native: Vec::new(), services: Vec::new() };
    for file in &identity {
        identities.add(session, file)?;
    }
    identities.services.push(own);
    age_file::each(
        &session.screen,
        &files,
        output.as_deref(),
        age_file::decrypted_name,
        |input, output| {
            // What was encrypted may well be text: whoever asks for it on a terminal gets it.
            let conversion =
                Conversion { screen: &session.screen, input, output, force, text: true };
            conversion.run(|reader, writer, progress| {
                convert(session, &identities, reader, writer, progress)
            })
        },
    )
}

impl Identities {
    fn add(&mut self, session: &Session, file: &Path) -> Result<(), Failure> {
        let bytes = input::read(&session.screen, file, MAX_FILE_LEN, "name the right file")?;
        let refused = |what: String| {
            Failure::usage(format!("{}: {what}", file.display()), "name an age identity file")
        };
        let text = std::str::from_utf8(&bytes).map_err(|_| refused("it is not text".to_owned()))?;
        let entries = identity_file::parse(text).map_err(|error| refused(error.to_string()))?;
        for entry in entries {
            match entry {
                Entry::X25519(identity) => self.native.push(identity),
                Entry::Claviger(identity) => self.services.push(identity),
            }
        }
        Ok(())
    }
}

fn convert(
    session: &Session,
    identities: &Identities,
    reader: &mut dyn SendRead,
    writer: &mut dyn SendWrite,
    progress: &Progress,
) -> Result<(), Error> {
    let wrapper = ServiceWrapper(session);
    let from_services: Vec<_> = identities
        .services
        .iter()
        .map(|identity| FromServer { wrapper: &wrapper, identity })
        .collect();
    // Native identities first: they need no service.
    let native = identities.native.iter().map(|one| one as &dyn claviger_age::Identity);
    let services = from_services.iter().map(|one| one as &dyn claviger_age::Identity);
    let all: Vec<_> = native.chain(services).collect();
    let reader = MaybeArmored::new(reader).map_err(Error::Read)?;
    decrypt(reader, writer, &all, |bytes| progress.set(bytes)).map(|_| ())
}
