//! Credentials: who sends a request (KMIP 1.4, section 2.1.2; 2.1, section 9.11).

use claviger_secret::SecretBytes;
use claviger_wire_ttlv::enumeration::{AttestationType, CredentialType, HashingAlgorithm};
use claviger_wire_ttlv::{Item, ItemType, Tag, Version, Writer, tag};

use crate::error::MessageError;
use crate::field::{self, DateTimeExtended, Field};
use crate::slot::expect_structure;
use crate::structure::Ticket;
use crate::value::Value;

structure! {
    /// Who sends the request (KMIP 1.4, section 6.6; 2.1, section 9.4).
    pub struct Authentication {
        /// All of them must hold.
        credentials: many Credential = CREDENTIAL,
    }
}

/// One credential.
pub enum Credential {
    /// A user and a password.
    UsernameAndPassword(PasswordCredential),
    /// A device (since 1.1).
    Device(DeviceCredential),
    /// Proof of what the client runs (since 1.2).
    Attestation(AttestationCredential),
    /// A user, a password, and a one-time password (since 1.3).
    OneTimePassword(OneTimePasswordCredential),
    /// A user and a password that is not sent itself (2.x).
    HashedPassword(HashedPasswordCredential),
    /// The ticket that a login returned (2.x).
    Ticket(Ticket),
    /// A credential of a vendor's type.
    Other {
        /// The type.
        credential_type: CredentialType,
        /// Whatever it is.
        value: Value,
    },
}

/// A password: text that is wiped, and not shown.
pub struct Password(SecretBytes);

impl Password {
    /// A password.
    #[must_use]
    pub fn new(text: String) -> Self {
        Self(SecretBytes::new(text.into_bytes()))
    }

    /// The bytes of its UTF-8 form, for the reason given.
    #[must_use]
    pub fn expose(&self, why: &'static str) -> &[u8] {
        self.0.expose(why)
    }
}

structure! {
    /// A user and a password.
    pub struct PasswordCredential {
        username: required String = USERNAME,
        password: optional Password = PASSWORD,
    }
}

structure! {
    /// A device. One field at least must be there.
    #[derive(Default)]
    pub struct DeviceCredential {
        device_serial_number: optional String = DEVICE_SERIAL_NUMBER,
        password: optional Password = PASSWORD,
        device_identifier: optional String = DEVICE_IDENTIFIER,
        network_identifier: optional String = NETWORK_IDENTIFIER,
        machine_identifier: optional String = MACHINE_IDENTIFIER,
        media_identifier: optional String = MEDIA_IDENTIFIER,
    }
}

structure! {
    /// Proof of what the client runs.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct AttestationCredential {
        nonce: required Nonce = NONCE,
        attestation_type: required AttestationType = ATTESTATION_TYPE,
        attestation_measurement: optional Vec<u8> = ATTESTATION_MEASUREMENT,
        attestation_assertion: optional Vec<u8> = ATTESTATION_ASSERTION,
    }
}

structure! {
    /// Bytes that a server gives once (KMIP 1.4, section 2.1.14; 2.1, section 9.14).
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Nonce {
        nonce_id: required Vec<u8> = NONCE_ID,
        nonce_value: required Vec<u8> = NONCE_VALUE,
    }
}

structure! {
    /// A user, a password, and a one-time password.
    pub struct OneTimePasswordCredential {
        username: required String = USERNAME,
        password: optional Password = PASSWORD,
        one_time_password: required Password = ONE_TIME_PASSWORD,
    }
}

structure! {
    /// A user and a password that is not sent itself: Hash(S1 || Timestamp) || S2, S1 = Hash(Username || Password),
    /// S2 = Hash(Password || Username).
    pub struct HashedPasswordCredential {
        username: required String = USERNAME,
        timestamp: required DateTimeExtended = TIME_STAMP,
        /// Absent is SHA-256.
        hashing_algorithm: optional HashingAlgorithm = HASHING_ALGORITHM,
        hashed_password: required SecretBytes = HASHED_PASSWORD,
    }
}

structure! {
    /// The ticket that a login returned.
    struct TicketCredential {
        ticket: required Ticket = TICKET,
    }
}

impl Credential {
    /// The type of the credential.
    #[must_use]
    pub const fn credential_type(&self) -> CredentialType {
        match self {
            Self::UsernameAndPassword(_) => CredentialType::UsernameAndPassword,
            Self::Device(_) => CredentialType::Device,
            Self::Attestation(_) => CredentialType::Attestation,
            Self::OneTimePassword(_) => CredentialType::OneTimePassword,
            Self::HashedPassword(_) => CredentialType::HashedPassword,
            Self::Ticket(_) => CredentialType::Ticket,
            Self::Other { credential_type, .. } => *credential_type,
        }
    }

    fn read_value(
        credential_type: CredentialType,
        value: Item<'_>,
        version: Version,
    ) -> Result<Self, MessageError> {
        match credential_type {
            CredentialType::UsernameAndPassword => {
                PasswordCredential::decode(value, version).map(Self::UsernameAndPassword)
            }
            CredentialType::Device => DeviceCredential::decode(value, version).map(Self::Device),
            CredentialType::Attestation => {
                AttestationCredential::decode(value, version).map(Self::Attestation)
            }
            CredentialType::OneTimePassword => {
                OneTimePasswordCredential::decode(value, version).map(Self::OneTimePassword)
            }
            CredentialType::HashedPassword => {
                HashedPasswordCredential::decode(value, version).map(Self::HashedPassword)
            }
            CredentialType::Ticket => TicketCredential::decode(value, version)
                .map(|TicketCredential { ticket }| Self::Ticket(ticket)),
            CredentialType::Other(_) => {
                Value::read(value).map(|value| Self::Other { credential_type, value })
            }
        }
    }
}

impl Field for Credential {
    fn read(item: Item<'_>, version: Version) -> Result<Self, MessageError> {
        expect_structure(item)?;
        let (mut credential_type, mut value) = (None, None);
        for child in item.children() {
            let seen = match child.tag() {
                tag::CREDENTIAL_TYPE => {
                    credential_type.replace(CredentialType::read(child, version)?).is_some()
                }
                tag::CREDENTIAL_VALUE => value.replace(child).is_some(),
                other if other.is_extension() => false,
                other => return Err(MessageError::unexpected("Credential", other, version)),
            };
            if seen {
                return Err(MessageError::duplicate(child.tag()));
            }
        }
        let credential_type = credential_type
            .ok_or_else(|| MessageError::missing("Credential", tag::CREDENTIAL_TYPE))?;
        let value =
            value.ok_or_else(|| MessageError::missing("Credential", tag::CREDENTIAL_VALUE))?;
        Self::read_value(credential_type, value, version)
    }

    fn write(&self, writer: &mut Writer, own: Tag, version: Version) {
        let open = writer.open(own);
        self.credential_type().write(writer, tag::CREDENTIAL_TYPE, version);
        let tag = tag::CREDENTIAL_VALUE;
        match self {
            Self::UsernameAndPassword(value) => value.write(writer, tag, version),
            Self::Device(value) => value.write(writer, tag, version),
            Self::Attestation(value) => value.write(writer, tag, version),
            Self::OneTimePassword(value) => value.write(writer, tag, version),
            Self::HashedPassword(value) => value.write(writer, tag, version),
            Self::Ticket(ticket) => {
                let open = writer.open(tag);
                ticket.write(writer, tag::TICKET, version);
                writer.close(open);
            }
            Self::Other { value, .. } => value.write(writer, tag),
        }
        writer.close(open);
    }
}

impl Field for Password {
    fn read(item: Item<'_>, _: Version) -> Result<Self, MessageError> {
        match item.item_type() {
            ItemType::TextString => {
                field::text(item).map(|text| Self(SecretBytes::copy_from(text.as_bytes())))
            }
            _ => Err(MessageError::wrong_type(item.tag(), "TextString")),
        }
    }

    fn write(&self, writer: &mut Writer, tag: Tag, _: Version) {
        // What was read was text, and what is made is made of text.
        let bytes = self.0.expose("a credential is written into a KMIP message");
        writer.text(tag, std::str::from_utf8(bytes).unwrap_or_default());
    }
}
