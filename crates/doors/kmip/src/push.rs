//! Put and Notify: what a client is told of the objects that it makes and changes (KMIP 1.4 §5, KMIP 2.1 §6.2).
//!
//! They are sent only where an operator says that clients are written to take them. For each object that an operation makes, and
//! each attribute or state that it is asked to change, the client gets a request on the same connection, after the answer.

use claviger_core::operations::objects::{GetObject, ReadAttributes};
use claviger_model::{AttributeKey, AttributeKind, UniqueIdentifier};
use claviger_wire_kmip::payload::{AttributeResponse, NotifyRequest, PutRequest};
use claviger_wire_kmip::{
    AttributeEntry, RequestHeader, RequestItem, RequestMessage, RequestPayload, ResponsePayload,
    UniqueIdentifier as Reference,
};
use claviger_wire_ttlv::Buffer;
use claviger_wire_ttlv::enumeration::PutFunction;

use crate::batch::Batch;
use crate::bind::{answer_identifier, content, value};
use crate::errors::Outcome;

/// Something that a client is told.
pub(crate) enum Push {
    /// There is a new object.
    New(UniqueIdentifier),
    /// An attribute was given this value, or removed.
    Attribute(UniqueIdentifier, AttributeEntry),
    /// The state changed.
    State(UniqueIdentifier),
    /// Something changed that the answer doesn't name.
    Changed(UniqueIdentifier),
}

impl Push {
    /// What there is to tell after an operation.
    pub(crate) fn after(answer: &ResponsePayload) -> Vec<Self> {
        use ResponsePayload as Answer;
        let each = |references: &[&Reference], push: fn(UniqueIdentifier) -> Self| {
            references.iter().filter_map(|reference| identifier(reference)).map(push).collect()
        };
        match answer {
            Answer::Create(made) => each(&[&made.unique_identifier], Self::New),
            Answer::Register(made)
            | Answer::ReKey(made)
            | Answer::DeriveKey(made)
            | Answer::Certify(made)
            | Answer::ReCertify(made) => each(&[&made.unique_identifier], Self::New),
            Answer::Import(made) => each(&[&made.unique_identifier], Self::New),
            Answer::JoinSplitKey(made) => each(&[&made.unique_identifier], Self::New),
            Answer::CreateSplitKey(made) => {
                each(&made.unique_identifiers.iter().collect::<Vec<_>>(), Self::New)
            }
            Answer::CreateKeyPair(made) | Answer::ReKeyKeyPair(made) => {
                let pair =
                    [&made.private_key_unique_identifier, &made.public_key_unique_identifier];
                each(&pair, Self::New)
            }
            Answer::AddAttribute(changed) | Answer::ModifyAttribute(changed) => {
                Self::attribute(changed, |attribute| attribute)
            }
            Answer::DeleteAttribute(changed) => {
                Self::attribute(changed, |removed| AttributeEntry { value: None, ..removed })
            }
            Answer::SetAttribute(changed) | Answer::AdjustAttribute(changed) => {
                each(&[&changed.unique_identifier], Self::Changed)
            }
            Answer::Activate(changed) | Answer::Revoke(changed) | Answer::Destroy(changed) => {
                each(&[&changed.unique_identifier], Self::State)
            }
            _ => Vec::new(),
        }
    }

    fn attribute(
        changed: &AttributeResponse,
        told: fn(AttributeEntry) -> AttributeEntry,
    ) -> Vec<Self> {
        let attribute = changed.attribute.clone().map(told);
        let push = identifier(&changed.unique_identifier).zip(attribute);
        push.map(|(identifier, attribute)| Self::Attribute(identifier, attribute))
            .into_iter()
            .collect()
    }

    /// The request to the client.
    pub(crate) async fn message(self, batch: &Batch<'_>) -> Outcome<Buffer> {
        let payload = match self {
            Self::New(identifier) => RequestPayload::Put(put(batch, identifier).await?),
            Self::Attribute(identifier, attribute) => {
                let mut changed = vec![attribute];
                changed.extend(read(batch, &identifier, &[AttributeKind::LastChangeDate]).await?);
                RequestPayload::Notify(notify(&identifier, changed))
            }
            Self::Changed(identifier) => {
                let changed = read(batch, &identifier, &[AttributeKind::LastChangeDate]).await?;
                RequestPayload::Notify(notify(&identifier, changed))
            }
            Self::State(identifier) => {
                let kinds = [AttributeKind::LastChangeDate, AttributeKind::State];
                let changed = read(batch, &identifier, &kinds).await?;
                RequestPayload::Notify(notify(&identifier, changed))
            }
        };
        Ok(request(batch, payload).encode())
    }
}

fn identifier(reference: &Reference) -> Option<UniqueIdentifier> {
    UniqueIdentifier::new(reference.as_text()?).ok()
}

async fn put(batch: &Batch<'_>, identifier: UniqueIdentifier) -> Outcome<PutRequest> {
    // Before the material is handed out, which is what makes an object fresh no more.
    let all = ReadAttributes {
        identifier: identifier.clone(),
        keys: None,
        generation: batch.generation(),
    };
    let attributes = batch.call(all).await?;
    let get = GetObject {
        identifier,
        format: None,
        wrap_type: None,
        compression: None,
        wrapping: None,
        pending_keys_wrap: false,
        generation: batch.generation(),
    };
    let got = batch.call(get).await?;
    Ok(PutRequest {
        unique_identifier: answer_identifier(&got.identifier),
        put_function: PutFunction::New,
        replaced_unique_identifier: None,
        object: content::to_wire(got.content, batch.version)?,
        attributes: value::answered(attributes, batch.version),
    })
}

async fn read(
    batch: &Batch<'_>,
    identifier: &UniqueIdentifier,
    kinds: &[AttributeKind],
) -> Outcome<Vec<AttributeEntry>> {
    let keys = kinds.iter().copied().map(AttributeKey::Standard).collect();
    let read = ReadAttributes {
        identifier: identifier.clone(),
        keys: Some(keys),
        generation: batch.generation(),
    };
    Ok(value::answered(batch.call(read).await?, batch.version))
}

fn notify(identifier: &UniqueIdentifier, attributes: Vec<AttributeEntry>) -> NotifyRequest {
    NotifyRequest {
        unique_identifier: answer_identifier(identifier),
        attributes,
        references: Vec::new(),
    }
}

fn request(batch: &Batch<'_>, payload: RequestPayload) -> RequestMessage {
    RequestMessage {
        version: batch.version,
        header: RequestHeader::new(batch.version),
        batch: vec![RequestItem::new(payload)],
    }
}
