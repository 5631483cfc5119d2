//! What the operations of a batch leave to those that come after them (KMIP 1.4 §4, KMIP 2.1 §4.58, §7.9 and §11.58).
//!
//! Every version has the ID Placeholder. In 2.x a request may also name an identifier, or data, of an earlier answer: by the
//! operation that answered, or by its number among all those of the response so far.

use std::sync::Arc;

use claviger_core::{Error, ErrorKind};
use claviger_model::UniqueIdentifier;
use claviger_wire_kmip::{RequestPayload, ResponsePayload, UniqueIdentifier as Reference};
use claviger_wire_ttlv::enumeration::{
    Data as DataPlaceholder, Operation, UniqueIdentifier as Placeholder,
};
use claviger_wire_ttlv::{Buffer, Item, Tag, Version, Writer, tag};

/// The fields of an answer that are identifiers.
const IDENTIFIERS: &[Tag] = &[
    tag::UNIQUE_IDENTIFIER,
    tag::PRIVATE_KEY_UNIQUE_IDENTIFIER,
    tag::PUBLIC_KEY_UNIQUE_IDENTIFIER,
];
/// The fields of a request that name the objects that it is about.
pub(crate) const NAMES: &[Tag] = &[
    tag::UNIQUE_IDENTIFIER,
    tag::PRIVATE_KEY_UNIQUE_IDENTIFIER,
    tag::CERTIFICATE_REQUEST_UNIQUE_IDENTIFIER,
];
/// The fields of an answer that are data.
const DATA: &[Tag] = &[tag::DATA, tag::MAC_DATA, tag::SIGNATURE_DATA];

/// The answers of the operations so far. Cloning shares them.
#[derive(Clone, Default)]
pub(crate) struct Placeholders {
    /// The ID Placeholder.
    current: Option<UniqueIdentifier>,
    /// The answers so far in a message of 2.x, in order.
    answers: Vec<Arc<Answer>>,
    /// The place of the request that is being answered.
    request: usize,
    /// Whether the answers to one of them have several identifiers.
    several: bool,
}

struct Answer {
    /// The place of the request that this is an answer to: one that is repeated has several.
    request: usize,
    operation: Operation,
    payload: Buffer,
}

impl Placeholders {
    /// Goes on to the next request.
    pub(crate) fn next_request(&mut self) {
        self.request += 1;
    }

    /// Whether an operation left several objects behind.
    pub(crate) const fn have_several(&self) -> bool {
        self.several
    }

    /// Remembers the answer to an operation, for those that come after it.
    pub(crate) fn remember(&mut self, answer: &ResponsePayload, version: Version) {
        let operation = answer.operation();
        let source = Source::of(operation);
        if version.major < 2 && source == Source::None {
            return;
        }
        let mut writer = Writer::new();
        let open = writer.open(tag::RESPONSE_PAYLOAD);
        answer.encode(&mut writer, version);
        writer.close(open);
        let answer = Answer { request: self.request, operation, payload: writer.into_buffer() };
        match source {
            Source::None => {}
            Source::Named => {
                if answer.fields(IDENTIFIERS).next().is_none() {
                    self.current = None;
                }
            }
            Source::First => self.current = answer.fields(IDENTIFIERS).next().and_then(identifier),
            Source::Only => {
                let mut found = answer.fields(IDENTIFIERS);
                self.current = found.next().and_then(identifier).filter(|_| found.next().is_none());
            }
        }
        if version.major >= 2 {
            let is_repeated = self.answers.last().is_some_and(|last| last.request == self.request);
            self.several |= is_repeated || answer.fields(IDENTIFIERS).nth(1).is_some();
            self.answers.push(Arc::new(answer));
        }
    }

    /// Notes that an operation failed: after a Check the ID Placeholder is empty (KMIP 2.1 §6.1.7).
    pub(crate) fn after_failure(&mut self, operation: Operation) {
        if Source::of(operation) == Source::Named {
            self.current = None;
        }
    }

    /// The one object that a request is about.
    pub(crate) fn identifier(
        &self,
        reference: Option<&Reference>,
    ) -> Result<UniqueIdentifier, Error> {
        if let Some(Reference::Text(text)) = reference {
            return named(text);
        }
        let mut found = self.identifiers(reference)?;
        match (found.pop(), found.is_empty()) {
            (Some(one), true) => Ok(one),
            (Some(_), false) => Err(Error::new(
                ErrorKind::InvalidInput,
                "the operation is about one object and the reference means several",
                "refer to one by its number",
            )),
            (None, _) => Err(missing()),
        }
    }

    /// The objects that a reference means, at least one.
    pub(crate) fn identifiers(
        &self,
        reference: Option<&Reference>,
    ) -> Result<Vec<UniqueIdentifier>, Error> {
        let found: Vec<_> = match reference {
            Some(Reference::Text(text)) => vec![named(text)?],
            None | Some(Reference::Placeholder(Placeholder::IDPlaceholder)) => {
                self.current.iter().cloned().collect()
            }
            Some(Reference::Placeholder(placeholder)) => match referred(*placeholder) {
                Some((operation, fields)) => {
                    self.latest(operation, fields).filter_map(identifier).collect()
                }
                None => Vec::new(),
            },
            Some(Reference::Index(index)) => {
                self.nth(IDENTIFIERS, *index).and_then(identifier).into_iter().collect()
            }
        };
        if found.is_empty() { Err(missing()) } else { Ok(found) }
    }

    /// The objects that a request names, and the one that it is about if it names none.
    pub(crate) fn named_by(
        &self,
        request: &RequestPayload,
        version: Version,
    ) -> Vec<UniqueIdentifier> {
        let mut writer = Writer::new();
        let open = writer.open(tag::REQUEST_PAYLOAD);
        request.encode(&mut writer, version);
        writer.close(open);
        let request = writer.into_buffer();
        let fields = request.item().children().filter(|field| NAMES.contains(&field.tag()));
        let references = fields.filter_map(|field| {
            let (text, code, number) = (field.text(), field.enumeration(), field.integer());
            text.map(|text| Reference::Text(text.to_owned()))
                .or_else(|| code.map(|code| Reference::Placeholder(code.into())))
                .or_else(|| number.map(Reference::Index))
        });
        let references = references.map(Some).chain([None]);
        let found = references.filter_map(|one| self.identifiers(one.as_ref()).ok());
        found.flatten().collect()
    }

    /// The data of the latest answer of an operation.
    pub(crate) fn data_of(&self, placeholder: DataPlaceholder) -> Option<&[u8]> {
        let operation = match placeholder {
            DataPlaceholder::Decrypt => Operation::Decrypt,
            DataPlaceholder::Encrypt => Operation::Encrypt,
            DataPlaceholder::Hash => Operation::Hash,
            DataPlaceholder::MACMACData => Operation::MAC,
            DataPlaceholder::RNGRetrieve => Operation::RNGRetrieve,
            DataPlaceholder::SignSignatureData => Operation::Sign,
            DataPlaceholder::SignatureVerify => Operation::SignatureVerify,
            DataPlaceholder::Other(_) => return None,
        };
        self.latest(operation, DATA).next()?.bytes()
    }

    /// The nth data of the response so far.
    pub(crate) fn nth_data(&self, index: i32) -> Option<&[u8]> {
        self.nth(DATA, index)?.bytes()
    }

    /// The fields of the latest answer of an operation; of all of them, if it was repeated.
    fn latest(
        &self,
        operation: Operation,
        fields: &'static [Tag],
    ) -> impl Iterator<Item = Item<'_>> {
        let is_its = move |answer: &&Arc<Answer>| answer.operation == operation;
        let latest = self.answers.iter().rev().find(is_its).map(|answer| answer.request);
        let answers = self.answers.iter().filter(is_its);
        let answers = answers.filter(move |answer| Some(answer.request) == latest);
        answers.flat_map(move |answer| answer.fields(fields))
    }

    /// The nth such field from the front, or for negative numbers from the back.
    fn nth(&self, fields: &'static [Tag], index: i32) -> Option<Item<'_>> {
        let mut all = self.answers.iter().flat_map(|answer| answer.fields(fields));
        let place = usize::try_from(index.unsigned_abs()).ok()?;
        if index >= 0 {
            return all.nth(place);
        }
        let all: Vec<_> = all.collect();
        all.get(all.len().checked_sub(place)?).copied()
    }
}

impl Answer {
    fn fields(&self, wanted: &'static [Tag]) -> impl Iterator<Item = Item<'_>> {
        self.payload.item().children().filter(|field| wanted.contains(&field.tag()))
    }
}

/// Where the ID Placeholder comes from after an operation.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Source {
    /// It stays as it is.
    None,
    /// It stays if the answer names an object. If it doesn't, or the operation fails, the use that was asked about is denied, and it
    /// means nothing any more.
    Named,
    /// The first identifier of the answer: of pairs the private key, of split keys the part with the number 1.
    First,
    /// The identifier of the answer, if there is exactly one; otherwise it means nothing any more.
    Only,
}

impl Source {
    const fn of(operation: Operation) -> Self {
        match operation {
            Operation::Certify
            | Operation::Create
            | Operation::CreateKeyPair
            | Operation::CreateSplitKey
            | Operation::DeriveKey
            | Operation::Export
            | Operation::Import
            | Operation::JoinSplitKey
            | Operation::ReCertify
            | Operation::Recover
            | Operation::Register
            | Operation::ReKey
            | Operation::ReKeyKeyPair
            | Operation::ReProvision => Self::First,
            Operation::Locate => Self::Only,
            Operation::Check => Self::Named,
            _ => Self::None,
        }
    }
}

/// The operation and the fields of its answer that a placeholder means.
const fn referred(placeholder: Placeholder) -> Option<(Operation, &'static [Tag])> {
    const PRIVATE: &[Tag] = &[tag::PRIVATE_KEY_UNIQUE_IDENTIFIER];
    const PUBLIC: &[Tag] = &[tag::PUBLIC_KEY_UNIQUE_IDENTIFIER];
    Some(match placeholder {
        Placeholder::Certify => (Operation::Certify, IDENTIFIERS),
        Placeholder::Create => (Operation::Create, IDENTIFIERS),
        Placeholder::CreateKeyPair => (Operation::CreateKeyPair, IDENTIFIERS),
        Placeholder::CreateKeyPairPrivateKey => (Operation::CreateKeyPair, PRIVATE),
        Placeholder::CreateKeyPairPublicKey => (Operation::CreateKeyPair, PUBLIC),
        Placeholder::CreateSplitKey => (Operation::CreateSplitKey, IDENTIFIERS),
        Placeholder::DeriveKey => (Operation::DeriveKey, IDENTIFIERS),
        Placeholder::Import => (Operation::Import, IDENTIFIERS),
        Placeholder::JoinSplitKey => (Operation::JoinSplitKey, IDENTIFIERS),
        Placeholder::Locate => (Operation::Locate, IDENTIFIERS),
        Placeholder::Register => (Operation::Register, IDENTIFIERS),
        Placeholder::ReKey => (Operation::ReKey, IDENTIFIERS),
        Placeholder::ReCertify => (Operation::ReCertify, IDENTIFIERS),
        Placeholder::ReKeyKeyPair => (Operation::ReKeyKeyPair, IDENTIFIERS),
        Placeholder::ReKeyKeyPairPrivateKey => (Operation::ReKeyKeyPair, PRIVATE),
        Placeholder::ReKeyKeyPairPublicKey => (Operation::ReKeyKeyPair, PUBLIC),
        Placeholder::IDPlaceholder | Placeholder::Other(_) => return None,
    })
}

fn named(text: &str) -> Result<UniqueIdentifier, Error> {
    UniqueIdentifier::new(text).map_err(|error| {
        Error::new(
            ErrorKind::NotFound,
            format!("the unique identifier {error}"),
            "check the identifier with Locate",
        )
    })
}

fn identifier(field: Item<'_>) -> Option<UniqueIdentifier> {
    UniqueIdentifier::new(field.text()?).ok()
}

fn missing() -> Error {
    Error::new(
        ErrorKind::NotFound,
        "the request names no object",
        "name one, or let an operation before it in the batch leave the one that is meant",
    )
}
