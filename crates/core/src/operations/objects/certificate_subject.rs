//! The subject that a client names for a certificate to be, where there is no certificate request (KMIP 1.4 §3.11 and §3.14,
//! KMIP 2.1 §4.9).
//!
//! Only the service sets these attributes of a certificate, from what the certificate says. In Certify and Re-certify they
//! are a wish for what it is to say: there is no other way to name a subject. A certificate request takes precedence.

use claviger_model::{AttributeKey, AttributeKind as K, Value};
use claviger_ports::{CertificationSubject, SubjectName};

use super::certificate_attributes::{escaped, subject_part};
use super::content::Given;
use super::fields;
use super::given::invalid;
use crate::Error;

/// The order in which the parts of a name stand in text: what says most first.
const TEXT_ORDER: [K; 12] = [
    K::CertificateSubjectCn,
    K::CertificateSubjectUid,
    K::CertificateSubjectEmail,
    K::CertificateSubjectSerialNumber,
    K::CertificateSubjectTitle,
    K::CertificateSubjectDnQualifier,
    K::CertificateSubjectOu,
    K::CertificateSubjectO,
    K::CertificateSubjectL,
    K::CertificateSubjectSt,
    K::CertificateSubjectC,
    K::CertificateSubjectDc,
];

/// A name, or an alternative one.
enum Name {
    Text(String),
    Der(Vec<u8>),
}

/// A subject by its names.
pub(super) struct NamedSubject {
    name: Name,
    alternatives: Vec<Name>,
}

impl NamedSubject {
    /// Takes the subject out of the attributes of a certificate to be; none if they don't name one.
    ///
    /// # Errors
    /// [`crate::ErrorKind::InvalidAttributeValue`] for attributes that are no names.
    pub(super) fn take(given: &mut Given) -> Result<Option<Self>, Error> {
        let (mut x509, mut text, mut parts) = (None, None, Vec::new());
        let mut others = Vec::with_capacity(given.len());
        for (key, value) in given.drain(..) {
            let AttributeKey::Standard(kind) = key else {
                others.push((key, value));
                continue;
            };
            match (kind, subject_part(kind)) {
                (K::X509CertificateSubject, _) => x509 = Some(of_der(value)?),
                (K::CertificateSubject, _) => text = Some(of_text(value)?),
                (_, Some(part)) => {
                    let value = value.as_text().filter(|value| !value.is_empty());
                    let value = value.ok_or_else(|| invalid(kind))?;
                    let place = TEXT_ORDER.iter().position(|one| *one == kind);
                    parts.push((place, format!("{part}={}", escaped(value))));
                }
                (_, None) => others.push((key, value)),
            }
        }
        *given = others;
        parts.sort_by_key(|(place, _)| *place);
        let of_parts: Vec<_> = parts.into_iter().map(|(_, part)| part).collect();
        let of_parts = (!of_parts.is_empty())
            .then(|| Self { name: Name::Text(of_parts.join(",")), alternatives: Vec::new() });
        Ok(x509.or(text).or(of_parts))
    }

    /// The names by reference.
    pub(super) fn alternatives(&self) -> Vec<SubjectName<'_>> {
        self.alternatives.iter().map(Name::as_subject).collect()
    }

    /// What to certify: this subject with its public key.
    pub(super) fn with<'a>(
        &'a self,
        public_key: &'a [u8],
        alternative_names: &'a [SubjectName<'a>],
    ) -> CertificationSubject<'a> {
        CertificationSubject::Named { public_key, name: self.name.as_subject(), alternative_names }
    }
}

impl Name {
    fn as_subject(&self) -> SubjectName<'_> {
        match self {
            Self::Text(text) => SubjectName::Text(text),
            Self::Der(der) => SubjectName::Der(der),
        }
    }
}

/// X.509 Certificate Subject.
fn of_der(subject: Value) -> Result<NamedSubject, Error> {
    let (mut name, mut alternatives) = (None, Vec::new());
    let wrong = || invalid(K::X509CertificateSubject);
    let Value::Structure(content) = subject else { return Err(wrong()) };
    for (field, value) in content {
        match (field, value) {
            (fields::SUBJECT_DISTINGUISHED_NAME, Value::Bytes(der)) if name.is_none() => {
                // Nothing, where there are only alternative names.
                name =
                    Some(if der.is_empty() { Name::Text(String::new()) } else { Name::Der(der) });
            }
            (fields::SUBJECT_ALTERNATIVE_NAME, Value::Bytes(der)) => {
                alternatives.push(Name::Der(der));
            }
            _ => return Err(wrong()),
        }
    }
    Ok(NamedSubject { name: name.ok_or_else(wrong)?, alternatives })
}

/// Certificate Subject.
fn of_text(subject: Value) -> Result<NamedSubject, Error> {
    let (mut name, mut alternatives) = (None, Vec::new());
    let wrong = || invalid(K::CertificateSubject);
    let Value::Structure(content) = subject else { return Err(wrong()) };
    for (field, value) in content {
        match (field, value) {
            (fields::CERTIFICATE_SUBJECT_DISTINGUISHED_NAME, Value::Text(text))
                if name.is_none() =>
            {
                name = Some(Name::Text(text));
            }
            (fields::CERTIFICATE_SUBJECT_ALTERNATIVE_NAME, Value::Text(text)) => {
                alternatives.push(Name::Text(text));
            }
            _ => return Err(wrong()),
        }
    }
    Ok(NamedSubject { name: name.ok_or_else(wrong)?, alternatives })
}
