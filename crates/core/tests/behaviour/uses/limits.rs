//! Usage limits: what may be protected, in bytes or messages, is counted whatever happens.

use std::sync::Arc;

use claviger_core::ErrorKind;
use claviger_core::operations::objects::{MakeMac, Part};
use claviger_model::{
    AttributeKind, CryptographicAlgorithm as A, Field, UniqueIdentifier, Usage, Value,
};

use super::{ECB, active, bytes, decrypt, done, encrypt, register, standard, symmetric_content};
use crate::service::{Service, refused};

const BYTE: u32 = 1;
const OBJECT: u32 = 2;
const BLOCK: &str = "01020304050607080910111213141516";

/// A key that may protect so many units.
async fn limited(service: &Service, total: i64, unit: u32) -> UniqueIdentifier {
    let limits = Value::Structure(vec![
        (Field(0x42_0097), Value::LongInteger(total)),
        (Field(0x42_0098), Value::Enumeration(unit)),
    ]);
    let attributes =
        [active(Usage::all()), vec![standard(AttributeKind::UsageLimits, limits)]].concat();
    register(service, attributes, symmetric_content(A::Aes, vec![1; 16])).await
}

/// CS-BC-M-7.
#[tokio::test]
async fn bytes_are_counted_when_they_are_protected_only() {
    let service = Service::new().await;
    let key = limited(&service, 16, BYTE).await;
    let made = done(&service, encrypt(&key, ECB, None, BLOCK)).await;
    let kind = refused(service.call(encrypt(&key, ECB, None, BLOCK)).await);
    assert_eq!(kind, ErrorKind::UsageLimitExceeded);
    let mac = MakeMac {
        identifier: key.clone(),
        parameters: None,
        data: bytes("01"),
        part: Part::default(),
    };
    assert_eq!(refused(service.call(mac).await), ErrorKind::UsageLimitExceeded);
    for _ in 0..3 {
        done(&service, decrypt(&key, ECB, None, &hex::encode(&made.data))).await;
    }
}

#[tokio::test]
async fn what_is_refused_for_its_parameters_counts_nothing() {
    let service = Service::new().await;
    let key = limited(&service, 1, OBJECT).await;
    let eve = crate::service::caller("eve");
    let foreign = service.kms.call(&eve, encrypt(&key, ECB, None, BLOCK)).await;
    assert_eq!(refused(foreign), ErrorKind::NotFound);
    done(&service, encrypt(&key, ECB, None, BLOCK)).await;
    let kind = refused(service.call(encrypt(&key, ECB, None, BLOCK)).await);
    assert_eq!(kind, ErrorKind::UsageLimitExceeded);
}

#[tokio::test]
async fn parts_count_their_bytes_and_their_message_once() {
    let service = Service::new().await;
    for (total, unit, parts) in [(48, BYTE, 3), (1, OBJECT, 5)] {
        let key = limited(&service, total, unit).await;
        let mut correlation = None;
        for part in 0..parts {
            let mut ask = encrypt(&key, ECB, None, BLOCK);
            ask.part = Part { first: part == 0, correlation, last: part + 1 == parts };
            correlation = done(&service, ask).await.correlation;
        }
        let kind = refused(service.call(encrypt(&key, ECB, None, BLOCK)).await);
        assert_eq!(kind, ErrorKind::UsageLimitExceeded);
    }
    let key = limited(&service, 16, BYTE).await;
    let mut ask = encrypt(&key, ECB, None, BLOCK);
    ask.part.first = true;
    let correlation = done(&service, ask).await.correlation;
    let mut ask = encrypt(&key, ECB, None, BLOCK);
    ask.part.correlation = correlation;
    assert_eq!(refused(service.call(ask).await), ErrorKind::UsageLimitExceeded);
}

#[tokio::test]
async fn a_crash_never_gives_uses_back() {
    let mut service = Service::new().await;
    let key = limited(&service, 5000, OBJECT).await;
    let mut uses = 0;
    for crash in 0..20 {
        for _ in 0..crash {
            match service.call(encrypt(&key, ECB, None, BLOCK)).await {
                Ok(_) => uses += 1,
                Err(error) => assert_eq!(error.kind(), ErrorKind::UsageLimitExceeded),
            }
        }
        service = service.restarted().await;
    }
    assert!((1..=5000).contains(&uses), "{uses}");
    while service.call(encrypt(&key, ECB, None, BLOCK)).await.is_ok() {
        uses += 1;
    }
    assert!(uses <= 5000, "{uses}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn together_all_callers_get_the_limit_and_no_more() {
    let service = Arc::new(Service::new().await);
    let key = limited(&service, 1234, OBJECT).await;
    let callers: Vec<_> = (0..16)
        .map(|_| {
            let (service, key) = (service.clone(), key.clone());
            tokio::spawn(async move {
                let mut uses = 0;
                for _ in 0..200 {
                    match service.call(encrypt(&key, ECB, None, BLOCK)).await {
                        Ok(_) => uses += 1,
                        Err(error) => assert_eq!(error.kind(), ErrorKind::UsageLimitExceeded),
                    }
                }
                uses
            })
        })
        .collect();
    let mut uses = 0;
    for caller in callers {
        uses += caller.await.unwrap();
    }
    assert_eq!(uses, 1234);
}
