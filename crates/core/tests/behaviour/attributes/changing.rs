//! Adding, modifying, deleting, setting and adjusting attributes.

use claviger_core::ErrorKind;
use claviger_core::operations::objects::{
    ActivateObject, AdjustAttribute, ArchiveObject, DeleteAttribute, EncryptData, Generation,
    ModifyAttribute, Part, SetAttribute,
};
use claviger_model::{AttributeKey, AttributeKind, Field, UniqueIdentifier, Value};
use claviger_secret::SecretBytes;

use super::{
    adding, aes_content, create, deleting, key, kind, link, modifying, named, now, register,
    standard, text, try_create, value, values, vendor, wait,
};
use crate::service::Service;

use AttributeKind as K;

#[tokio::test]
async fn only_what_clients_may_change_is_changed() {
    let service = Service::new().await;
    let identifier = create(&service, Vec::new()).await;
    // Everything that only the service sets, and what is said once and for all when an object is made.
    for rule in claviger_model::ATTRIBUTES {
        let servers = rule.set_by == claviger_model::SetBy::Server
            || matches!(
                rule.kind,
                K::CryptographicAlgorithm | K::CryptographicLength | K::KeyFormatType
            );
        if servers {
            let add = adding(&identifier, key(rule.kind), Value::Integer(1));
            assert_eq!(
                kind(service.call(add).await),
                ErrorKind::AttributeReadOnly,
                "{:?}",
                rule.kind
            );
            let modify = modifying(&identifier, key(rule.kind), Value::Integer(1));
            let refused = kind(service.call(modify).await);
            assert_eq!(refused, ErrorKind::AttributeReadOnly, "{:?}", rule.kind);
        }
        if !rule.deletable {
            let delete = deleting(&identifier, key(rule.kind));
            let refused = kind(service.call(delete).await);
            assert_eq!(refused, ErrorKind::AttributeReadOnly, "{:?}", rule.kind);
        }
    }
    let servers = AttributeKey::Vendor { vendor: "y".into(), name: "note".into() };
    let hidden = AttributeKey::Vendor { vendor: "claviger".into(), name: "legacy".into() };
    for own in [servers, hidden] {
        let add = adding(&identifier, own, Value::Boolean(true));
        assert_eq!(kind(service.call(add).await), ErrorKind::AttributeReadOnly);
    }
}

#[tokio::test]
async fn a_single_value_is_added_once_and_then_modified() {
    let service = Service::new().await;
    let identifier = create(&service, Vec::new()).await;
    let description = || key(K::Description);
    let modify = modifying(&identifier, description(), text("none yet"));
    assert_eq!(kind(service.call(modify).await), ErrorKind::AttributeNotFound);
    service.call(adding(&identifier, description(), text("one"))).await.unwrap();
    let again = service.call(adding(&identifier, description(), text("two"))).await;
    assert_eq!(kind(again), ErrorKind::AttributeSingleValued);
    let modified = service.call(modifying(&identifier, description(), text("two"))).await.unwrap();
    assert_eq!((modified.index, modified.value.as_text()), (0, Some("two")));
    let deleted = service.call(deleting(&identifier, description())).await.unwrap();
    assert_eq!(deleted.value.as_text(), Some("two"));
    assert!(value(&service, &identifier, K::Description).await.is_none());
    let gone = service.call(deleting(&identifier, description())).await;
    assert_eq!(kind(gone), ErrorKind::AttributeNotFound);
}

#[tokio::test]
async fn instances_keep_their_indexes() {
    let service = Service::new().await;
    let identifier = create(&service, Vec::new()).await;
    for (number, colour) in ["red", "green", "blue"].into_iter().enumerate() {
        let added =
            service.call(adding(&identifier, vendor("colour"), text(colour))).await.unwrap();
        assert_eq!(added.index as usize, number);
    }
    let second = DeleteAttribute { index: Some(1), ..deleting(&identifier, vendor("colour")) };
    let deleted = service.call(second.clone()).await.unwrap();
    assert_eq!((deleted.index, deleted.value.as_text()), (1, Some("green")));
    assert_eq!(kind(service.call(second).await), ErrorKind::AttributeInstanceNotFound);
    let last = ModifyAttribute {
        index: Some(2),
        ..modifying(&identifier, vendor("colour"), text("violet"))
    };
    assert_eq!(service.call(last).await.unwrap().index, 2);
    let left = values(&service, &identifier, vendor("colour")).await;
    assert!(left == [text("red"), text("violet")]);
}

#[tokio::test]
async fn the_second_generation_names_instances_by_their_values() {
    let service = Service::new().await;
    let identifier = create(&service, Vec::new()).await;
    for colour in ["red", "green"] {
        service.call(adding(&identifier, vendor("colour"), text(colour))).await.unwrap();
    }
    let modify = |current: Option<&str>, to: &str| ModifyAttribute {
        current: current.map(text),
        generation: Generation::Two,
        ..modifying(&identifier, vendor("colour"), text(to))
    };
    assert_eq!(kind(service.call(modify(None, "blue")).await), ErrorKind::MultiValuedAttribute);
    let wrong = service.call(modify(Some("black"), "blue")).await;
    assert_eq!(kind(wrong), ErrorKind::AttributeInstanceNotFound);
    service.call(modify(Some("green"), "blue")).await.unwrap();
    let set = |colour: &str| SetAttribute {
        identifier: identifier.clone(),
        key: vendor("colour"),
        value: text(colour),
    };
    assert_eq!(kind(service.call(set("white")).await), ErrorKind::MultiValuedAttribute);
    let delete = |current: Option<&str>| DeleteAttribute {
        current: current.map(text),
        generation: Generation::Two,
        ..deleting(&identifier, vendor("colour"))
    };
    service.call(delete(Some("red"))).await.unwrap();
    service.call(set("white")).await.unwrap();
    assert!(values(&service, &identifier, vendor("colour")).await == [text("white")]);
    service.call(adding(&identifier, vendor("colour"), text("grey"))).await.unwrap();
    service.call(delete(None)).await.unwrap();
    assert!(values(&service, &identifier, vendor("colour")).await.is_empty(), "all of them");
}

#[tokio::test]
async fn dates_act_at_once_and_are_changed_only_before_they_came() {
    let service = Service::new().await;
    let identifier = create(&service, Vec::new()).await;
    let state = async || value(&service, &identifier, K::State).await.unwrap().as_enumeration();
    let date = |seconds| Value::DateTime(now(&service) + seconds);
    let ahead = adding(&identifier, key(K::ActivationDate), date(100));
    service.call(ahead).await.unwrap();
    assert_eq!(state().await, Some(1));
    let again = adding(&identifier, key(K::ActivationDate), date(50));
    assert_eq!(kind(service.call(again).await), ErrorKind::AttributeSingleValued);
    let past = modifying(&identifier, key(K::ActivationDate), date(-3600));
    service.call(past).await.unwrap();
    assert_eq!(state().await, Some(2), "active at once");
    let late = modifying(&identifier, key(K::ActivationDate), date(10));
    assert_eq!(kind(service.call(late).await), ErrorKind::WrongState);
    service.call(adding(&identifier, key(K::ProtectStopDate), date(600))).await.unwrap();
    let out_of_order = adding(&identifier, key(K::DeactivationDate), date(300));
    assert_eq!(kind(service.call(out_of_order).await), ErrorKind::InvalidAttributeValue);
    service.call(adding(&identifier, key(K::DeactivationDate), date(900))).await.unwrap();
    wait(&service, 601);
    let came = modifying(&identifier, key(K::ProtectStopDate), date(700));
    assert_eq!(kind(service.call(came).await), ErrorKind::WrongState);
    assert_eq!(state().await, Some(2));
    wait(&service, 300);
    assert_eq!(state().await, Some(3), "deactivated by its date");
    let over = modifying(&identifier, key(K::DeactivationDate), date(10));
    assert_eq!(kind(service.call(over).await), ErrorKind::WrongState);
}

#[tokio::test]
async fn the_date_of_the_last_change_follows_every_change() {
    let service = Service::new().await;
    let identifier = create(&service, Vec::new()).await;
    let changed = async || value(&service, &identifier, K::LastChangeDate).await.unwrap();
    let made = changed().await;
    wait(&service, 10);
    service.call(adding(&identifier, vendor("colour"), text("red"))).await.unwrap();
    assert!(changed().await == Value::DateTime(now(&service)));
    wait(&service, 10);
    service.call(ActivateObject { identifier: identifier.clone() }).await.unwrap();
    assert!(changed().await == Value::DateTime(now(&service)));
    wait(&service, 10);
    let refused = adding(&identifier, key(K::State), Value::Enumeration(1));
    assert!(service.call(refused).await.is_err());
    assert!(changed().await == Value::DateTime(now(&service) - 10), "nothing was changed");
    assert!(value(&service, &identifier, K::InitialDate).await.unwrap() == made);
}

#[tokio::test]
async fn names_are_unique_among_an_owners_objects_in_the_second_generation() {
    let service = Service::new().await;
    let name = || vec![standard(K::Name, named("shared"))];
    let first = try_create(&service, name(), Generation::Two).await.unwrap();
    let second = try_create(&service, Vec::new(), Generation::Two).await.unwrap();
    let taken = try_create(&service, name(), Generation::Two).await;
    assert_eq!(kind(taken), ErrorKind::NonUniqueName);
    let add = |identifier: &UniqueIdentifier, generation| {
        let mut add = adding(identifier, key(K::Name), named("shared"));
        add.generation = generation;
        add
    };
    for identifier in [&first, &second] {
        let refused = service.call(add(identifier, Generation::Two)).await;
        assert_eq!(kind(refused), ErrorKind::NonUniqueName);
    }
    service.call(add(&second, Generation::One)).await.unwrap();
    try_create(&service, name(), Generation::One).await.unwrap();
    // Somebody else's names are nobody's business.
    let bob = Service { caller: crate::service::caller("bob"), ..service };
    try_create(&bob, name(), Generation::Two).await.unwrap();
}

#[tokio::test]
async fn sensitive_and_extractable_leave_their_traces() {
    let service = Service::new().await;
    let identifier = create(&service, vec![standard(K::Sensitive, Value::Boolean(true))]).await;
    let flag = async |kind| value(&service, &identifier, kind).await.unwrap().as_boolean().unwrap();
    assert!(flag(K::AlwaysSensitive).await);
    let set = |kind, truth| modifying(&identifier, key(kind), Value::Boolean(truth));
    service.call(set(K::Sensitive, false)).await.unwrap();
    assert!(!flag(K::Sensitive).await && !flag(K::AlwaysSensitive).await);
    service.call(set(K::Sensitive, true)).await.unwrap();
    assert!(flag(K::Sensitive).await && !flag(K::AlwaysSensitive).await, "not always");
    assert!(!flag(K::NeverExtractable).await);
    service.call(set(K::Extractable, false)).await.unwrap();
    assert!(!flag(K::Extractable).await && !flag(K::NeverExtractable).await, "it once was");
    let present = adding(&identifier, key(K::Sensitive), Value::Boolean(false));
    assert_eq!(kind(service.call(present).await), ErrorKind::AttributeSingleValued);
}

#[tokio::test]
async fn a_usage_mask_that_is_added_takes_effect() {
    let service = Service::new().await;
    let active = vec![standard(K::ActivationDate, Value::DateTime(0))];
    let identifier = register(&service, active, aes_content(&[7; 16])).await;
    let encrypt = || EncryptData {
        identifier: identifier.clone(),
        parameters: None,
        data: SecretBytes::copy_from(b"data"),
        nonce: None,
        additional: Vec::new(),
        part: Part::default(),
    };
    assert_eq!(kind(service.call(encrypt()).await), ErrorKind::IncompatibleUsageMask);
    let mask = adding(&identifier, key(K::CryptographicUsageMask), Value::Integer(4));
    service.call(mask.clone()).await.unwrap();
    service.call(encrypt()).await.unwrap();
    assert_eq!(kind(service.call(mask).await), ErrorKind::AttributeSingleValued);
}

#[tokio::test]
async fn values_of_the_wrong_shape_are_refused() {
    let service = Service::new().await;
    let identifier = create(&service, Vec::new()).await;
    let bare_name = Value::Structure(vec![(Field(0x42_0055), text("no type"))]);
    for (kind_of, wrong) in [
        (K::Name, text("not a structure")),
        (K::Name, bare_name),
        (K::Name, named("")),
        (K::Link, text("not a structure")),
        (K::ActivationDate, Value::Integer(5)),
        (K::Description, Value::Integer(5)),
        (K::ObjectGroup, Value::Bytes(vec![1])),
        (K::ProtectionPeriod, Value::Integer(5)),
        (K::QuantumSafe, Value::Enumeration(1)),
        (K::UsageLimits, Value::LongInteger(5)),
        (K::ApplicationSpecificInformation, Value::Structure(Vec::new())),
    ] {
        let refused = service.call(adding(&identifier, key(kind_of), wrong)).await;
        assert_eq!(kind(refused), ErrorKind::InvalidAttributeValue, "{kind_of:?}");
    }
    let long = AttributeKey::Vendor { vendor: "x".into(), name: "n".repeat(257) };
    let refused = service.call(adding(&identifier, long, text("value"))).await;
    assert_eq!(kind(refused), ErrorKind::UnsupportedAttribute);
    // A link may lead to what isn't here (KMIP 2.1 §4.31).
    service.call(adding(&identifier, key(K::Link), link(0x107, "elsewhere"))).await.unwrap();
}

#[tokio::test]
async fn attributes_have_limits_together() {
    let service = Service::new().await;
    let identifier = create(&service, Vec::new()).await;
    let large = || Value::Bytes(vec![7; 400_000]);
    service.call(adding(&identifier, vendor("large"), large())).await.unwrap();
    service.call(adding(&identifier, vendor("large"), large())).await.unwrap();
    let refused = service.call(adding(&identifier, vendor("large"), large())).await;
    assert_eq!(kind(refused), ErrorKind::TooManyAttributes);
    assert_eq!(values(&service, &identifier, vendor("large")).await.len(), 2);
}

#[tokio::test]
async fn numbers_are_adjusted_within_their_types() {
    let service = Service::new().await;
    let identifier = create(&service, Vec::new()).await;
    let adjust = |name: &str, kind, by| AdjustAttribute {
        identifier: identifier.clone(),
        key: vendor(name),
        kind,
        by,
    };
    let done =
        async |name: &str, kind, by| service.call(adjust(name, kind, by)).await.unwrap().value;
    assert!(done("count", 1, Some(Value::Integer(5))).await == Value::Integer(5), "from nothing");
    assert!(done("count", 1, None).await == Value::Integer(6));
    assert!(done("count", 2, Some(Value::Integer(10))).await == Value::Integer(-4));
    assert!(done("count", 3, None).await == Value::Integer(4));
    assert!(done("flag", 3, None).await == Value::Boolean(true));
    assert!(done("flag", 3, None).await == Value::Boolean(false));
    let big = Some(Value::BigInteger(vec![0x7f; 9]));
    assert!(matches!(done("big", 1, big).await, Value::BigInteger(_)));
    let over = adjust("count", 1, Some(Value::LongInteger(i64::MAX)));
    assert_eq!(kind(service.call(over).await), ErrorKind::NumericRange);
    let unknown = adjust("count", 4, None);
    assert_eq!(kind(service.call(unknown).await), ErrorKind::InvalidInput);
    service.call(adding(&identifier, vendor("text"), text("no number"))).await.unwrap();
    let refused = service.call(adjust("text", 1, None)).await;
    assert_eq!(kind(refused), ErrorKind::InvalidDataType);
    let read_only = AdjustAttribute {
        key: key(K::CryptographicLength),
        ..adjust("count", 1, Some(Value::Integer(1)))
    };
    assert_eq!(kind(service.call(read_only).await), ErrorKind::AttributeReadOnly);
    // Nobody may change it, whatever its type.
    let state = AdjustAttribute { key: key(K::State), ..adjust("count", 1, None) };
    assert_eq!(kind(service.call(state).await), ErrorKind::AttributeReadOnly);
}

#[tokio::test]
async fn an_archived_object_is_not_changed() {
    let service = Service::new().await;
    let identifier = create(&service, Vec::new()).await;
    service.call(ArchiveObject { identifier: identifier.clone() }).await.unwrap();
    let refused = service.call(adding(&identifier, vendor("colour"), text("red"))).await;
    assert_eq!(kind(refused), ErrorKind::ObjectArchived);
    assert!(value(&service, &identifier, K::ArchiveDate).await.is_some());
}
