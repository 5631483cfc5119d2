//! What objects are found by: fingerprints of their attributes' values.
//!
//! A fingerprint is a keyed hash, so that the store learns nothing of a name or a group. Only attributes whose values tell few
//! objects apart from many are indexed; whatever else a search names is looked at on the objects that it leaves. A structure
//! is indexed field by field, since a search may leave fields out; enumerations within are not, as they tell little.

use std::collections::HashSet;
use std::sync::{Arc, OnceLock};

use claviger_model::{
    Algorithm, Attribute, AttributeKey, AttributeKind, Attributes, Field, Hash, KeySpec, Object,
    TenantId, Value,
};
use claviger_ports::{Change, Fingerprint, Key};

use super::hidden;
use crate::Error;
use crate::codec::encode_value;
use crate::kms::Shared;

const LABEL: &str = "claviger/attribute-index/1";

/// The key of the fingerprints, made when it is first needed.
#[derive(Default)]
pub(crate) struct AttributeIndex(OnceLock<Arc<dyn Key>>);

/// The indexed standard attributes; those come first of whose values the fewest objects have the same.
const INDEXED: &[AttributeKind] = &[
    AttributeKind::X509CertificateIdentifier,
    AttributeKind::CertificateIdentifier,
    AttributeKind::Name,
    AttributeKind::AlternativeName,
    AttributeKind::KeyValueLocation,
    AttributeKind::Link,
    AttributeKind::ApplicationSpecificInformation,
    AttributeKind::X509CertificateSubject,
    AttributeKind::CertificateSubject,
    AttributeKind::CertificateSubjectCn,
    AttributeKind::CertificateSubjectEmail,
    AttributeKind::CertificateSubjectUid,
    AttributeKind::CertificateSubjectSerialNumber,
    AttributeKind::Pkcs12FriendlyName,
    AttributeKind::RotateName,
    AttributeKind::Description,
    AttributeKind::Comment,
    AttributeKind::ContactInformation,
    AttributeKind::ObjectGroup,
    AttributeKind::X509CertificateIssuer,
    AttributeKind::CertificateIssuer,
    AttributeKind::CertificateIssuerCn,
];

impl Shared {
    /// The change that says what an object is found by; none if that is nothing.
    pub(crate) fn index_new(
        &self,
        tenant: &TenantId,
        object: &Object,
    ) -> Result<Option<Change>, Error> {
        let fingerprints = self.fingerprints_of(tenant, &object.attributes)?;
        Ok((!fingerprints.is_empty()).then(|| index_change(tenant, object, fingerprints)))
    }

    /// The change that says what an object is found by from now on; none if that hasn't changed.
    pub(crate) fn index_changed(
        &self,
        tenant: &TenantId,
        before: Option<&Object>,
        object: &Object,
    ) -> Result<Option<Change>, Error> {
        let same = |before: &Object| indexed(&before.attributes).eq(indexed(&object.attributes));
        if before.is_some_and(same) {
            return Ok(None);
        }
        let fingerprints = self.fingerprints_of(tenant, &object.attributes)?;
        Ok(Some(index_change(tenant, object, fingerprints)))
    }

    /// The fingerprints that an object has if it has these values, the most telling first. Values that aren't indexed have
    /// none.
    pub(crate) fn wanted_fingerprints<'a>(
        &self,
        tenant: &TenantId,
        wanted: impl Iterator<Item = (&'a AttributeKey, &'a Value)>,
    ) -> Result<Vec<Fingerprint>, Error> {
        let mut ranked: Vec<_> =
            wanted.filter_map(|(key, value)| Some((rank(key)?, key, value))).collect();
        ranked.sort_by_key(|(rank, ..)| *rank);
        let mut all = Distinct::default();
        for (_, key, value) in ranked {
            self.fingerprint(tenant, key, value, &mut all)?;
        }
        Ok(all.in_order)
    }

    fn fingerprints_of(
        &self,
        tenant: &TenantId,
        attributes: &Attributes,
    ) -> Result<Vec<Fingerprint>, Error> {
        let mut all = Distinct::default();
        for attribute in indexed(attributes) {
            self.fingerprint(tenant, &attribute.key, &attribute.value, &mut all)?;
        }
        Ok(all.in_order)
    }

    fn fingerprint(
        &self,
        tenant: &TenantId,
        key: &AttributeKey,
        value: &Value,
        all: &mut Distinct,
    ) -> Result<(), Error> {
        let Value::Structure(fields) = value else {
            return self.hash(tenant, key, None, value, all);
        };
        // Mostly the last one tells the most: the serial number behind the issuer, the data behind their namespace.
        for (field, value) in fields.iter().rev() {
            if !matches!(value, Value::Enumeration(_)) {
                self.hash(tenant, key, Some(*field), value, all)?;
            }
        }
        Ok(())
    }

    fn hash(
        &self,
        tenant: &TenantId,
        key: &AttributeKey,
        field: Option<Field>,
        value: &Value,
        all: &mut Distinct,
    ) -> Result<(), Error> {
        let mut message = Vec::new();
        append(&mut message, tenant.as_str().as_bytes());
        match key {
            AttributeKey::Standard(kind) => append(&mut message, &kind.field().0.to_be_bytes()),
            AttributeKey::Vendor { vendor, name } => {
                append(&mut message, vendor.as_bytes());
                append(&mut message, name.as_bytes());
            }
        }
        append(&mut message, &field.map_or(0, |field| field.0).to_be_bytes());
        message.extend_from_slice(encode_value(value).expose("hashing what an object is found by"));
        let code = self.index_key()?.mac(Algorithm::Hmac, &message)?;
        let mut fingerprint = Fingerprint::default();
        fingerprint.copy_from_slice(&code[..16]);
        all.add(fingerprint);
        Ok(())
    }

    /// The key that everything which somebody finds by a hash is hashed with.
    pub(super) fn index_key(&self) -> Result<&Arc<dyn Key>, Error> {
        if let Some(key) = self.index.0.get() {
            return Ok(key);
        }
        let secret = self.envelope.secret_for(LABEL)?;
        let key = self.crypto.load(KeySpec::Hmac(Hash::Sha256), &secret)?;
        Ok(self.index.0.get_or_init(|| key))
    }
}

/// The attributes that an object is found by.
fn indexed(attributes: &Attributes) -> impl Iterator<Item = &Attribute> {
    attributes.iter().filter(|attribute| rank(&attribute.key).is_some())
}

/// How telling an attribute's values are, the most telling first; none if it isn't indexed. What vendors name comes before what
/// groups many objects.
fn rank(key: &AttributeKey) -> Option<usize> {
    match key {
        AttributeKey::Standard(kind) => {
            INDEXED.iter().position(|indexed| indexed == kind).map(|place| 2 * place)
        }
        key if hidden::is_hidden(key) => None,
        AttributeKey::Vendor { .. } => {
            let group = INDEXED.iter().position(|kind| *kind == AttributeKind::ObjectGroup);
            group.map(|place| 2 * place - 1)
        }
    }
}

fn index_change(tenant: &TenantId, object: &Object, fingerprints: Vec<Fingerprint>) -> Change {
    let tenant = tenant.clone();
    Change::IndexObject { tenant, id: object.id, created: object.created, fingerprints }
}

/// Appends bytes behind their length, so that different messages never have the same encoding.
fn append(message: &mut Vec<u8>, bytes: &[u8]) {
    message.extend_from_slice(&(bytes.len() as u64).to_be_bytes());
    message.extend_from_slice(bytes);
}

/// Fingerprints in their order, each once.
#[derive(Default)]
struct Distinct {
    in_order: Vec<Fingerprint>,
    seen: HashSet<Fingerprint>,
}

impl Distinct {
    fn add(&mut self, fingerprint: Fingerprint) {
        if self.seen.insert(fingerprint) {
            self.in_order.push(fingerprint);
        }
    }
}
