//! Attributes from templates, and what counts more (KMIP 1.x).

use claviger_core::ErrorKind;
use claviger_core::operations::objects::{Content, DestroyObject, Generation, ReadAttributes};
use claviger_model::{AttributeKey, AttributeKind as K, CryptographicAlgorithm as C, Usage, Value};

use super::{
    algorithm, create, length, made, mask, name, name_value, names, register, registered, standard,
    state, value, values, vendor,
};
use crate::service::{Service, refused};

fn group(text: &str) -> (claviger_model::AttributeKey, Value) {
    standard(K::ObjectGroup, Value::Text(text.to_owned()))
}

#[tokio::test]
async fn templates_give_what_the_request_leaves_out() {
    let service = Service::new().await;
    let content = vec![
        algorithm(C::Aes),
        length(128),
        mask(Usage::ENCRYPT),
        group("storage"),
        (vendor("x", "Purpose"), Value::Text("disk ".into())),
        standard(K::ActivationDate, Value::DateTime(1)),
    ];
    let mut template = register(vec![name("disks")], Content::Template { attributes: content });
    template.generation = Generation::One;
    let template = service.call(template).await.unwrap().identifier;
    // Its policy is one of the objects to come, and it is in no state.
    let read =
        ReadAttributes { identifier: template.clone(), keys: None, generation: Generation::One };
    let read = service.call(read).await.unwrap();
    let has = |kind| read.iter().any(|one| one.key == AttributeKey::Standard(kind));
    assert!(!has(K::State) && !has(K::OperationPolicyName));
    assert!(has(K::InitialDate) && has(K::CryptographicAlgorithm));

    let mut wanted = create(vec![length(256), name("disk-1"), group("more")]);
    wanted.generation = Generation::One;
    wanted.templates = vec![name_value("disks")];
    let key = made(&service, wanted).await;
    assert_eq!(names(&service, &key).await, ["disk-1"]);
    assert_same!(value(&service, &key, K::CryptographicLength).await, Some(Value::Integer(256)));
    assert_eq!(state(&service, &key).await, 2);
    let groups = values(&service, &key, K::ObjectGroup).await;
    assert!(groups == [Value::Text("more".into()), Value::Text("storage".into())]);

    service.call(DestroyObject { identifier: template }).await.unwrap();
    let mut wanted = create(vec![]);
    wanted.templates = vec![name_value("disks")];
    assert_eq!(refused(service.call(wanted).await), ErrorKind::NotFound);
}

#[tokio::test]
async fn usage_limits_begin_with_the_whole_total() {
    let service = Service::new().await;
    let limits = |total| {
        Value::Structure(vec![
            (claviger_model::Field(0x42_0097), Value::LongInteger(total)),
            (claviger_model::Field(0x42_0098), Value::Enumeration(1)),
        ])
    };
    let key = made(&service, super::aes([standard(K::UsageLimits, limits(500))])).await;
    let kept = value(&service, &key, K::UsageLimits).await.unwrap();
    assert_eq!(
        kept.field(claviger_model::Field(0x42_0096)).and_then(Value::as_long_integer),
        Some(500)
    );
    // How much is left is not for whoever makes an object to say.
    let Value::Structure(mut counted) = limits(500) else { unreachable!() };
    counted.push((claviger_model::Field(0x42_0096), Value::LongInteger(5)));
    let limited = standard(K::UsageLimits, Value::Structure(counted));
    let key = made(&service, super::aes([limited])).await;
    assert_same!(value(&service, &key, K::UsageLimits).await, Some(kept));
    let negative = super::aes([standard(K::UsageLimits, limits(-1))]);
    assert_eq!(refused(service.call(negative).await), ErrorKind::InvalidAttributeValue);
}

#[tokio::test]
async fn attributes_within_a_key_value_count_once() {
    let service = Service::new().await;
    let owner = (vendor("x", "Owner"), Value::Text("a".into()));
    let key = super::KeyContent {
        attributes: vec![owner.clone(), name("inner")],
        ..super::raw(&[7; 16])
    };
    let given = vec![algorithm(C::Aes), length(128), owner, name("outer")];
    let key = registered(&service, given, Content::SymmetricKey(key)).await;
    assert_eq!(names(&service, &key).await, ["outer", "inner"]);
    let all = super::attributes(&service, &key).await;
    assert_eq!(all.iter().filter(|one| one.key == vendor("x", "Owner")).count(), 1);
}
