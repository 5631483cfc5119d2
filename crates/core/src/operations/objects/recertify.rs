//! Re-certify: a certificate renewed for the same key (KMIP 2.1 §6.1.45).

use std::time::Duration;

use claviger_model::{
    Attributes, Dates, LinkType, Object, ObjectType, Permissions, Timestamp, UniqueIdentifier,
    Value,
};
use claviger_ports::CertificationSubject;

use super::certificate_attributes::{X509, describe};
use super::certificate_subject::NamedSubject;
use super::certify::{given_request, invalid_request, stored_request};
use super::content::{Created, Generation, Given};
use super::given::{Making, date_time, sort};
use super::issuing::{NamedIssuer, authority, certificate_bytes, issue};
use super::lifecycle::{refuse_archived, refuse_destroyed};
use super::replace::created;
use super::succession::{Request, Successor, dates};
use super::{digest, links, names, registration, templates};
use crate::change::Targets;
use crate::kms::Shared;
use crate::operations::{Description, OBJECT_CERTIFY_AGAIN, Operation};
use crate::pipeline::Authorized;
use crate::{Error, ErrorKind};

use claviger_model::AttributeKind as K;
use claviger_secret::SecretBytes;

/// Issues a certificate in the place of an old one: in the same keyset, with its names.
pub struct ReCertifyObject {
    /// The old certificate.
    pub certificate: UniqueIdentifier,
    /// A certificate request: its type, and the request in PEM or DER. Without one, the old subject and key count.
    pub request: Option<(u32, Vec<u8>)>,
    /// A certificate request that is an object (KMIP 2.1).
    pub request_identifier: Option<UniqueIdentifier>,
    /// How long after now the new one becomes valid, in seconds.
    pub offset: Option<i64>,
    /// Attributes of the new one that differ.
    pub attributes: Given,
    /// The names of templates with such attributes (KMIP 1.x).
    pub templates: Vec<Value>,
    /// Whose rules apply.
    pub generation: Generation,
}

impl Operation for ReCertifyObject {
    type Reply = Created;

    const DESCRIPTION: &'static Description = OBJECT_CERTIFY_AGAIN;

    fn object(&self) -> Option<&UniqueIdentifier> {
        Some(&self.certificate)
    }

    async fn run(self, mut authorized: Authorized<'_, Self>) -> Result<Created, Error> {
        let (shared, caller, now) = (authorized.shared(), authorized.caller(), authorized.now());
        let mut attributes =
            templates::merge(shared, caller, &self.templates, self.attributes).await?;
        let named_subject = NamedSubject::take(&mut attributes)?;
        let mut sorted = sort(attributes, Making::Registered)?;
        let named = NamedIssuer::take(&mut sorted.attributes);
        let old = authorized.object()?.clone();
        check(old.object())?;
        let old_der = certificate_bytes(&old)?;
        let mut request_bytes = self.request.map(given_request).transpose()?;
        if let (None, Some(identifier)) = (&request_bytes, &self.request_identifier) {
            let permissions = Permissions::READ_ATTRIBUTES;
            let (_, version) = authorized.other_object(identifier, permissions).await?;
            request_bytes = Some(stored_request(&version).ok_or_else(no_request)?);
        }
        let issuer = authority(&authorized, named).await?;
        let request = Request { offset: self.offset, sorted };
        request.check_offset(&old.object().dates)?;
        let called = names::further(&request.sorted.attributes, &old.object().attributes);
        let _turn = names::claim(shared, caller, self.generation, &called).await?;
        let new_dates = dates(&old.object().dates, &request, now);
        let usual = old_validity(shared, &old_der)?;
        let (checked, key, alternatives);
        let subject = match (request_bytes, &named_subject) {
            (Some(bytes), _) => {
                checked = shared.certificates.request(&bytes).map_err(invalid_request)?;
                CertificationSubject::Request(&checked)
            }
            (None, Some(named)) => {
                key = shared.certificates.facts(&old_der)?.public_key;
                alternatives = named.alternatives();
                named.with(&key, &alternatives)
            }
            (None, None) => CertificationSubject::Renewal(&old_der),
        };
        let valid = valid_dates(new_dates, now);
        let value = issue(shared, subject, &issuer, &valid, usual, now)?;
        let new = succeed(&authorized, old.object(), value, &request).await?;
        authorized.note(&new);
        Ok(created(&new))
    }
}

fn check(old: &Object) -> Result<(), Error> {
    refuse_destroyed(old)?;
    refuse_archived(old)?;
    let kind = old.attributes.get(K::CertificateType).and_then(Value::as_enumeration);
    if old.object_type == ObjectType::Certificate && kind == Some(X509) {
        return Ok(());
    }
    Err(Error::new(
        ErrorKind::InvalidObjectType,
        "this is no X.509 certificate",
        "name the certificate that is to be renewed",
    ))
}

fn no_request() -> Error {
    Error::new(
        ErrorKind::InvalidObjectType,
        "the object is no certificate request",
        "name a certificate request, or pass one",
    )
}

/// How long the old certificate was valid: the new one is as long if nobody says otherwise.
fn old_validity(shared: &Shared, certificate: &[u8]) -> Result<Duration, Error> {
    let facts = shared.certificates.facts(certificate)?;
    let length = facts.not_after.milliseconds().saturating_sub(facts.not_before.milliseconds());
    Ok(Duration::from_millis(u64::try_from(length).unwrap_or(0).max(1000)))
}

/// Dates of the old object that have passed say nothing about how long the new certificate is valid.
fn valid_dates(dates: Dates, now: Timestamp) -> Dates {
    let deactivation = dates.deactivation.filter(|date| *date > now);
    let activation = dates.activation.map(|date| date.max(now));
    let activation = activation.filter(|start| deactivation.is_none_or(|end| *start < end));
    Dates { activation, deactivation, ..Dates::default() }
}

/// Stores the new certificate and lets the public key link to it.
async fn succeed<O: Operation>(
    authorized: &Authorized<'_, O>,
    old: &Object,
    value: Vec<u8>,
    request: &Request,
) -> Result<Object, Error> {
    let (shared, caller, now) = (authorized.shared(), authorized.caller(), authorized.now());
    let mut described = Attributes::default();
    describe(shared, &mut described, X509, &value)?;
    described.set(K::Digest, digest::digest(shared, &value, claviger_model::KeyFormatType::Raw)?);
    let format = claviger_model::KeyFormatType::X509.code();
    described.set(K::KeyFormatType, Value::Enumeration(format));
    described.set(K::OriginalCreationDate, date_time(now));
    let material = registration::plain(SecretBytes::new(value));
    let successor = Successor::of_certificate(material, described);
    let public = links::linked(&old.attributes, LinkType::PublicKey);
    let mut targets = Targets::from([(old.keyset, [old.version].into())]);
    let mut public_place = None;
    if let Some(identifier) = &public {
        let permissions = Permissions::CHANGE_ATTRIBUTES;
        let (_, version) = authorized.other_object(identifier, permissions).await?;
        let object = version.object();
        targets.entry(object.keyset).or_default().insert(object.version);
        public_place = Some((object.keyset, object.version));
    }
    let mut made = None;
    shared
        .change_all(caller, Vec::new(), &targets, now, |drafts| {
            let gone = || Error::inconsistent("a certificate");
            let draft = drafts.get_mut(&old.keyset).ok_or_else(gone)?;
            let finish = |attributes: &mut Attributes| {
                if let Some(public) = &public {
                    links::add(attributes, LinkType::PublicKey, public);
                }
            };
            let version = old.version;
            let new = successor.append_with(shared, draft, version, request, now, finish)?;
            if let Some((keyset, version)) = public_place {
                let draft = drafts.get_mut(&keyset).ok_or_else(gone)?;
                let attributes = &mut draft.version_mut(version)?.object.attributes;
                links::redirect(attributes, LinkType::Certificate, &new.id.into());
            }
            made = Some(new);
            Ok(())
        })
        .await?;
    made.ok_or_else(|| Error::inconsistent("a certificate"))
}
