//! Changes of attributes: KMIP 1.4 §11.15 to §11.17, KMIP 2.1 §6.1.2, §6.1.3, §6.1.13, §6.1.34, §6.1.51.

use claviger_wire_kmip::payload::{
    AddAttributeRequest, AdjustAttributeRequest, DeleteAttributeRequest, ModifyAttributeRequest,
};
use claviger_wire_kmip::{
    AttributeEntry, AttributeReference, RequestPayload as Ask, UniqueIdentifier, Value,
};
use claviger_wire_ttlv::enumeration::{AdjustmentType, ResultReason as Reason};
use claviger_wire_ttlv::{Tag, tag};

use super::{Row, key, no_attribute, row, second, text, walk};
use crate::requests::{attribute, create_with, made, name, vendor};
use crate::service::Client;

fn add(id: &Option<UniqueIdentifier>, attribute: AttributeEntry) -> Ask {
    Ask::AddAttribute(AddAttributeRequest { unique_identifier: id.clone(), attribute })
}

fn set(id: &Option<UniqueIdentifier>, attribute: AttributeEntry) -> Ask {
    Ask::SetAttribute(AddAttributeRequest { unique_identifier: id.clone(), attribute })
}

fn modify(id: &Option<UniqueIdentifier>, attribute: AttributeEntry) -> Ask {
    Ask::ModifyAttribute(ModifyAttributeRequest {
        unique_identifier: id.clone(),
        current_attribute: None,
        attribute,
    })
}

fn delete(id: &Option<UniqueIdentifier>, tag: Tag) -> Ask {
    Ask::DeleteAttribute(DeleteAttributeRequest {
        unique_identifier: id.clone(),
        reference: Some(AttributeReference::Standard(tag)),
        ..DeleteAttributeRequest::default()
    })
}

fn adjust(
    id: &Option<UniqueIdentifier>,
    tag: Tag,
    adjustment_type: AdjustmentType,
    by: Option<Value>,
) -> Ask {
    Ask::AdjustAttribute(AdjustAttributeRequest {
        unique_identifier: id.clone(),
        reference: AttributeReference::Standard(tag),
        adjustment_type,
        adjustment_value: by,
    })
}

/// A key with two groups, a contact and a date that has not come.
async fn described(client: &mut Client) -> Option<UniqueIdentifier> {
    let group = |name| attribute(tag::OBJECT_GROUP, text(name));
    let attributes = vec![
        group("one"),
        group("two"),
        attribute(tag::CONTACT_INFORMATION, text("somebody")),
        name("known"),
    ];
    Some(made(&client.done(create_with(attributes)).await))
}

fn at(mut entry: AttributeEntry, index: i32) -> AttributeEntry {
    entry.index = Some(index);
    entry
}

#[tokio::test]
async fn adding() {
    walk("adding", async |client| {
        let (id, other) = (described(client).await, key(client, 4).await);
        let group = || attribute(tag::OBJECT_GROUP, text("three"));
        let state = attribute(tag::STATE, Value::Enumeration(2));
        let namespace = vec![(tag::APPLICATION_NAMESPACE, text("elsewhere"))];
        let namespace =
            attribute(tag::APPLICATION_SPECIFIC_INFORMATION, Value::Structure(namespace));
        let mut rows: Vec<Row> = vec![
            row(add(&id, state), Reason::PermissionDenied, Reason::ReadOnlyAttribute),
            row(
                add(&id, no_attribute(client.version)),
                Reason::PermissionDenied,
                Reason::InvalidAttribute,
            ),
            row(
                add(&id, attribute(tag::CONTACT_INFORMATION, text("else"))),
                Reason::IllegalOperation,
                Reason::AttributeSingleValued,
            ),
            super::first(add(&id, at(group(), 0)), Reason::InvalidField),
            second(add(&other, name("known")), Reason::NonUniqueNameAttribute),
            row(
                add(&id, namespace),
                Reason::ApplicationNamespaceNotSupported,
                Reason::ApplicationNamespaceNotSupported,
            ),
            row(
                add(&id, attribute(tag::OBJECT_GROUP, Value::Integer(1))),
                Reason::InvalidField,
                Reason::InvalidAttributeValue,
            ),
        ];
        // More than the server keeps.
        let large = || {
            let mut entry = vendor("large", &"x".repeat(400_000));
            entry.reference =
                AttributeReference::Vendor { vendor: "x".into(), name: "large".into() };
            entry
        };
        client.done(add(&id, large())).await;
        client.done(add(&id, large())).await;
        rows.push(row(add(&id, large()), Reason::IndexOutOfBounds, Reason::ServerLimitExceeded));
        rows
    })
    .await;
}

#[tokio::test]
async fn modifying() {
    walk("modifying", async |client| {
        let (id, other) = (described(client).await, key(client, 4).await);
        let group = || attribute(tag::OBJECT_GROUP, text("three"));
        let past = attribute(tag::ACTIVATION_DATE, Value::DateTime(5));
        client.done(add(&other, name("other"))).await;
        vec![
            // It needs to be added first.
            row(modify(&other, group()), Reason::InvalidField, Reason::AttributeNotFound),
            super::first(modify(&id, at(group(), 7)), Reason::ItemNotFound),
            // Of several nobody says which.
            second(modify(&id, group()), Reason::AttributeInstanceNotFound),
            row(
                modify(&id, attribute(tag::STATE, Value::Enumeration(2))),
                Reason::PermissionDenied,
                Reason::AttributeReadOnly,
            ),
            row(modify(&id, past), Reason::PermissionDenied, Reason::WrongKeyLifecycleState),
            second(modify(&other, name("known")), Reason::NonUniqueNameAttribute),
            row(
                modify(&id, no_attribute(client.version)),
                Reason::InvalidField,
                Reason::AttributeNotFound,
            ),
        ]
    })
    .await;
}

#[tokio::test]
async fn deleting() {
    walk("deleting", async |client| {
        let (id, other) = (described(client).await, key(client, 4).await);
        let eighth = DeleteAttributeRequest {
            unique_identifier: id.clone(),
            reference: Some(AttributeReference::Standard(tag::OBJECT_GROUP)),
            attribute_index: Some(7),
            ..DeleteAttributeRequest::default()
        };
        let unknown = DeleteAttributeRequest {
            unique_identifier: id.clone(),
            reference: Some(no_attribute(client.version).reference),
            ..DeleteAttributeRequest::default()
        };
        let none = DeleteAttributeRequest {
            unique_identifier: id.clone(),
            current_attribute: Some(attribute(tag::OBJECT_GROUP, text("nine"))),
            ..DeleteAttributeRequest::default()
        };
        vec![
            row(delete(&id, tag::STATE), Reason::PermissionDenied, Reason::AttributeReadOnly),
            super::first(Ask::DeleteAttribute(eighth), Reason::ItemNotFound),
            second(Ask::DeleteAttribute(none), Reason::AttributeInstanceNotFound),
            row(delete(&other, tag::OBJECT_GROUP), Reason::ItemNotFound, Reason::AttributeNotFound),
            row(Ask::DeleteAttribute(unknown), Reason::ItemNotFound, Reason::InvalidAttribute),
        ]
    })
    .await;
}

#[tokio::test]
async fn setting_and_adjusting() {
    walk("setting", async |client| {
        let id = described(client).await;
        let (up, negate) = (AdjustmentType::Increment, AdjustmentType::Negate);
        let integer = |number| Some(Value::Integer(number));
        let numbers = vec![AttributeEntry {
            reference: AttributeReference::Vendor { vendor: "x".into(), name: "number".into() },
            index: None,
            value: integer(i32::MAX),
        }];
        let numbered = Some(made(&client.done(create_with(numbers)).await));
        let over = Ask::AdjustAttribute(AdjustAttributeRequest {
            unique_identifier: numbered,
            reference: AttributeReference::Vendor { vendor: "x".into(), name: "number".into() },
            adjustment_type: up,
            adjustment_value: None,
        });
        vec![
            second(set(&id, attribute(tag::OBJECT_GROUP, text("x"))), Reason::MultiValuedAttribute),
            second(
                set(&id, attribute(tag::STATE, Value::Enumeration(2))),
                Reason::ReadOnlyAttribute,
            ),
            second(
                set(&id, attribute(tag::SENSITIVE, Value::Integer(1))),
                Reason::InvalidAttributeValue,
            ),
            second(adjust(&id, tag::OBJECT_GROUP, up, None), Reason::MultiValuedAttribute),
            second(adjust(&id, tag::CRYPTOGRAPHIC_LENGTH, up, None), Reason::ReadOnlyAttribute),
            second(adjust(&id, tag::STATE, up, None), Reason::ReadOnlyAttribute),
            second(adjust(&id, tag::BATCH_COUNT, up, None), Reason::UnsupportedAttribute),
            second(adjust(&id, tag::CONTACT_INFORMATION, up, None), Reason::InvalidDataType),
            second(adjust(&id, tag::CONTACT_INFORMATION, negate, None), Reason::InvalidDataType),
            // Nothing is there whose type would say what 0 is.
            second(adjust(&id, tag::COMMENT, up, None), Reason::InvalidDataType),
            second(over, Reason::NumericRange),
        ]
    })
    .await;
}
