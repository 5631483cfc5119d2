//! Checking a chain of certificates (RFC 5280 §6, without policies and revocation).
//!
//! The certificates come in any order. They must be one chain: a leaf, the issuer of each, up to a self-signed one, and
//! nothing beside it. Issuers must be certificate authorities.

use claviger_model::Timestamp;
use claviger_ports::CryptoError;
use der::Encode;
use der::asn1::ObjectIdentifier;
use x509_cert::ext::pkix::{BasicConstraints, KeyUsage};

use super::facts::timestamp;
use super::structures::{Body, Signed, read};
use crate::legacy::Fence;

/// id-ce-basicConstraints.
pub(super) const BASIC_CONSTRAINTS: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.19");
/// id-ce-keyUsage.
pub(super) const KEY_USAGE: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.15");

/// Extensions that may be critical, because they are acted upon here or say nothing about signing: basic constraints, key
/// usage, extended key usage, subject alternative name.
const UNDERSTOOD: [ObjectIdentifier; 4] = [
    BASIC_CONSTRAINTS,
    KEY_USAGE,
    ObjectIdentifier::new_unwrap("2.5.29.37"),
    ObjectIdentifier::new_unwrap("2.5.29.17"),
];

/// The most certificates.
const LIMIT: usize = 32;

/// A certificate of the chain.
struct Link<'a> {
    signed: Signed<'a>,
    body: Body,
    subject: Vec<u8>,
    issuer: Vec<u8>,
}

impl<'a> Link<'a> {
    fn new(certificate: &'a [u8]) -> Result<Self, CryptoError> {
        let signed: Signed<'_> = read(certificate)?;
        let body: Body = read(&signed.body()?)?;
        let encoded = |name: &x509_cert::name::Name| name.to_der().map_err(|_| CryptoError::Failed);
        let (subject, issuer) = (encoded(&body.subject)?, encoded(&body.issuer)?);
        Ok(Self { signed, body, subject, issuer })
    }

    fn is_signed_by(&self, issuer: &Self, fence: Fence) -> Result<(), CryptoError> {
        if self.issuer != issuer.subject || self.signed.algorithm.oid != self.body.algorithm.oid {
            return Err(CryptoError::Failed);
        }
        self.signed.verify(&issuer.body.public_key()?, fence)
    }

    fn is_self_issued(&self) -> bool {
        self.subject == self.issuer
    }

    fn is_valid_at(&self, at: Timestamp) -> bool {
        timestamp(self.body.validity.not_before) <= at
            && at <= timestamp(self.body.validity.not_after)
    }

    fn is_understood(&self) -> bool {
        self.body
            .extensions
            .iter()
            .flatten()
            .all(|extension| !extension.critical || UNDERSTOOD.contains(&extension.extn_id))
    }

    /// Whether this may issue a certificate with `below` authorities between.
    fn may_issue(&self, below: usize) -> Result<bool, CryptoError> {
        let constraints: Option<BasicConstraints> = self.body.decoded(BASIC_CONSTRAINTS)?;
        let usage: Option<KeyUsage> = self.body.decoded(KEY_USAGE)?;
        let is_authority = constraints.is_some_and(|constraints| {
            constraints.ca
                && constraints.path_len_constraint.is_none_or(|most| below <= usize::from(most))
        });
        Ok(is_authority && usage.is_none_or(|usage| usage.key_cert_sign()))
    }
}

/// Checks the chain.
pub(super) fn validate(
    certificates: &[&[u8]],
    at: Timestamp,
    fence: Fence,
) -> Result<(), CryptoError> {
    if certificates.is_empty() || certificates.len() > LIMIT {
        return Err(CryptoError::InvalidParameter("a chain has 1 to 32 certificates"));
    }
    let mut distinct: Vec<&[u8]> = certificates.to_vec();
    distinct.sort_unstable();
    distinct.dedup();
    let links = distinct.into_iter().map(Link::new).collect::<Result<Vec<_>, _>>()?;
    if !links.iter().all(|link| link.is_valid_at(at) && link.is_understood()) {
        return Err(CryptoError::Failed);
    }
    let mut current = leaf(&links)?;
    let mut used = vec![current];
    // Authorities between the leaf and the certificate in hand; those that issued themselves don't count.
    let mut below = 0;
    loop {
        let link = &links[current];
        if link.is_self_issued() {
            match link.is_signed_by(link, fence) {
                Ok(()) if used.len() == links.len() => return Ok(()),
                Ok(()) => return Err(CryptoError::Failed),
                Err(CryptoError::Failed) => {}
                Err(error) => return Err(error),
            }
        }
        let next = issuer_of(&links, current, &used, fence)?;
        if !links[next].may_issue(below)? {
            return Err(CryptoError::Failed);
        }
        if !links[next].is_self_issued() {
            below += 1;
        }
        used.push(next);
        current = next;
    }
}

/// The one certificate whose subject issued no other.
fn leaf(links: &[Link<'_>]) -> Result<usize, CryptoError> {
    if links.len() == 1 {
        return Ok(0);
    }
    let issued_other = |at: usize| {
        links
            .iter()
            .enumerate()
            .any(|(other, link)| other != at && link.issuer == links[at].subject)
    };
    let mut leaves = (0..links.len()).filter(|at| !issued_other(*at));
    match (leaves.next(), leaves.next()) {
        (Some(leaf), None) => Ok(leaf),
        _ => Err(CryptoError::Failed),
    }
}

/// The certificate that signed this one and wasn't used yet.
fn issuer_of(
    links: &[Link<'_>],
    of: usize,
    used: &[usize],
    fence: Fence,
) -> Result<usize, CryptoError> {
    let mut refused = CryptoError::Failed;
    for at in (0..links.len()).filter(|at| !used.contains(at)) {
        match links[of].is_signed_by(&links[at], fence) {
            Ok(()) => return Ok(at),
            Err(CryptoError::Failed) => {}
            Err(error) => refused = error,
        }
    }
    Err(refused)
}
