//! `recipient-v1`: the client names recipients and file keys, the plugin answers with stanzas.

use std::io::{BufRead, Write};

use super::connection::Connection;
use super::{Plugin, ProtocolError, Refusal, decode_identity, decode_recipient, describe};
use crate::error::WrapError;
use crate::file_key::FileKey;
use crate::stanza::Stanza;

/// What the client asked for. The indices of recipients and of identities count separately.
struct Wishes<P: Plugin> {
    recipients: Vec<Result<P::Recipient, Refusal>>,
    identities: Vec<Result<P::Identity, Refusal>>,
    file_keys: Vec<FileKey>,
}

/// An error about the recipient or identity with an index.
type Fault = (&'static str, usize, String);

pub(super) fn run<P: Plugin>(
    plugin: &P,
    connection: &mut Connection<impl BufRead, impl Write>,
) -> Result<(), ProtocolError> {
    let wishes = receive(plugin, connection)?;
    let faults = unusable(&wishes);
    let answer = if faults.is_empty() { wrap(plugin, &wishes, connection) } else { Err(faults) };
    match answer {
        Ok(stanzas) => {
            for (file, stanza) in stanzas {
                connection.tell(&with_file_index(file, &stanza)?)?;
            }
        }
        // If anything failed, no stanza may be sent.
        Err(faults) => {
            for (kind, index, message) in faults {
                connection.tell_error(&[kind, &index.to_string()], &message)?;
            }
        }
    }
    connection.done()
}

fn receive<P: Plugin>(
    plugin: &P,
    connection: &mut Connection<impl BufRead, impl Write>,
) -> Result<Wishes<P>, ProtocolError> {
    let mut wishes =
        Wishes { recipients: Vec::new(), identities: Vec::new(), file_keys: Vec::new() };
    loop {
        let command = connection.receive()?;
        match (command.tag(), command.arguments()) {
            ("add-recipient", [text]) => {
                let payload = decode_recipient(plugin.name(), text);
                let payload = payload
                    .ok_or_else(|| Refusal::new("this is not a complete recipient of this plugin"));
                wishes.recipients.push(payload.and_then(|payload| plugin.recipient(&payload)));
            }
            ("add-identity", [text]) => {
                let payload = decode_identity(plugin.name(), text);
                let payload = payload
                    .ok_or_else(|| Refusal::new("this is not a complete identity of this plugin"));
                wishes.identities.push(payload.and_then(|payload| plugin.identity(&payload)));
            }
            ("wrap-file-key", []) => {
                let key = FileKey::from_bytes(command.body());
                wishes.file_keys.push(key.ok_or(ProtocolError::Command("wrap-file-key"))?);
            }
            ("done", []) => return Ok(wishes),
            ("add-recipient", _) => return Err(ProtocolError::Command("add-recipient")),
            ("add-identity", _) => return Err(ProtocolError::Command("add-identity")),
            ("wrap-file-key", _) => return Err(ProtocolError::Command("wrap-file-key")),
            ("done", _) => return Err(ProtocolError::Command("done")),
            // Extensions such as labels, and grease: to be ignored in this phase.
            _ => {}
        }
    }
}

fn unusable<P: Plugin>(wishes: &Wishes<P>) -> Vec<Fault> {
    let fault = |kind, index, refusal: &Refusal| (kind, index, refusal.0.clone());
    let recipients = wishes.recipients.iter().enumerate();
    let identities = wishes.identities.iter().enumerate();
    recipients
        .filter_map(|(index, one)| Some(fault("recipient", index, one.as_ref().err()?)))
        .chain(
            identities
                .filter_map(|(index, one)| Some(fault("identity", index, one.as_ref().err()?))),
        )
        .collect()
}

/// Every file key wrapped to every recipient and identity, or what stood against it.
fn wrap<P: Plugin>(
    plugin: &P,
    wishes: &Wishes<P>,
    connection: &mut Connection<impl BufRead, impl Write>,
) -> Result<Vec<(usize, Stanza)>, Vec<Fault>> {
    let mut stanzas = Vec::new();
    let mut faults = Vec::new();
    let mut keep = |kind, index, file, wrapped: Result<Vec<Stanza>, WrapError>| match wrapped {
        Ok(wrapped) => stanzas.extend(wrapped.into_iter().map(|stanza| (file, stanza))),
        Err(error) => faults.push((kind, index, describe(&error))),
    };
    for (file, file_key) in wishes.file_keys.iter().enumerate() {
        for (index, recipient) in wishes.recipients.iter().enumerate() {
            if let Ok(recipient) = recipient {
                let wrapped = plugin.wrap_to_recipient(recipient, file_key, connection);
                keep("recipient", index, file, wrapped);
            }
        }
        for (index, identity) in wishes.identities.iter().enumerate() {
            if let Ok(identity) = identity {
                let wrapped = plugin.wrap_to_identity(identity, file_key, connection);
                keep("identity", index, file, wrapped);
            }
        }
    }
    if faults.is_empty() { Ok(stanzas) } else { Err(faults) }
}

/// `recipient-stanza FILE_INDEX TAG ARGUMENTS…` with the body of the stanza.
fn with_file_index(file: usize, stanza: &Stanza) -> Result<Stanza, ProtocolError> {
    let words = [file.to_string(), stanza.tag().to_owned()];
    let arguments = words.into_iter().chain(stanza.arguments().iter().cloned());
    Ok(Stanza::new("recipient-stanza", arguments, stanza.body())?)
}
