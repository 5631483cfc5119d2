//! What the operations of a batch leave to those that come after them (KMIP 1.4 §4, KMIP 2.1 §6.1.1).

use claviger_model::UniqueIdentifier;
use claviger_wire_kmip::{MessageError, UniqueIdentifier as Reference};
use claviger_wire_ttlv::Version;
use claviger_wire_ttlv::enumeration::{Operation, ResultReason, UniqueIdentifier as Placeholder};

use crate::errors::Outcome;

/// Identifiers and data of the operations so far.
#[derive(Default)]
pub(crate) struct Placeholders {
    /// The ID Placeholder.
    current: Option<UniqueIdentifier>,
    /// Every identifier, in order, with the operation that left it.
    all: Vec<(Placeholder, UniqueIdentifier)>,
    /// Every output of a cryptographic operation, in order.
    data: Vec<(Operation, Vec<u8>)>,
}

impl Drop for Placeholders {
    fn drop(&mut self) {
        for (_, data) in &mut self.data {
            zeroize::Zeroize::zeroize(data);
        }
    }
}

impl Placeholders {
    /// Remembers an identifier that an operation made or found.
    pub(crate) fn leave(&mut self, operation: Operation, identifier: &UniqueIdentifier) {
        self.leave_as(placeholder(operation), identifier);
        self.current = Some(identifier.clone());
    }

    /// Remembers both halves of a pair; the private key is the one that the ID Placeholder means.
    pub(crate) fn leave_pair(
        &mut self,
        operation: Operation,
        private: &UniqueIdentifier,
        public: &UniqueIdentifier,
    ) {
        let (as_private, as_public) = if operation == Operation::ReKeyKeyPair {
            (Placeholder::ReKeyKeyPairPrivateKey, Placeholder::ReKeyKeyPairPublicKey)
        } else {
            (Placeholder::CreateKeyPairPrivateKey, Placeholder::CreateKeyPairPublicKey)
        };
        self.leave_as(as_private, private);
        self.leave_as(as_public, public);
        self.current = Some(private.clone());
    }

    /// Remembers that the ID Placeholder means nothing, as after a Locate that found none or many.
    pub(crate) fn clear(&mut self) {
        self.current = None;
    }

    /// Remembers the output of a cryptographic operation.
    pub(crate) fn leave_data(&mut self, operation: Operation, data: &[u8]) {
        self.data.push((operation, data.to_vec()));
    }

    fn leave_as(&mut self, placeholder: Placeholder, identifier: &UniqueIdentifier) {
        self.all.push((placeholder, identifier.clone()));
    }

    /// The object that a request is about.
    pub(crate) fn identifier(
        &self,
        reference: Option<&Reference>,
        version: Version,
    ) -> Outcome<UniqueIdentifier> {
        let found = match reference {
            Some(Reference::Text(text)) => {
                return UniqueIdentifier::new(text)
                    .map_err(|error| MessageError::new(unknown(version), format!("the unique identifier {error}")));
            }
            None | Some(Reference::Placeholder(Placeholder::IDPlaceholder)) => self.current.as_ref(),
            Some(Reference::Placeholder(wanted)) => {
                self.all.iter().rev().find(|(left, _)| left == wanted).map(|(_, id)| id)
            }
            Some(Reference::Index(index)) => nth(&self.all, *index).map(|(_, id)| id),
        };
        found.cloned().ok_or_else(|| {
            MessageError::new(
                unknown(version),
                "the request names no object, and no operation before it in the batch left one behind",
            )
        })
    }

    /// The data that an earlier operation left behind.
    pub(crate) fn data(&self, operation: Option<Operation>, index: Option<i32>) -> Option<&[u8]> {
        let found = match (operation, index) {
            (Some(wanted), _) => self.data.iter().rev().find(|(left, _)| *left == wanted),
            (None, Some(index)) => nth(&self.data, index),
            (None, None) => None,
        };
        found.map(|(_, data)| data.as_slice())
    }
}

/// The nth from the front, or for negative numbers from the back.
fn nth<T>(all: &[T], index: i32) -> Option<&T> {
    let place = usize::try_from(index.unsigned_abs()).ok()?;
    if index >= 0 { all.get(place) } else { all.len().checked_sub(place).and_then(|at| all.get(at)) }
}

fn unknown(version: Version) -> ResultReason {
    if version.major >= 2 { ResultReason::ObjectNotFound } else { ResultReason::ItemNotFound }
}

const fn placeholder(operation: Operation) -> Placeholder {
    match operation {
        Operation::Certify => Placeholder::Certify,
        Operation::Create => Placeholder::Create,
        Operation::CreateSplitKey => Placeholder::CreateSplitKey,
        Operation::DeriveKey => Placeholder::DeriveKey,
        Operation::Import => Placeholder::Import,
        Operation::JoinSplitKey => Placeholder::JoinSplitKey,
        Operation::Locate => Placeholder::Locate,
        Operation::Register => Placeholder::Register,
        Operation::ReKey => Placeholder::ReKey,
        Operation::ReCertify => Placeholder::ReCertify,
        _ => Placeholder::IDPlaceholder,
    }
}
