//! An object that an operation uses: checked, with its key at hand.

use std::sync::Arc;

use claviger_model::{CryptographicParameters, HashingAlgorithm, Usage};
use claviger_ports::{ParametricKey, ParametricStream};

use super::parameters::{Purpose, choose};
use super::parametric::{Prepared, prepare};
use super::streams::{Kind, Progress};
use super::usage::{check_policy, check_usage};
use crate::Error;
use crate::keyring::{LoadedKeyset, LoadedVersion};
use crate::operations::Operation;
use crate::pipeline::Authorized;

/// An object that may be used as an operation asks.
pub(super) struct Use<'a, O: Operation> {
    authorized: &'a Authorized<'a, O>,
    keyset: &'a Arc<LoadedKeyset>,
    version: &'a Arc<LoadedVersion>,
    prepared: Prepared<'a>,
}

impl<'a, O: Operation> Use<'a, O> {
    /// Checks the operation's object.
    pub(super) fn new(authorized: &'a Authorized<'a, O>, usage: Usage) -> Result<Self, Error> {
        let (keyset, version) = (authorized.keyset()?, authorized.object()?);
        let prepared = prepare(authorized.shared(), version);
        check_usage(keyset, version, &prepared, usage, authorized.now())?;
        Ok(Self { authorized, keyset, version, prepared })
    }

    /// The key.
    pub(super) fn key(&self) -> Result<&'a Arc<dyn ParametricKey>, Error> {
        self.prepared.key()
    }

    /// The parameters to go by, if the key's policy lets them pass, and the label of OAEP.
    pub(super) fn choose(
        &self,
        purpose: Purpose,
        given: Option<&CryptographicParameters>,
        chosen_nonce: bool,
    ) -> Result<(CryptographicParameters, &'a [u8]), Error> {
        let own = self.keyset.keyset().algorithm;
        let (parameters, label) = choose(&self.prepared, own, purpose, given)?;
        check_policy(self.keyset, &self.prepared, purpose, &parameters, chosen_nonce)?;
        Ok((parameters, label))
    }

    /// The parameters of a signature to go by. A key that the native doors made signs no digest of which it isn't said what
    /// made it: such a signature could pass for one over data that nobody asked about.
    pub(super) fn choose_signature(
        &self,
        given: Option<&CryptographicParameters>,
        digested: bool,
    ) -> Result<CryptographicParameters, Error> {
        let (mut parameters, _) = self.choose(Purpose::Signature, given, false)?;
        let says_hash = parameters.digital_signature_algorithm.is_some()
            || parameters.hashing_algorithm.is_some();
        if digested && self.prepared.is_native() && !says_hash {
            parameters.hashing_algorithm = Some(HashingAlgorithm::Sha256);
        }
        Ok(parameters)
    }

    /// Counts the protection of a message, or of the first part of one, towards the object's usage limits.
    pub(super) async fn count(&self, bytes: usize) -> Result<(), Error> {
        if !self.prepared.is_limited() {
            return Ok(());
        }
        let (shared, caller) = (self.authorized.shared(), self.authorized.caller());
        // On the heap, since few objects have limits.
        Box::pin(shared.count_usage(caller.into(), self.version, bytes, self.authorized.now()))
            .await
    }

    /// Counts a further part of a message: its bytes, but not one more message.
    pub(super) async fn count_bytes(&self, bytes: usize) -> Result<(), Error> {
        if !self.prepared.is_limited() || !counts_bytes(self.version) {
            return Ok(());
        }
        self.count(bytes).await
    }

    /// Begins a message in parts.
    pub(super) fn begin(
        &self,
        kind: Kind,
        stream: Box<dyn ParametricStream>,
        given: (&[u8], Option<Vec<u8>>),
    ) -> Result<Progress, Error> {
        let authorized = self.authorized;
        let whose = (kind, Some(self.version.object().id));
        authorized.shared().begin_stream(
            authorized.caller(),
            whose,
            stream,
            given,
            authorized.now(),
        )
    }

    /// Goes on with a message in parts.
    pub(super) fn go_on(
        &self,
        kind: Kind,
        part: (&[u8], bool),
        given: (&[u8], Option<Vec<u8>>),
    ) -> Result<Progress, Error> {
        let authorized = self.authorized;
        let whose = (kind, Some(self.version.object().id));
        authorized.shared().go_on_stream(authorized.caller(), whose, part, given, authorized.now())
    }
}

/// Whether an object's usage limits count bytes.
fn counts_bytes(version: &LoadedVersion) -> bool {
    super::usage_limits::Limits::of(version.object()).is_some_and(|limits| limits.counts_bytes())
}
