//! Finding objects.

use claviger_core::ErrorKind;
use claviger_core::operations::SetGrant;
use claviger_core::operations::objects::{
    ArchiveObject, DestroyObject, Generation, GetObject, Given, LocateObjects,
};
use claviger_model::{AttributeKey, AttributeKind, Permissions, UniqueIdentifier, Value};

use super::{
    APPLICATION_DATA, LINKED_OBJECT, NAME_VALUE, NAMESPACE, adding, aes_content, create, deleting,
    found, key, kind, link, locating, named, now, register, standard, text, vendor, wait,
};
use crate::service::{Service, caller, name};

use AttributeKind as K;

fn application(namespace: &str, data: &str) -> Value {
    Value::Structure(vec![(NAMESPACE, text(namespace)), (APPLICATION_DATA, text(data))])
}

#[tokio::test]
async fn every_kind_of_attribute_finds_what_has_it() {
    let service = Service::new().await;
    let other = create(&service, vec![standard(K::Name, named("other"))]).await;
    let date = Value::DateTime(now(&service) + 500);
    let has = vec![
        standard(K::Name, named("wanted")),
        standard(K::Name, named("second name")),
        standard(K::ObjectGroup, text("group")),
        standard(K::ApplicationSpecificInformation, application("ssl", "www.example.com")),
        standard(K::Link, link(0x107, other.as_str())),
        standard(K::Description, text("for tests")),
        standard(K::ActivationDate, date.clone()),
        (vendor("rack"), Value::Integer(17)),
        (vendor("slot"), Value::Structure(vec![(NAME_VALUE, text("a")), (NAMESPACE, text("b"))])),
    ];
    let wanted = create(&service, has.clone()).await;
    wait(&service, 1);
    for (of, value) in has {
        let ids = found(&service, vec![(of.clone(), value)]).await;
        assert_eq!(ids, std::slice::from_ref(&wanted), "{of:?}");
    }
    let everything = vec![
        standard(K::Name, named("second name")),
        standard(K::Name, named("wanted")),
        standard(K::State, Value::Enumeration(1)),
        standard(K::ObjectType, Value::Enumeration(2)),
        standard(K::CryptographicAlgorithm, Value::Enumeration(3)),
        standard(K::CryptographicLength, Value::Integer(256)),
        standard(K::CryptographicUsageMask, Value::Integer(8)),
        standard(K::UniqueIdentifier, text(wanted.as_str())),
        standard(K::Fresh, Value::Boolean(true)),
        standard(K::KeyValuePresent, Value::Boolean(true)),
        standard(K::OperationPolicyName, text("default")),
        (vendor("rack"), Value::Integer(17)),
    ];
    assert_eq!(found(&service, everything.clone()).await, std::slice::from_ref(&wanted));
    for (place, (of, _)) in everything.iter().enumerate() {
        let mut filters = everything.clone();
        filters[place].1 = Value::DateTimeExtended(4711);
        assert!(found(&service, filters).await.is_empty(), "{of:?} counts");
    }
}

#[tokio::test]
async fn a_structure_may_lack_fields() {
    let service = Service::new().await;
    let information = standard(K::ApplicationSpecificInformation, application("ssl", "www"));
    let one = create(&service, vec![information, standard(K::Link, link(0x107, "target"))]).await;
    let only = |field, value| Value::Structure(vec![(field, text(value))]);
    for (of, filter, hits) in [
        (K::ApplicationSpecificInformation, only(NAMESPACE, "ssl"), 1),
        (K::ApplicationSpecificInformation, only(APPLICATION_DATA, "www"), 1),
        (K::ApplicationSpecificInformation, only(APPLICATION_DATA, "ssl"), 0),
        (K::ApplicationSpecificInformation, application("ssl", "ftp"), 0),
        (K::Link, only(LINKED_OBJECT, "target"), 1),
        (K::Link, link(0x106, "target"), 0),
    ] {
        assert_eq!(found(&service, vec![standard(of, filter)]).await.len(), hits, "{of:?}");
    }
    // Two fields of two instances don't make one.
    let second = standard(K::ApplicationSpecificInformation, application("ftp", "mirror"));
    service.call(adding(&one, second.0, second.1)).await.unwrap();
    let mixed = standard(K::ApplicationSpecificInformation, application("ftp", "www"));
    assert!(found(&service, vec![mixed]).await.is_empty());
}

#[tokio::test]
async fn dates_are_exact_or_a_range_or_absent() {
    let service = Service::new().await;
    let start = now(&service);
    let mut made = Vec::new();
    for _ in 0..4 {
        made.push(create(&service, Vec::new()).await);
        wait(&service, 10);
    }
    let dated = |dates: &[i64]| -> Given {
        dates.iter().map(|date| standard(K::InitialDate, Value::DateTime(*date))).collect()
    };
    assert_eq!(found(&service, dated(&[start + 10])).await, [made[1].clone()]);
    assert!(found(&service, dated(&[start + 11])).await.is_empty());
    let mut range = found(&service, dated(&[start + 10, start + 29])).await;
    range.reverse();
    assert_eq!(range, made[1..3]);
    let mut swapped = found(&service, dated(&[start + 30, start])).await;
    swapped.reverse();
    assert_eq!(swapped, made, "ends count, whichever comes first");
    let never = vec![standard(K::DeactivationDate, Value::DateTime(i64::MAX))];
    assert_eq!(found(&service, never).await.len(), 4);
}

#[tokio::test]
async fn masks_ask_for_bits_and_limits_for_enough() {
    let service = Service::new().await;
    let limits = |total| {
        Value::Structure(vec![
            (claviger_model::Field(0x42_0097), Value::LongInteger(total)),
            (claviger_model::Field(0x42_0098), Value::Enumeration(1)),
        ])
    };
    create(&service, vec![standard(K::UsageLimits, limits(1000))]).await;
    for (mask, hits) in [(4, 1), (12, 1), (0, 1), (16, 0), (20, 0)] {
        let filter = vec![standard(K::CryptographicUsageMask, Value::Integer(mask))];
        assert_eq!(found(&service, filter).await.len(), hits, "{mask}");
    }
    for (total, hits) in [(999, 1), (1000, 1), (1001, 0)] {
        let filter = vec![standard(K::UsageLimits, limits(total))];
        assert_eq!(found(&service, filter).await.len(), hits, "{total}");
    }
}

#[tokio::test]
async fn the_index_follows_changes() {
    let service = Service::new().await;
    let identifier = create(&service, vec![standard(K::Name, named("before"))]).await;
    let by_name = async |name: &str| found(&service, vec![standard(K::Name, named(name))]).await;
    let mut rename = super::modifying(&identifier, key(K::Name), named("after"));
    rename.index = Some(0);
    service.call(rename).await.unwrap();
    assert!(by_name("before").await.is_empty());
    assert_eq!(by_name("after").await, std::slice::from_ref(&identifier));
    service.call(deleting(&identifier, key(K::Name))).await.unwrap();
    assert!(by_name("after").await.is_empty());
    service.call(adding(&identifier, vendor("rack"), text("a"))).await.unwrap();
    let rack = || vec![(vendor("rack"), text("a"))];
    assert_eq!(found(&service, rack()).await.len(), 1);
    let restarted = service.restarted().await;
    assert_eq!(found(&restarted, rack()).await, [identifier], "under the same key");
}

#[tokio::test]
async fn order_offset_and_maximum() {
    let service = Service::new().await;
    let mut made = Vec::new();
    for _ in 0..5 {
        made.push(create(&service, vec![standard(K::ObjectGroup, text("five"))]).await);
        wait(&service, 1);
    }
    let locate = |oldest_first, offset, maximum| LocateObjects {
        oldest_first,
        offset,
        maximum,
        ..locating(vec![standard(K::ObjectGroup, text("five"))])
    };
    let newest = service.call(locate(false, None, None)).await.unwrap();
    assert!(newest.identifiers.iter().eq(made.iter().rev()));
    assert_eq!(newest.total, 5);
    for offset in 0..6 {
        for maximum in 0..6 {
            let page = locate(true, Some(offset), Some(maximum));
            let page = service.call(page).await.unwrap();
            let (first, last) = (offset.min(5) as usize, (offset + maximum).min(5) as usize);
            assert_eq!(page.identifiers, made[first..last], "{offset} {maximum}");
            assert_eq!(page.total, 5, "{offset} {maximum}");
        }
    }
    let one = service.call(locate(true, None, Some(1))).await.unwrap();
    assert_eq!(one.identifiers, made[..1]);
}

#[tokio::test]
async fn destroyed_and_archived_objects_are_found_only_if_asked_for() {
    let service = Service::new().await;
    let [on_line, archived, destroyed] = [
        create(&service, vec![]).await,
        create(&service, vec![]).await,
        create(&service, vec![]).await,
    ];
    service.call(ArchiveObject { identifier: archived.clone() }).await.unwrap();
    service.call(DestroyObject { identifier: destroyed.clone() }).await.unwrap();
    for (mask, expected) in [
        (None, vec![&on_line]),
        (Some(1), vec![&on_line]),
        (Some(2), vec![&archived]),
        (Some(3), vec![&on_line, &archived]),
        (Some(4), vec![&destroyed]),
        (Some(7), vec![&on_line, &archived, &destroyed]),
        (Some(0), vec![]),
    ] {
        let locate = LocateObjects { storage_status: mask, ..locating(Vec::new()) };
        let mut ids = service.call(locate).await.unwrap().identifiers;
        let mut expected: Vec<_> = expected.into_iter().cloned().collect();
        ids.sort();
        expected.sort();
        assert_eq!(ids, expected, "{mask:?}");
    }
    let by_id = vec![standard(K::UniqueIdentifier, text(destroyed.as_str()))];
    assert!(found(&service, by_id).await.is_empty());
}

#[tokio::test]
async fn group_members_come_fresh_or_in_turn() {
    let service = Service::new().await;
    let mut made = Vec::new();
    for _ in 0..3 {
        made.push(create(&service, vec![standard(K::ObjectGroup, text("pool"))]).await);
        wait(&service, 1);
    }
    create(&service, vec![standard(K::ObjectGroup, text("another"))]).await;
    let member = |which| LocateObjects {
        group_member: Some(which),
        maximum: Some(1),
        oldest_first: true,
        ..locating(vec![standard(K::ObjectGroup, text("pool"))])
    };
    for turn in [0, 1, 2, 0, 1] {
        let next = service.call(member(2)).await.unwrap();
        assert_eq!(next.identifiers, made[turn..=turn]);
    }
    let fresh = async || service.call(member(1)).await.unwrap().identifiers;
    for one in &made {
        assert_eq!(fresh().await, std::slice::from_ref(one));
        let get = GetObject {
            identifier: one.clone(),
            format: None,
            wrap_type: None,
            compression: None,
            wrapping: None,
            pending_keys_wrap: false,
            generation: Generation::One,
        };
        service.call(get).await.unwrap();
    }
    assert!(fresh().await.is_empty());
    assert_eq!(kind(service.call(member(3)).await), ErrorKind::InvalidInput);
}

#[tokio::test]
async fn one_finds_what_one_owns_or_was_granted() {
    let service = Service::new().await;
    let hidden = create(&service, vec![standard(K::Name, named("same"))]).await;
    let shown = create(&service, vec![standard(K::Name, named("shown"))]).await;
    service.call(adding(&shown, key(K::Name), named("same"))).await.unwrap();
    let grant = SetGrant {
        name: name("shown"),
        grantee: "test||bob".into(),
        permissions: Permissions::ENCRYPT,
    };
    service.call(grant).await.unwrap();
    let filters = || vec![standard(K::Name, named("same"))];
    assert_eq!(found(&service, filters()).await.len(), 2);
    for (subject, filters, hits) in [
        ("bob", filters(), 1),
        ("bob", Vec::new(), 1),
        ("bob", vec![standard(K::UniqueIdentifier, text(hidden.as_str()))], 0),
        ("bob", vec![standard(K::UniqueIdentifier, text(shown.as_str()))], 1),
        ("eve", filters(), 0),
        ("eve", Vec::new(), 0),
    ] {
        let located = service.kms.call(&caller(subject), locating(filters)).await.unwrap();
        assert_eq!(located.identifiers.len(), hits, "{subject}");
        assert!(located.identifiers.iter().all(|one| *one == shown));
    }
}

#[tokio::test]
async fn a_search_that_would_look_at_too_much_is_refused() {
    let service = Service::new().await;
    // Nothing is indexed by its length: all of them must be looked at.
    let many = 20_050;
    let mut last = None;
    for _ in 0..many {
        last = Some(register(&service, Vec::new(), aes_content(&[7; 16])).await);
    }
    let length = |bits| vec![standard(K::CryptographicLength, Value::Integer(bits))];
    assert_eq!(kind(service.call(locating(length(192))).await), ErrorKind::LimitReached);
    let one = LocateObjects { maximum: Some(1), ..locating(length(128)) };
    let ids: Vec<UniqueIdentifier> = service.call(one).await.unwrap().identifiers;
    assert_eq!(ids, [last.unwrap()], "the first one is near");
    let listed = service.call(locating(Vec::new())).await.unwrap();
    assert_eq!(listed.identifiers.len(), LocateObjects::LIMIT as usize);
    let named: Vec<(AttributeKey, Value)> = vec![standard(K::Name, named("nobody"))];
    assert!(found(&service, named).await.is_empty(), "an index needs no look");
}
