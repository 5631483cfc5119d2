//! The steps that every operation takes: resolve, authorize, run (with the lifecycle checked where a key is taken), audit.
//!
//! There is no other way to run an operation: `run` needs an [`Authorized`], which only this module makes.

use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;

use claviger_model::{Algorithm, KeyName, Object, Permissions, Timestamp, UniqueIdentifier, Usage};
use claviger_ports::{AuditRecord, Durability, Key, KeysetSelector, Outcome, Target};

use crate::change::{Draft, Touched};
use crate::keyring::{LoadedKeyset, LoadedVersion};
use crate::kms::{Kms, Shared};
use crate::operations::{CreateKey, DEFAULT_KEY_NAME, KeyDescription, KeySettings, Operation};
use crate::{Caller, Error, ErrorKind};

/// The proof that the caller may run operation `O`, together with what it needs to run.
pub struct Authorized<'a, O> {
    kms: &'a Kms,
    caller: &'a Caller,
    keyset: Option<Arc<LoadedKeyset>>,
    object: Option<Arc<LoadedVersion>>,
    now: Timestamp,
    target: &'a mut Target,
    operation: PhantomData<fn() -> O>,
}

impl Kms {
    /// Runs an operation for a caller and records it. The reply comes only once the record is as durable as the operation
    /// asks.
    ///
    /// # Errors
    /// The operation's own, or [`ErrorKind::AuditUnavailable`] if it couldn't be recorded.
    pub async fn call<O: Operation>(
        &self,
        caller: &Caller,
        operation: O,
    ) -> Result<O::Reply, Error> {
        if !O::DESCRIPTION.changes {
            return self.carry_out(caller, operation).await;
        }
        // What changes something is carried to its end even if the caller's connection goes away in the middle.
        let (kms, caller) = (self.clone(), caller.clone());
        let task = tokio::spawn(async move { kms.carry_out(&caller, operation).await });
        task.await.unwrap_or_else(|_| {
            Err(Error::new(
                ErrorKind::Internal,
                "the operation ended unexpectedly",
                "report this, with the request identifier",
            ))
        })
    }

    /// Runs many operations of one kind for a caller, each with a reply and a record of its own. They are of a kind that
    /// changes nothing, since a batch ends with its caller's connection.
    ///
    /// # Errors
    /// [`ErrorKind::AuditUnavailable`] if they couldn't be recorded; else each has its own result.
    pub async fn call_all<O: Operation>(
        &self,
        caller: &Caller,
        operations: Vec<O>,
    ) -> Result<Vec<Result<O::Reply, Error>>, Error> {
        const { assert!(!O::DESCRIPTION.changes, "what changes something is not batched") };
        self.shared().audit.check()?;
        let mut results = Vec::with_capacity(operations.len());
        let mut records = Vec::with_capacity(operations.len());
        for operation in operations {
            let mut target = Target::default();
            let result = self.perform(caller, operation, &mut target).await;
            records.push(self.record::<O>(caller, target, result.as_ref().err()));
            results.push(result);
        }
        self.shared().audit.append(records, O::DESCRIPTION.durability).await?;
        Ok(results)
    }

    async fn carry_out<O: Operation>(
        &self,
        caller: &Caller,
        operation: O,
    ) -> Result<O::Reply, Error> {
        self.shared().audit.check()?;
        let mut target = Target::default();
        let result = self.perform(caller, operation, &mut target).await;
        let record = self.record::<O>(caller, target, result.as_ref().err());
        // A refusal changed nothing and let nothing out; of a store that failed, nobody knows.
        let durability = match &result {
            Err(error) if error.kind() != ErrorKind::StoreUnavailable => Durability::Written,
            _ => O::DESCRIPTION.durability,
        };
        self.shared().audit.append(vec![record], durability).await?;
        result
    }

    /// Resolve, authorize, run.
    async fn perform<O: Operation>(
        &self,
        caller: &Caller,
        operation: O,
        target: &mut Target,
    ) -> Result<O::Reply, Error> {
        let now = self.shared().clock.now();
        let mut object = None;
        let keyset = if O::DESCRIPTION.permissions.is_empty() {
            target.key = operation.key().cloned();
            None
        } else if let Some(identifier) = operation.object() {
            let found = self.resolve_object(caller, identifier).await?;
            let (keyset, version) = found.ok_or_else(|| operation.not_found())?;
            target.key = Some(keyset.keyset().name.clone());
            target.version = Some(version.object().version);
            target.object = Some(version.object().id);
            authorize(&keyset, caller, O::DESCRIPTION.permissions, || operation.denied())?;
            object = Some(version);
            Some(keyset)
        } else {
            let name = operation.key().cloned().ok_or_else(|| operation.not_found())?;
            let makes_default = operation.makes_default_key();
            let found = self.resolve(caller, &name, makes_default).await;
            target.key = Some(name);
            let keyset = found?.ok_or_else(|| operation.not_found())?;
            authorize(&keyset, caller, O::DESCRIPTION.permissions, || operation.not_found())?;
            Some(keyset)
        };
        let authorized =
            Authorized { kms: self, caller, keyset, object, now, target, operation: PhantomData };
        operation.run(authorized).await
    }

    /// The object that a client calls so, with its keyset.
    async fn resolve_object(
        &self,
        caller: &Caller,
        identifier: &UniqueIdentifier,
    ) -> Result<Option<(Arc<LoadedKeyset>, Arc<LoadedVersion>)>, Error> {
        let id = self.shared().object_id(&caller.tenant, identifier)?;
        self.shared().keyring.by_object(&caller.tenant, id).await
    }

    /// The keyset of this name; `default` is made on first use.
    async fn resolve(
        &self,
        caller: &Caller,
        name: &KeyName,
        makes_default: bool,
    ) -> Result<Option<Arc<LoadedKeyset>>, Error> {
        let keyring = &self.shared().keyring;
        let found = keyring.by_name(&caller.tenant, name).await?;
        if found.is_some() || !(makes_default && name.as_str() == DEFAULT_KEY_NAME) {
            return Ok(found);
        }
        // The key may be made by another request at the same time; then that one serves.
        match self.make_default_key(caller, name).await {
            Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(error),
            _ => keyring.by_name(&caller.tenant, name).await,
        }
    }

    /// Boxed, since an operation that makes the default key runs another operation.
    fn make_default_key<'a>(
        &'a self,
        caller: &'a Caller,
        name: &KeyName,
    ) -> Pin<Box<dyn Future<Output = Result<(), Error>> + Send + 'a>> {
        let create = CreateKey::new(name.clone(), KeySettings::default());
        Box::pin(async move { self.call(caller, create).await.map(|_| ()) })
    }

    fn record<O: Operation>(
        &self,
        caller: &Caller,
        target: Target,
        error: Option<&Error>,
    ) -> AuditRecord {
        let shared = self.shared();
        shared.counters.count(O::DESCRIPTION, error.is_none());
        AuditRecord {
            time: shared.clock.now(),
            request: caller.request,
            tenant: caller.tenant.clone(),
            principal: caller.principal.clone(),
            source: caller.source,
            door: caller.door,
            operation: O::DESCRIPTION.name,
            target,
            outcome: error.map_or(Outcome::Done, |error| Outcome::Refused(error.kind().code())),
        }
    }
}

/// Whether the caller may do this with the keyset. Who may do nothing at all with it doesn't learn that it exists.
fn authorize(
    keyset: &LoadedKeyset,
    caller: &Caller,
    permissions: Permissions,
    not_found: impl FnOnce() -> Error,
) -> Result<(), Error> {
    let keyset = keyset.keyset();
    if keyset.lets(&caller.principal, permissions) {
        return Ok(());
    }
    let knows = Permissions::all().iter().any(|one| keyset.lets(&caller.principal, one));
    if !knows {
        return Err(not_found());
    }
    Err(Error::new(
        ErrorKind::PermissionDenied,
        format!("you may not do this with the key {}", keyset.name),
        "ask the key's owner for a grant of this operation",
    ))
}

/// A version of a key that may be used now, as was asked.
pub(crate) struct UsableKey {
    pub(crate) keyset: Arc<LoadedKeyset>,
    pub(crate) version: Arc<LoadedVersion>,
    pub(crate) algorithm: Algorithm,
}

impl UsableKey {
    pub(crate) fn number(&self) -> u32 {
        self.version.object().version
    }

    /// The primitive; its presence was checked when the key was taken.
    pub(crate) fn primitive(&self) -> Result<&dyn Key, Error> {
        self.version.key().map(AsRef::as_ref).ok_or_else(|| {
            Error::new(
                ErrorKind::WrongState,
                "the version's material was destroyed",
                "use another version",
            )
        })
    }
}

impl<'a, O: Operation> Authorized<'a, O> {
    pub(crate) fn shared(&self) -> &'a Shared {
        self.kms.shared()
    }

    /// The service, for work that goes on if the caller goes away.
    pub(crate) fn kms(&self) -> Kms {
        self.kms.clone()
    }

    pub(crate) fn caller(&self) -> &'a Caller {
        self.caller
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.now
    }

    /// The keyset that the operation is about.
    pub(crate) fn keyset(&self) -> Result<&Arc<LoadedKeyset>, Error> {
        // Operations with permissions always have one; the others don't ask.
        self.keyset.as_ref().ok_or_else(|| Error::not_found(""))
    }

    /// The object that the operation is about.
    pub(crate) fn object(&self) -> Result<&Arc<LoadedVersion>, Error> {
        // Operations about an object always have one; the others don't ask.
        self.object.as_ref().ok_or_else(|| Error::not_found(""))
    }

    /// Another object with its keyset, for which the caller needs `permissions` as well.
    pub(crate) async fn other_object(
        &self,
        identifier: &UniqueIdentifier,
        permissions: Permissions,
    ) -> Result<(Arc<LoadedKeyset>, Arc<LoadedVersion>), Error> {
        let not_found = || Error::object_not_found(identifier);
        let found = self.kms.resolve_object(self.caller, identifier).await?;
        let (keyset, version) = found.ok_or_else(not_found)?;
        authorize(&keyset, self.caller, permissions, not_found)?;
        Ok((keyset, version))
    }

    /// Changes the operation's object, and returns it as it is then; see [`Shared::change`].
    pub(crate) async fn change_object(
        &mut self,
        mut edit: impl FnMut(&mut Draft<'_>, u32) -> Result<(), Error>,
    ) -> Result<Object, Error> {
        let object = self.object()?.object();
        let (id, number) = (KeysetSelector::Id(object.keyset), object.version);
        let mut after = object.clone();
        self.shared()
            .change(self.caller, id, Touched::Version(number), self.now, |draft| {
                edit(draft, number)?;
                after = draft.version_mut(number)?.object.clone();
                Ok(())
            })
            .await?;
        Ok(after)
    }

    /// Says in the audit record which version was used or made.
    pub(crate) fn note(&mut self, version: &claviger_model::Object) {
        self.target.version = Some(version.version);
        self.target.object = Some(version.id);
    }

    /// Says in the audit record which key was made.
    pub(crate) fn note_key(&mut self, name: &KeyName) {
        self.target.key = Some(name.clone());
    }

    /// Changes the operation's key and describes what came of it; see [`Shared::change`].
    pub(crate) async fn change(
        &mut self,
        touched: Touched,
        edit: impl FnMut(&mut Draft<'_>) -> Result<(), Error>,
    ) -> Result<KeyDescription, Error> {
        let id = KeysetSelector::Id(self.keyset()?.keyset().id);
        let changed = self.shared().change(self.caller, id, touched, self.now, edit).await?;
        self.note(&changed.latest);
        Ok(KeyDescription::new(changed.keyset, changed.latest, self.now))
    }

    /// Takes a version of the operation's key for use, if policy, state and dates allow it.
    pub(crate) async fn take(
        &mut self,
        version: Option<u32>,
        usage: Usage,
        algorithm: Option<Algorithm>,
    ) -> Result<UsableKey, Error> {
        let keyset = self.keyset()?.clone();
        let usable = take(self.shared(), keyset, version, usage, algorithm, self.now).await?;
        self.target.version = Some(usable.number());
        self.target.object = Some(usable.version.object().id);
        Ok(usable)
    }

    /// Takes the latest version of another key, for which the caller needs `permissions` as well.
    pub(crate) async fn take_other(
        &mut self,
        name: &KeyName,
        permissions: Permissions,
        usage: Usage,
    ) -> Result<UsableKey, Error> {
        let keyset = self.other(name, permissions).await?;
        take(self.shared(), keyset, None, usage, None, self.now).await
    }

    /// Another keyset, for which the caller needs `permissions`.
    pub(crate) async fn other(
        &self,
        name: &KeyName,
        permissions: Permissions,
    ) -> Result<Arc<LoadedKeyset>, Error> {
        let keyset = self
            .shared()
            .keyring
            .by_name(&self.caller.tenant, name)
            .await?
            .ok_or_else(|| Error::not_found(name.as_str()))?;
        authorize(&keyset, self.caller, permissions, || Error::not_found(name.as_str()))?;
        Ok(keyset)
    }
}

/// The lifecycle step: policy, minimum versions, state and dates.
async fn take(
    shared: &Shared,
    loaded: Arc<LoadedKeyset>,
    version: Option<u32>,
    usage: Usage,
    algorithm: Option<Algorithm>,
    now: Timestamp,
) -> Result<UsableKey, Error> {
    let keyset = loaded.keyset();
    let name = &keyset.name;
    if keyset.deletion.is_some() || keyset.destroyed {
        return Err(Error::new(
            ErrorKind::WrongState,
            if keyset.destroyed {
                format!("the key {name} was destroyed")
            } else {
                format!("the key {name} is scheduled for deletion")
            },
            "cancel the deletion while its waiting period lasts, or use another key",
        ));
    }
    if !keyset.policy.usage.contains(usage) {
        return Err(Error::new(
            ErrorKind::PolicyForbids,
            format!("the key {name} is not for this use"),
            "use a key made for it; the key's description names its algorithm and usage",
        ));
    }
    let algorithm = algorithm.unwrap_or(keyset.algorithm);
    if !algorithm.fits(keyset.spec) || !keyset.policy.permits(keyset.algorithm, algorithm) {
        return Err(Error::new(
            ErrorKind::PolicyForbids,
            format!("the key {name} may not be used with {algorithm}"),
            "permit the algorithm in the key's policy if it fits the key, or use another key",
        ));
    }
    let number = version.unwrap_or(keyset.latest);
    check_minimum(keyset, number, usage)?;
    let version = shared.keyring.version(&loaded, number).await?;
    check_state(name, &version, usage, now)?;
    Ok(UsableKey { keyset: loaded, version, algorithm })
}

fn check_minimum(keyset: &claviger_model::Keyset, number: u32, usage: Usage) -> Result<(), Error> {
    let policy = &keyset.policy;
    let minimum = if Usage::PROCESS.contains(usage) {
        policy.minimum_decryption_version
    } else if policy.minimum_encryption_version == 0 {
        keyset.latest
    } else {
        policy.minimum_encryption_version
    };
    // A secret that is agreed or derived on belongs to both directions.
    let exempt = usage == Usage::DERIVE_KEY || usage == Usage::KEY_AGREEMENT;
    if number < minimum && !exempt {
        return Err(Error::new(
            ErrorKind::PolicyForbids,
            format!(
                "version {number} of the key {} is below the minimum version {minimum}",
                keyset.name
            ),
            "use a later version, or lower the minimum version in the key's policy",
        ));
    }
    Ok(())
}

fn check_state(
    name: &KeyName,
    version: &LoadedVersion,
    usage: Usage,
    now: Timestamp,
) -> Result<(), Error> {
    let object = version.object();
    if object.may(usage, now) {
        return Ok(());
    }
    let state = object.state_at(now);
    let by_date =
        if Usage::PROTECT.contains(usage) { state.may_protect() } else { state.may_process() };
    Err(Error::new(
        ErrorKind::WrongState,
        if by_date {
            format!(
                "version {} of the key {name} may not be used like this at this date",
                object.version
            )
        } else {
            format!("version {} of the key {name} is {state}", object.version)
        },
        "activate a pre-active version, rotate the key for a new one, or look at its dates",
    ))
}
