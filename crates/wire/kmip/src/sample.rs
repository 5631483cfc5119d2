//! A sample of every type, with every field filled, for the tests that walk all tables.

use claviger_secret::SecretBytes;
use claviger_wire_ttlv::{Tag, enumeration, tag};
use zeroize::Zeroizing;

use crate::attribute::{AttributeEntry, AttributeReference, Attributes};
use crate::field::{
    BigInteger, Data, DateTime, DateTimeExtended, Field, Interval, LeaseTime, UniqueIdentifier,
};
use crate::message::{
    AsynchronousIndication, AttestationCredential, Credential, DeviceCredential,
    HashedPasswordCredential, OneTimePasswordCredential, Password, PasswordCredential,
};
use crate::object::{
    Certificate, CertificateRequest, KeyBlock, KeyMaterial, KeyValue, ManagedObject,
    OpaqueDataType, OpaqueObject, PgpKey, SecretData, SplitKey,
};
use crate::slot::{
    AnyEntries, Counted, Either, Entries, Many, Object, Optional, OptionalObject, References,
    Repeated, Required, Rest, Slot,
};
use crate::structure::{ItemTypeCode, Pkcs11Function, Pkcs11ReturnCode, Ticket};
use crate::value::Value;

/// Something of this type.
pub(crate) trait Sample {
    fn sample() -> Self;
}

/// Something that fills a field.
pub(crate) trait Filled: Slot {
    fn filled() -> Self::Stored;
}

impl<T: Field + Sample> Filled for Required<T> {
    fn filled() -> T {
        T::sample()
    }
}

impl<T: Field + Sample> Filled for Counted<T> {
    fn filled() -> T {
        T::sample()
    }
}

impl<T: Field + Sample> Filled for Optional<T> {
    fn filled() -> Option<T> {
        Some(T::sample())
    }
}

impl<T: Field + Sample> Filled for Repeated<T> {
    fn filled() -> Vec<T> {
        vec![T::sample(), T::sample()]
    }
}

impl<T: Field + Sample> Filled for Many<T> {
    fn filled() -> Vec<T> {
        vec![T::sample(), T::sample()]
    }
}

impl Filled for Either {
    fn filled() -> Option<Attributes> {
        Some(Attributes::sample())
    }
}

impl Filled for References {
    fn filled() -> Vec<AttributeReference> {
        vec![AttributeReference::sample()]
    }
}

impl Filled for Entries {
    fn filled() -> Vec<AttributeEntry> {
        entries()
    }
}

impl Filled for AnyEntries {
    fn filled() -> Vec<AttributeEntry> {
        entries()
    }
}

impl Filled for Object {
    fn filled() -> ManagedObject {
        ManagedObject::SymmetricKey(KeyBlock::sample())
    }
}

impl Filled for OptionalObject {
    fn filled() -> Option<ManagedObject> {
        Some(ManagedObject::SymmetricKey(KeyBlock::sample()))
    }
}

impl Filled for Rest {
    fn filled() -> Vec<(Tag, Value)> {
        vec![(Tag::from_code(0x54_0001), Value::sample())]
    }
}

/// One object of each type.
pub(crate) fn objects() -> Vec<ManagedObject> {
    vec![
        ManagedObject::Certificate(Certificate::sample()),
        ManagedObject::CertificateRequest(CertificateRequest::sample()),
        ManagedObject::OpaqueObject(OpaqueObject::sample()),
        ManagedObject::PgpKey(PgpKey::sample()),
        ManagedObject::PrivateKey(KeyBlock::sample()),
        ManagedObject::PublicKey(KeyBlock::sample()),
        ManagedObject::SecretData(SecretData::sample()),
        ManagedObject::SplitKey(SplitKey::sample()),
        ManagedObject::SymmetricKey(KeyBlock {
            key_value: Some(KeyValue::Wrapped(Zeroizing::new(vec![1; 24]))),
            ..KeyBlock::sample()
        }),
        ManagedObject::Template(entries()),
    ]
}

/// One credential of each type.
pub(crate) fn credentials() -> Vec<Credential> {
    vec![
        Credential::UsernameAndPassword(PasswordCredential::sample()),
        Credential::Device(DeviceCredential::sample()),
        Credential::Attestation(AttestationCredential::sample()),
        Credential::OneTimePassword(OneTimePasswordCredential::sample()),
        Credential::HashedPassword(HashedPasswordCredential::sample()),
        Credential::Ticket(Ticket::sample()),
        Credential::Other {
            credential_type: enumeration::CredentialType::Other(0x8000_0001),
            value: Value::sample(),
        },
    ]
}

fn entries() -> Vec<AttributeEntry> {
    let vendor = AttributeReference::Vendor { vendor: "x".to_owned(), name: "ID".to_owned() };
    vec![
        AttributeEntry::sample(),
        AttributeEntry { reference: vendor, index: None, value: Some(Value::sample()) },
    ]
}

macro_rules! samples {
    ($($kind:ty = $sample:expr;)+) => {
        $(
            impl Sample for $kind {
                fn sample() -> Self {
                    $sample
                }
            }
        )+
    };
}

samples! {
    i32 = 7;
    i64 = -8;
    bool = true;
    String = "text".to_owned();
    Vec<u8> = vec![1, 2, 3];
    SecretBytes = SecretBytes::copy_from(&[4, 5, 6]);
    Password = Password::new("password".to_owned());
    BigInteger = BigInteger(Zeroizing::new(vec![0, 0, 0, 0, 0, 0, 0, 9]));
    DateTime = DateTime(1_600_000_000);
    DateTimeExtended = DateTimeExtended(1_600_000_000_000_000);
    Interval = Interval(3600);
    LeaseTime = LeaseTime::Until(DateTime::sample());
    UniqueIdentifier = UniqueIdentifier::Text("id".to_owned());
    Data = Data::Bytes(SecretBytes::sample());
    Value = Value::Structure(vec![
        (tag::NAME_VALUE, Value::Text("a name".to_owned())),
        (tag::NAME_TYPE, Value::Enumeration(1)),
        (tag::KEY, Value::Bytes(Zeroizing::new(vec![10; 9]))),
        (tag::D, Value::BigInteger(Zeroizing::new(vec![11; 16]))),
        (tag::FRESH, Value::Boolean(false)),
        (tag::LEASE_TIME, Value::Interval(1)),
        (tag::ACTIVATION_DATE, Value::DateTime(2)),
        (tag::SUBMISSION_DATE, Value::DateTimeExtended(3)),
        (tag::USAGE_LIMITS_TOTAL, Value::LongInteger(4)),
        (tag::BATCH_COUNT, Value::Integer(5)),
    ]);
    AttributeReference = AttributeReference::Standard(tag::STATE);
    AttributeEntry = AttributeEntry {
        reference: AttributeReference::sample(),
        index: None,
        value: Some(Value::Enumeration(2)),
    };
    Attributes = Attributes { templates: Vec::new(), entries: entries() };
    KeyValue = KeyValue::Plain { material: KeyMaterial::sample(), attributes: entries() };
    KeyMaterial = KeyMaterial::Transparent(Value::sample());
    OpaqueDataType = OpaqueDataType(0x8000_0001);
    Pkcs11Function = Pkcs11Function::Defined(1);
    Pkcs11ReturnCode = Pkcs11ReturnCode(0);
    ItemTypeCode = ItemTypeCode(2);
    AsynchronousIndication = AsynchronousIndication(enumeration::AsynchronousIndicator::Optional);
    Credential = Credential::Ticket(Ticket::sample());
}
