//! The envelope: the root key wraps tenants' key-encryption keys, and those seal records.
//!
//! A sealed record is `format (1 byte, 1) ‖ key version (4 bytes, big-endian) ‖ committing record`, where the committing record
//! is that of [`claviger_ports::Key::seal`] with AES-256-GCM, under the root key or a tenant's key-encryption key. Its context
//! binds where it belongs: kind, installation, tenant, identifier, sequence number, key version. What a row authorises
//! (owner, state, usage, policy …) stands inside, so that someone who can write the database can neither forge nor swap it.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use claviger_model::{Algorithm, KeySpec, TenantId, Timestamp};
use claviger_ports::{
    Change, Crypto, CryptoError, DerivationRequest, Key, RootKey, Store, StoreError,
    WrappedKeyKind, WrappedKeyRow,
};
use claviger_secret::{SealBuffer, SecretBytes};

use crate::Error;

const FORMAT: u8 = 1;
const HEADER_LENGTH: usize = 5;
const INSTALLATION_LENGTH: usize = 16;
const SECRET_LENGTH: usize = 32;

/// Why a store couldn't be unlocked.
#[derive(Debug)]
pub enum UnlockError {
    /// The root key isn't the one that the store was made with, or the store's first row was changed.
    WrongRootKey,
    /// The store has a tenant's key that doesn't open.
    DamagedTenantKey {
        /// Of which tenant.
        tenant: String,
        /// Which version.
        version: u32,
    },
    /// The store has keys but no installation row.
    NoInstallation,
    /// The store doesn't answer.
    Store(StoreError),
    /// The cryptographic library failed.
    Crypto(CryptoError),
}

impl fmt::Display for UnlockError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WrongRootKey => formatter.write_str(
                "the root key is not the one that this database was made with; start the server with that one",
            ),
            Self::DamagedTenantKey { tenant, version } => write!(
                formatter,
                "version {version} of the key-encryption key of tenant {tenant} does not open; restore the database from a backup"
            ),
            Self::NoInstallation => formatter.write_str(
                "the database has keys but no installation record; restore it from a backup",
            ),
            Self::Store(error) => error.fmt(formatter),
            Self::Crypto(error) => error.fmt(formatter),
        }
    }
}

impl std::error::Error for UnlockError {}

impl From<StoreError> for UnlockError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<CryptoError> for UnlockError {
    fn from(error: CryptoError) -> Self {
        Self::Crypto(error)
    }
}

/// What a sealed record is and where it belongs.
#[derive(Clone, Copy)]
pub(crate) struct Place<'a> {
    /// What it is: `keyset` or `object`.
    pub(crate) kind: &'static str,
    /// The tenant.
    pub(crate) tenant: &'a TenantId,
    /// The row's identifier.
    pub(crate) id: &'a [u8; 16],
    /// The row's sequence number.
    pub(crate) sequence: u64,
}

/// One version of a tenant's key-encryption key, ready to act.
struct TenantKey {
    latest: u32,
    versions: BTreeMap<u32, Arc<dyn Key>>,
}

/// The unlocked envelope.
pub struct Envelope {
    crypto: Arc<dyn Crypto>,
    installation: [u8; INSTALLATION_LENGTH],
    secret: SecretBytes,
    backup: Arc<dyn Key>,
    tenants: BTreeMap<TenantId, TenantKey>,
}

impl Envelope {
    /// Unlocks a store with its root key; an empty store is set up for it.
    ///
    /// # Errors
    /// [`UnlockError`] says what is wrong.
    pub async fn unlock(
        store: &dyn Store,
        crypto: Arc<dyn Crypto>,
        root: &RootKey,
        now: Timestamp,
    ) -> Result<Self, UnlockError> {
        let mut rows = store.wrapped_keys().await?;
        if rows.is_empty() {
            if store.counts().await? != claviger_ports::StoreCounts::default() {
                return Err(UnlockError::NoInstallation);
            }
            let root_key = crypto.load(KeySpec::Aes256, root.secret())?;
            rows = set_up(&*crypto, &*root_key, now)?;
            store.commit(rows.iter().cloned().map(Change::InsertWrappedKey).collect()).await?;
        }
        Self::from_wrapped_keys(&rows, crypto, root)
    }

    /// Unlocks the wrapped keys of a store that was set up before.
    ///
    /// # Errors
    /// [`UnlockError`] says what is wrong.
    pub fn from_wrapped_keys(
        rows: &[WrappedKeyRow],
        crypto: Arc<dyn Crypto>,
        root: &RootKey,
    ) -> Result<Self, UnlockError> {
        let root_key = crypto.load(KeySpec::Aes256, root.secret())?;
        let backup = derive_backup_key(&*crypto, root)?;
        let installation = rows
            .iter()
            .find(|row| row.kind == WrappedKeyKind::Installation)
            .ok_or(UnlockError::NoInstallation)?;
        let opened = open_wrapped(&*root_key, &[0; INSTALLATION_LENGTH], installation)
            .ok_or(UnlockError::WrongRootKey)?;
        let (id, secret) = opened
            .expose("splitting the installation's identifier from its secret")
            .split_first_chunk()
            .ok_or(UnlockError::WrongRootKey)?;
        let (installation, secret) = (*id, SecretBytes::copy_from(secret));
        let mut tenants = BTreeMap::new();
        for row in rows.iter().filter(|row| row.kind == WrappedKeyKind::TenantKey) {
            let damaged = || UnlockError::DamagedTenantKey {
                tenant: row.tenant.to_string(),
                version: row.version,
            };
            let material = open_wrapped(&*root_key, &installation, row).ok_or_else(damaged)?;
            let key = crypto.load(KeySpec::Aes256, &material)?;
            let tenant = tenants
                .entry(row.tenant.clone())
                .or_insert_with(|| TenantKey { latest: 0, versions: BTreeMap::new() });
            tenant.latest = tenant.latest.max(row.version);
            tenant.versions.insert(row.version, key);
        }
        Ok(Self { crypto, installation, secret, backup, tenants })
    }

    /// A secret of this installation for the purpose that `label` names, such as the audit log's chain. The same label gives
    /// the same secret, whatever the root key is changed to.
    ///
    /// # Errors
    /// [`CryptoError`] if the library fails.
    pub fn secret_for(&self, label: &str) -> Result<SecretBytes, CryptoError> {
        derive(&*self.crypto, &self.secret, label)
    }

    /// Seals a row's content.
    pub(crate) fn seal(&self, place: Place<'_>, content: SealBuffer) -> Result<Vec<u8>, Error> {
        let tenant = self.tenant(place.tenant)?;
        let key = tenant.versions.get(&tenant.latest).ok_or(CryptoError::Internal)?;
        let context = self.context(place, tenant.latest);
        Ok(with_header(tenant.latest, &key.seal(Algorithm::AesGcm, &context, content)?))
    }

    /// Opens a row's content. `None` if it isn't what was sealed for this place.
    pub(crate) fn open(
        &self,
        place: Place<'_>,
        sealed: &[u8],
    ) -> Result<Option<SecretBytes>, Error> {
        let Some((version, record)) = split_header(sealed) else { return Ok(None) };
        let Some(key) = self.tenant(place.tenant)?.versions.get(&version) else { return Ok(None) };
        match key.open(Algorithm::AesGcm, &self.context(place, version), record.to_vec()) {
            Ok(content) => Ok(Some(content)),
            Err(CryptoError::Failed) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// Seals a backup, so that any installation with the same root key opens it.
    pub(crate) fn seal_backup(&self, content: SealBuffer) -> Result<Vec<u8>, Error> {
        Ok(with_header(1, &self.backup.seal(Algorithm::AesGcm, BACKUP_CONTEXT, content)?))
    }

    /// Opens a backup.
    pub(crate) fn open_backup(&self, sealed: &[u8]) -> Result<Option<SecretBytes>, Error> {
        let Some((1, record)) = split_header(sealed) else { return Ok(None) };
        match self.backup.open(Algorithm::AesGcm, BACKUP_CONTEXT, record.to_vec()) {
            Ok(content) => Ok(Some(content)),
            Err(CryptoError::Failed) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    fn tenant(&self, tenant: &TenantId) -> Result<&TenantKey, Error> {
        self.tenants.get(tenant).ok_or_else(|| {
            Error::new(
                crate::ErrorKind::NotFound,
                format!("there is no tenant {tenant}"),
                "use the tenant default",
            )
        })
    }

    fn context(&self, place: Place<'_>, key_version: u32) -> Vec<u8> {
        let Place { kind, tenant, id, sequence } = place;
        let mut context = Vec::with_capacity(128);
        field(&mut context, b"claviger/at-rest/1");
        field(&mut context, kind.as_bytes());
        field(&mut context, &self.installation);
        field(&mut context, tenant.as_str().as_bytes());
        field(&mut context, id);
        field(&mut context, &sequence.to_be_bytes());
        field(&mut context, &key_version.to_be_bytes());
        context
    }
}

const BACKUP_CONTEXT: &[u8] = b"claviger/backup/1";

/// Appends a field behind its length, so that different contexts never have the same encoding.
fn field(context: &mut Vec<u8>, bytes: &[u8]) {
    // Every field is shorter than 256 bytes: names have at most 128.
    context.push(u8::try_from(bytes.len()).unwrap_or(u8::MAX));
    context.extend_from_slice(bytes);
}

fn with_header(version: u32, record: &[u8]) -> Vec<u8> {
    let mut sealed = Vec::with_capacity(HEADER_LENGTH + record.len());
    sealed.push(FORMAT);
    sealed.extend_from_slice(&version.to_be_bytes());
    sealed.extend_from_slice(record);
    sealed
}

fn split_header(sealed: &[u8]) -> Option<(u32, &[u8])> {
    let (header, record) = sealed.split_first_chunk::<HEADER_LENGTH>()?;
    let [FORMAT, version @ ..] = *header else { return None };
    Some((u32::from_be_bytes(version), record))
}

/// The first rows of an empty store: the installation and the default tenant's key-encryption key.
fn set_up(
    crypto: &dyn Crypto,
    root_key: &dyn Key,
    now: Timestamp,
) -> Result<Vec<WrappedKeyRow>, CryptoError> {
    let mut installation = [0; INSTALLATION_LENGTH];
    crypto.random(&mut installation)?;
    let content = SealBuffer::try_init(INSTALLATION_LENGTH + SECRET_LENGTH, |content| {
        let (id, secret) = content.split_at_mut(INSTALLATION_LENGTH);
        id.copy_from_slice(&installation);
        crypto.random(secret)
    })?;
    let tenant_key = SealBuffer::try_init(32, |key| crypto.random(key))?;
    [
        // The identifier isn't known before its row is opened, so that row is bound to zeros.
        (WrappedKeyKind::Installation, [0; INSTALLATION_LENGTH], content),
        (WrappedKeyKind::TenantKey, installation, tenant_key),
    ]
    .into_iter()
    .map(|(kind, bound_to, content)| {
        let tenant = TenantId::default_tenant();
        let context = wrapped_context(kind, &bound_to, &tenant, 1);
        let record = root_key.seal(Algorithm::AesGcm, &context, content)?;
        Ok(WrappedKeyRow {
            kind,
            tenant,
            version: 1,
            created: now,
            sealed: with_header(1, &record),
        })
    })
    .collect()
}

fn open_wrapped(
    root_key: &dyn Key,
    installation: &[u8; INSTALLATION_LENGTH],
    row: &WrappedKeyRow,
) -> Option<SecretBytes> {
    let (_, record) = split_header(&row.sealed)?;
    let context = wrapped_context(row.kind, installation, &row.tenant, row.version);
    root_key.open(Algorithm::AesGcm, &context, record.to_vec()).ok()
}

fn wrapped_context(
    kind: WrappedKeyKind,
    installation: &[u8; INSTALLATION_LENGTH],
    tenant: &TenantId,
    version: u32,
) -> Vec<u8> {
    let kind: &[u8] = match kind {
        WrappedKeyKind::Installation => b"installation",
        WrappedKeyKind::TenantKey => b"tenant-key",
    };
    let mut context = Vec::with_capacity(96);
    field(&mut context, b"claviger/wrapped-key/1");
    field(&mut context, kind);
    field(&mut context, installation);
    field(&mut context, tenant.as_str().as_bytes());
    field(&mut context, &version.to_be_bytes());
    context
}

fn derive_backup_key(crypto: &dyn Crypto, root: &RootKey) -> Result<Arc<dyn Key>, CryptoError> {
    crypto.load(KeySpec::Aes256, &derive(crypto, root.secret(), "claviger/backup-key/1")?)
}

fn derive(
    crypto: &dyn Crypto,
    secret: &SecretBytes,
    label: &str,
) -> Result<SecretBytes, CryptoError> {
    crypto.load(KeySpec::Secret, secret)?.derive(DerivationRequest {
        algorithm: Algorithm::HkdfSha512,
        salt: &[],
        info: label.as_bytes(),
        iterations: 0,
        length: SECRET_LENGTH,
    })
}
