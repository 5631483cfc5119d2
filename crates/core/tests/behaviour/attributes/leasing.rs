//! Check, Obtain Lease and Get Usage Allocation.

use claviger_core::operations::objects::{
    ActivateObject, CheckObject, Checked, Generation, GetUsageAllocation, ObtainLease, RevokeObject,
};
use claviger_core::{ErrorKind, ObjectSettings};
use claviger_model::{AttributeKind, Field, UniqueIdentifier, Value};
use claviger_store_memory::MemoryStore;

use super::{
    adding, aes_content, create, deleting, key, kind, modifying, now, register, standard, text,
    value, vendor, wait,
};
use crate::service::Service;

use AttributeKind as K;

const TOTAL: Field = Field(0x42_0097);
const COUNT: Field = Field(0x42_0096);
const UNIT: Field = Field(0x42_0098);

fn limits(total: i64) -> Value {
    Value::Structure(vec![(TOTAL, Value::LongInteger(total)), (UNIT, Value::Enumeration(1))])
}

async fn left(service: &Service, identifier: &UniqueIdentifier) -> i64 {
    let limits = value(service, identifier, K::UsageLimits).await.unwrap();
    limits.field(COUNT).unwrap().as_long_integer().unwrap()
}

fn check(identifier: &UniqueIdentifier) -> CheckObject {
    CheckObject {
        identifier: identifier.clone(),
        usage_limits_count: None,
        usage_mask: None,
        lease_time: None,
        generation: Generation::One,
    }
}

#[tokio::test]
async fn a_check_names_what_is_not_permitted_or_fails() {
    let service = Service::new().await;
    let identifier = create(&service, vec![standard(K::UsageLimits, limits(1000))]).await;
    let fine = CheckObject {
        usage_limits_count: Some(1000),
        usage_mask: Some(4),
        lease_time: Some(3600),
        ..check(&identifier)
    };
    assert_eq!(service.call(fine).await.unwrap(), Checked::default());
    let mask = CheckObject { usage_mask: Some(4 | 16), ..check(&identifier) };
    let count = CheckObject { usage_limits_count: Some(1001), ..check(&identifier) };
    let lease = CheckObject { lease_time: Some(3601), ..check(&identifier) };
    let checked = service.call(mask.clone()).await.unwrap();
    assert_eq!(checked, Checked { usage_mask: Some(20), ..Checked::default() });
    let checked = service.call(count.clone()).await.unwrap();
    assert_eq!(checked, Checked { usage_limits_count: Some(1001), ..Checked::default() });
    let checked = service.call(lease.clone()).await.unwrap();
    assert_eq!(checked, Checked { lease_time: Some(3601), ..Checked::default() });
    for (request, expected) in [
        (mask, ErrorKind::IncompatibleUsageMask),
        (count, ErrorKind::UsageLimitExceeded),
        (lease, ErrorKind::PolicyForbids),
    ] {
        let request = CheckObject { generation: Generation::Two, ..request };
        assert_eq!(kind(service.call(request).await), expected);
    }
}

#[tokio::test]
async fn an_unrestricted_key_is_for_every_use() {
    const UNRESTRICTED: i32 = 0x0020_0000;
    let service = Service::new().await;
    for (mask, denied) in [(UNRESTRICTED, None), (8, Some(4))] {
        let given = vec![standard(K::CryptographicUsageMask, Value::Integer(mask))];
        let identifier = register(&service, given, aes_content(&[1; 16])).await;
        let asked = CheckObject { usage_mask: Some(4), ..check(&identifier) };
        assert_eq!(service.call(asked).await.unwrap().usage_mask, denied);
    }
}

#[tokio::test]
async fn an_allocation_is_taken_once() {
    let service = Service::new().await;
    let identifier = create(&service, Vec::new()).await;
    let take = |count| GetUsageAllocation { identifier: identifier.clone(), count };
    assert_eq!(kind(service.call(take(1)).await), ErrorKind::AttributeNotFound);
    let added = service.call(adding(&identifier, key(K::UsageLimits), limits(1000))).await.unwrap();
    assert!(added.value.field(COUNT) == Some(&Value::LongInteger(1000)), "all is left");
    assert_eq!(kind(service.call(take(1)).await), ErrorKind::WrongState, "not yet active");
    service.call(ActivateObject { identifier: identifier.clone() }).await.unwrap();
    service.call(modifying(&identifier, key(K::UsageLimits), limits(900))).await.unwrap();
    for wrong in [0, -5] {
        assert_eq!(kind(service.call(take(wrong)).await), ErrorKind::InvalidInput);
    }
    service.call(take(500)).await.unwrap();
    assert_eq!(left(&service, &identifier).await, 400);
    assert_eq!(kind(service.call(take(401)).await), ErrorKind::UsageLimitExceeded);
    service.call(take(400)).await.unwrap();
    assert_eq!(kind(service.call(take(1)).await), ErrorKind::UsageLimitExceeded);
    // From the first allocation on, the limits are fixed.
    let modify = modifying(&identifier, key(K::UsageLimits), limits(5000));
    assert_eq!(kind(service.call(modify).await), ErrorKind::AttributeReadOnly);
    let delete = deleting(&identifier, key(K::UsageLimits));
    assert_eq!(kind(service.call(delete).await), ErrorKind::AttributeReadOnly);
    assert_eq!(left(&service.restarted().await, &identifier).await, 0, "durably");
}

#[tokio::test]
async fn concurrent_allocations_never_exceed_the_limit() {
    let service = Service::new().await;
    let given = vec![
        standard(K::UsageLimits, limits(100)),
        standard(K::ActivationDate, Value::DateTime(0)),
    ];
    let identifier = create(&service, given).await;
    let mut tasks = Vec::new();
    for _ in 0..40 {
        let (kms, caller) = (service.kms.clone(), service.caller.clone());
        let take = GetUsageAllocation { identifier: identifier.clone(), count: 7 };
        tasks.push(tokio::spawn(async move { kms.call(&caller, take).await.is_ok() }));
    }
    let mut granted = 0;
    for task in tasks {
        granted += usize::from(task.await.unwrap());
    }
    assert_eq!(granted, 14, "14 times 7 is 98");
    assert_eq!(left(&service, &identifier).await, 2);
}

#[tokio::test]
async fn a_lease_tells_when_the_object_was_changed_and_none_is_given_of_a_compromised_one() {
    let settings = ObjectSettings { lease_time: Some(16), ..ObjectSettings::default() };
    let store = std::sync::Arc::new(MemoryStore::new());
    let service = Service::with_settings(store, 7, settings).await;
    let identifier = create(&service, Vec::new()).await;
    wait(&service, 30);
    service.call(adding(&identifier, vendor("colour"), text("red"))).await.unwrap();
    let changed = now(&service);
    wait(&service, 30);
    let lease = || ObtainLease { identifier: identifier.clone() };
    let obtained = service.call(lease()).await.unwrap();
    assert_eq!((obtained.seconds, obtained.last_change.milliseconds()), (16, changed * 1000));
    const KEY_COMPROMISE: u32 = 2;
    service.call(RevokeObject::new(identifier.clone(), KEY_COMPROMISE)).await.unwrap();
    assert_eq!(kind(service.call(lease()).await), ErrorKind::PolicyForbids);
}
