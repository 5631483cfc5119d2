//! Constraints and defaults.

use claviger_core::ErrorKind;
use claviger_core::operations::ListKeys;
use claviger_core::operations::objects::{
    CreateObject, CreationRule, Generation, GetConstraints, GetDefaults, Given, SetConstraints,
    SetDefaults,
};
use claviger_model::{AttributeKind, ObjectType, Value};

use super::{create, found, kind, named, standard, text, try_create, value};
use crate::service::{Service, caller};

use AttributeKind as K;

fn rule(attributes: Given) -> CreationRule {
    let object_types = vec![ObjectType::SymmetricKey];
    CreationRule { object_types, object_groups: Vec::new(), attributes }
}

#[tokio::test]
async fn objects_keep_their_owners_constraints() {
    let service = Service::new().await;
    let bits = |bits| standard(K::CryptographicLength, Value::Integer(bits));
    let mut grouped = rule(vec![standard(K::Comment, text("agreed"))]);
    grouped.object_groups = vec!["strict".into()];
    let mask = standard(K::CryptographicUsageMask, Value::Integer(4 | 8 | 16));
    let constraints = vec![rule(vec![bits(128), bits(256), mask]), grouped];
    service.call(SetConstraints { constraints: constraints.clone() }).await.unwrap();
    assert!(service.call(GetConstraints).await.unwrap() == constraints);
    create(&service, Vec::new()).await;
    let member = || vec![standard(K::ObjectGroup, text("strict"))];
    let refused = try_create(&service, member(), Generation::Two).await;
    assert_eq!(kind(refused), ErrorKind::ConstraintViolated);
    let mut agreed = member();
    agreed.push(standard(K::Comment, text("agreed")));
    try_create(&service, agreed, Generation::Two).await.unwrap();
    let narrow = vec![rule(vec![standard(K::CryptographicUsageMask, Value::Integer(4))])];
    service.call(SetConstraints { constraints: narrow }).await.unwrap();
    let refused = try_create(&service, Vec::new(), Generation::Two).await;
    assert_eq!(kind(refused), ErrorKind::ConstraintViolated, "it may decrypt as well");
    // Constraints are their owner's alone, and outlive the process.
    let bob = caller("bob");
    assert!(service.kms.call(&bob, GetConstraints).await.unwrap().is_empty());
    let restarted = service.restarted().await;
    let refused = try_create(&restarted, Vec::new(), Generation::Two).await;
    assert_eq!(kind(refused), ErrorKind::ConstraintViolated);
    restarted.call(SetConstraints { constraints: Vec::new() }).await.unwrap();
    create(&restarted, Vec::new()).await;
}

#[tokio::test]
async fn defaults_fill_what_a_request_leaves_out() {
    let service = Service::new().await;
    let defaults = vec![
        rule(vec![
            standard(K::CryptographicAlgorithm, Value::Enumeration(3)),
            standard(K::CryptographicLength, Value::Integer(192)),
            standard(K::CryptographicUsageMask, Value::Integer(12)),
            standard(K::ObjectGroup, text("default")),
        ]),
        rule(vec![standard(K::CryptographicLength, Value::Integer(128))]),
    ];
    service.call(SetDefaults { defaults: defaults.clone() }).await.unwrap();
    assert!(service.call(GetDefaults).await.unwrap() == defaults);
    let bare = |attributes| CreateObject {
        object_type: ObjectType::SymmetricKey,
        attributes,
        templates: Vec::new(),
        generation: Generation::Two,
    };
    let made = service.call(bare(Vec::new())).await.unwrap().identifier;
    let length = async |of| value(&service, of, K::CryptographicLength).await.unwrap();
    assert!(length(&made).await == Value::Integer(192), "the first one counts");
    assert!(value(&service, &made, K::ObjectGroup).await == Some(text("default")));
    let own = vec![
        standard(K::CryptographicLength, Value::Integer(256)),
        standard(K::ObjectGroup, text("own")),
    ];
    let made = service.call(bare(own)).await.unwrap().identifier;
    assert!(length(&made).await == Value::Integer(256));
    assert!(value(&service, &made, K::ObjectGroup).await == Some(text("own")));
}

#[tokio::test]
async fn what_an_owner_prefers_is_no_object_of_anybodys() {
    let service = Service::new().await;
    let constraints = vec![rule(vec![standard(K::Name, named("hidden"))])];
    service.call(SetConstraints { constraints }).await.unwrap();
    assert!(found(&service, Vec::new()).await.is_empty());
    let listed = service.call(ListKeys::default()).await.unwrap();
    assert!(listed.keys.is_empty());
    let too_many = vec![rule(Vec::new()); CreationRule::LIMIT + 1];
    let refused = service.call(SetDefaults { defaults: too_many }).await;
    assert_eq!(kind(refused), ErrorKind::LimitReached);
}
