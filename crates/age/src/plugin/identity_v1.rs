//! `identity-v1`: the client names identities and the stanzas of files, the plugin answers with file keys.

use std::io::{BufRead, Write};

use super::connection::Connection;
use super::{Plugin, ProtocolError, Refusal, decode_identity, describe};
use crate::error::UnwrapError;
use crate::file_key::FileKey;
use crate::stanza::Stanza;

/// What the client sent.
struct Wishes<P: Plugin> {
    identities: Vec<Result<P::Identity, Refusal>>,
    files: Vec<File>,
}

/// The stanzas of one file, in order.
struct File {
    index: u64,
    stanzas: Vec<Stanza>,
}

/// What became of a file.
enum Outcome {
    Key(FileKey),
    /// A stanza is of the plugin's kind and malformed: this file may not be opened.
    InvalidStanza(usize, String),
    /// No identity opened it, and these say why; most often none has anything to say.
    Closed(Vec<(usize, String)>),
}

pub(super) fn run<P: Plugin>(
    plugin: &P,
    connection: &mut Connection<impl BufRead, impl Write>,
) -> Result<(), ProtocolError> {
    let Wishes { identities, files } = receive(plugin, connection)?;
    let mut usable = Vec::new();
    let mut refused = false;
    for (index, identity) in identities.into_iter().enumerate() {
        match identity {
            Ok(identity) => usable.push(identity),
            Err(refusal) => {
                refused = true;
                connection.tell_error(&["identity", &index.to_string()], &refusal.0)?;
            }
        }
    }
    // One invalid identity forbids the use of the others.
    if !refused {
        for file in &files {
            answer(unwrap(plugin, &usable, file, connection), file.index, connection)?;
        }
    }
    connection.done()
}

fn receive<P: Plugin>(
    plugin: &P,
    connection: &mut Connection<impl BufRead, impl Write>,
) -> Result<Wishes<P>, ProtocolError> {
    let mut wishes = Wishes { identities: Vec::new(), files: Vec::new() };
    loop {
        let command = connection.receive()?;
        match (command.tag(), command.arguments()) {
            ("add-identity", [text]) => {
                let payload = decode_identity(plugin.name(), text);
                let payload = payload
                    .ok_or_else(|| Refusal::new("this is not a complete identity of this plugin"));
                wishes.identities.push(payload.and_then(|payload| plugin.identity(&payload)));
            }
            ("recipient-stanza", [index, ..]) => add_stanza(&mut wishes.files, index, &command)?,
            ("done", []) => return Ok(wishes),
            ("add-identity", _) => return Err(ProtocolError::Command("add-identity")),
            ("recipient-stanza", _) => return Err(ProtocolError::Command("recipient-stanza")),
            ("done", _) => return Err(ProtocolError::Command("done")),
            // Extensions and grease: to be ignored in this phase.
            _ => {}
        }
    }
}

/// Adds a stanza to the file with this index. Indices never go down.
fn add_stanza(files: &mut Vec<File>, index: &str, command: &Stanza) -> Result<(), ProtocolError> {
    let invalid = || ProtocolError::Command("recipient-stanza");
    let digits = index.bytes().all(|byte| byte.is_ascii_digit());
    let index: u64 =
        if digits { index.parse().map_err(|_| invalid())? } else { return Err(invalid()) };
    let stanza = command.embedded().ok_or_else(invalid)?;
    match files.last_mut() {
        Some(file) if file.index == index => file.stanzas.push(stanza),
        Some(file) if file.index > index => return Err(invalid()),
        _ => files.push(File { index, stanzas: vec![stanza] }),
    }
    Ok(())
}

fn unwrap<P: Plugin>(
    plugin: &P,
    identities: &[P::Identity],
    file: &File,
    connection: &mut Connection<impl BufRead, impl Write>,
) -> Outcome {
    let mut faults = Vec::new();
    for (index, identity) in identities.iter().enumerate() {
        match plugin.unwrap(identity, &file.stanzas, connection) {
            None => {}
            Some(Ok(file_key)) => return Outcome::Key(file_key),
            Some(Err(UnwrapError::InvalidStanza { index, reason })) => {
                return Outcome::InvalidStanza(index, reason.to_owned());
            }
            Some(Err(error)) => faults.push((index, describe(&error))),
        }
    }
    Outcome::Closed(faults)
}

fn answer(
    outcome: Outcome,
    file: u64,
    connection: &mut Connection<impl BufRead, impl Write>,
) -> Result<(), ProtocolError> {
    let file = file.to_string();
    match outcome {
        Outcome::Key(key) => {
            connection.tell(&Stanza::new("file-key", [file], key.expose_to_wrap().as_slice())?)
        }
        Outcome::InvalidStanza(index, reason) => {
            connection.tell_error(&["stanza", &file, &index.to_string()], &reason)
        }
        Outcome::Closed(faults) => {
            for (index, message) in faults {
                connection.tell_error(&["identity", &index.to_string()], &message)?;
            }
            Ok(())
        }
    }
}
