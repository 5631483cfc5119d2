//! Credentials in the header of a message (KMIP 1.4 §2.1.2 and §6.6, KMIP 2.1 §9.7).
//!
//! A credential is never ignored: one that doesn't prove anything fails the message (KMIP Profiles 2.1 §3.1.3).

use claviger_model::Principal;
use claviger_wire_kmip::{Credential, DeviceCredential, MessageError, Password, RequestHeader};
use claviger_wire_ttlv::enumeration::ResultReason;

use crate::door::{Door, Session};
use crate::errors::Outcome;
use crate::login::Grant;
use crate::options::DeviceIdentity;

/// Who asks, and the ticket that it was proved by. Of several credentials all must hold, and the last one says who asks.
pub(crate) fn principal(
    door: &Door,
    session: &Session,
    header: &RequestHeader,
) -> Outcome<(Principal, Option<Grant>)> {
    let mut found = (session.peer.principal.clone(), None);
    let credentials = header.authentication.as_ref().map(|one| one.credentials.as_slice());
    for credential in credentials.unwrap_or_default() {
        found = match credential {
            Credential::UsernameAndPassword(user) => {
                let password = text(user.password.as_ref())?.unwrap_or_default();
                let principal = door.options.credentials.user(&user.username, password);
                (principal.ok_or_else(unsuccessful)?, None)
            }
            Credential::Device(device) => (identify(door, device)?, None),
            // KMIP 1.x has neither tickets nor reasons for them.
            Credential::Ticket(_) if header.protocol_version.major < 2 => {
                return Err(unsuccessful());
            }
            Credential::Ticket(ticket) => {
                let grant = door.tickets.redeem(ticket, door.now())?;
                (grant.principal.clone(), Some(grant))
            }
            Credential::Attestation(_)
            | Credential::OneTimePassword(_)
            | Credential::HashedPassword(_)
            | Credential::Other { .. } => {
                return Err(MessageError::new(
                    ResultReason::AuthenticationNotSuccessful,
                    "the service takes client certificates, user names with passwords, devices and tickets",
                ));
            }
        };
    }
    Ok(found)
}

fn identify(door: &Door, device: &DeviceCredential) -> Outcome<Principal> {
    let identity = DeviceIdentity {
        serial_number: device.device_serial_number.as_deref(),
        device_identifier: device.device_identifier.as_deref(),
        network_identifier: device.network_identifier.as_deref(),
        machine_identifier: device.machine_identifier.as_deref(),
        media_identifier: device.media_identifier.as_deref(),
    };
    let password = text(device.password.as_ref())?;
    door.options.credentials.device(identity, password).ok_or_else(unsuccessful)
}

fn text(password: Option<&Password>) -> Outcome<Option<&str>> {
    password
        .map(|password| std::str::from_utf8(password.expose("checking a credential")))
        .transpose()
        .map_err(|_| unsuccessful())
}

fn unsuccessful() -> MessageError {
    MessageError::new(
        ResultReason::AuthenticationNotSuccessful,
        "the credential in the message's header is not known to the service, or its password is wrong",
    )
}
