//! The parts, put together: the only place that names adapters.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use axum::Router;
use axum::extract::{ConnectInfo, Request};
use axum::http::StatusCode;
use axum::middleware::{self, Next};
use axum::response::IntoResponse as _;
use claviger_audit::{ChainKey, FileAuditLog, FileAuditOptions, LogError, SyncMode, Verified};
use claviger_core::{Envelope, Kms, Parts, UnlockError};
use claviger_crypto::SoftwareCrypto;
use claviger_door_kmip::{KmipDoor, Peer};
use claviger_door_native::{Door, DoorOptions, Hosts, ServiceInformation};
use claviger_model::Principal;
use claviger_parametric::{SoftwareCertificates, SoftwareParametricCrypto};
use claviger_ports::{
    ClientCertificates, Clock, Crypto, RootKey, RootKeySource, SealDescription, StoreError,
};
use claviger_seal_local::{EnvironmentSeal, FileSeal};
use claviger_store_sql::{OpenError, SqlStore, SqliteOptions};
use zeroize::Zeroizing;

use crate::announce::seal_name;
use crate::audit_log::VerifyError;
use crate::clock::SystemClock;
use crate::config::{AuditSync, Configuration, DatabaseType, KmipDoorConfiguration, RootKeyPlace};
use crate::data_dir;
use crate::exit::StartError;
use crate::kmip::KmipMessages;
use crate::kmip_door;

/// The database file in the data directory.
const DATABASE: &str = "claviger.db";

/// The development root key in the data directory.
const DEVELOPMENT_ROOT_KEY: &str = "root-key";

/// What the key of the audit log's chain is derived for. Changing it makes every log unreadable.
const AUDIT_CHAIN: &str = "audit-chain";

/// A service that is ready to be asked.
pub(crate) struct Service {
    /// The core.
    pub(crate) kms: Kms,
    /// The routes of its doors.
    pub(crate) routes: Router,
    /// Who answers messages on the KMIP listener.
    pub(crate) kmip: KmipMessages,
    /// What protects the root key.
    pub(crate) seal: SealDescription,
    store: Arc<SqlStore>,
}

impl Service {
    /// Opens the store and the audit log, and unlocks the keys. The configuration's root key is used up and wiped.
    ///
    /// # Errors
    /// [`StartError`] says what is in the way, and what to do.
    pub(crate) async fn open(
        configuration: &mut Configuration,
        client_certificates: Option<Arc<dyn ClientCertificates>>,
    ) -> Result<Self, StartError> {
        data_dir::make(&configuration.data_dir)?;
        let place = std::mem::replace(&mut configuration.root_key, RootKeyPlace::Development);
        let (root, seal) = root_key(&configuration.data_dir, place).await?;
        let store = open_store(configuration).await?;
        let crypto: Arc<dyn Crypto> = Arc::new(SoftwareCrypto::new());
        let unlocked =
            Envelope::unlock(&*store, Arc::clone(&crypto), &root, SystemClock.now()).await;
        let envelope = unlocked.map_err(|error| locked(&configuration.data_dir, &seal, error))?;
        drop(root);
        let audit = open_audit(configuration, &envelope)?;
        let declaration = kmip_door::declaration(&configuration.kmip_door)?;
        let settings = kmip_door::object_settings(&configuration.kmip_door, &declaration)?;
        let kms = Kms::new(Parts {
            store: Arc::clone(&store) as _,
            crypto: Arc::clone(&crypto),
            parametric: Arc::new(SoftwareParametricCrypto::new()),
            certificates: Arc::new(certificates(&configuration.kmip_door)),
            client_certificates,
            settings,
            audit: Arc::new(audit),
            clock: Arc::new(SystemClock),
            envelope: Arc::new(envelope),
        });
        let options = kmip_door::options(&configuration.kmip_door, declaration, crypto)?;
        let door = KmipDoor::new(kms.clone(), options);
        let routes = native_door(&kms, configuration, &seal)
            .merge(kmip_over_http(&door, hosts(configuration)));
        let kmip = KmipMessages::new(door);
        Ok(Self { kms, routes, kmip, seal, store })
    }

    /// Puts everything on disk. Requests that are still being served fail from here on.
    ///
    /// # Errors
    /// If the store couldn't be closed in good order; nothing acknowledged is lost then either.
    pub(crate) async fn close(self) -> Result<(), StoreError> {
        let Self { kms, routes, kmip, seal: _, store } = self;
        // With the last of them the audit log is closed too, which brings its records to the disk.
        drop((kms, routes, kmip));
        store.close().await
    }
}

/// Verifies the audit log of a service, which may run meanwhile: of the database it reads the wrapped keys only, and it writes
/// nothing.
///
/// # Errors
/// [`VerifyError`] says what is wrong with the log, or why that can't be told.
pub(crate) async fn verify_audit(configuration: Configuration) -> Result<Verified, VerifyError> {
    let Configuration { data_dir, audit_dir, root_key: place, database_type, .. } = configuration;
    let rows = match database_type {
        DatabaseType::Sqlite => {
            let path = data_dir.join(DATABASE);
            // Without a database a development root key would be made.
            if matches!(path.try_exists(), Ok(false)) {
                return Err(VerifyError::NoDatabase { data_dir });
            }
            SqlStore::read_wrapped_keys(&SqliteOptions { path }).await
        }
    };
    let rows = rows.map_err(|error| StartError::Database { reason: error.to_string() })?;
    let (root, seal) = root_key(&data_dir, place).await?;
    let unlocked = Envelope::from_wrapped_keys(&rows, Arc::new(SoftwareCrypto::new()), &root);
    let envelope = unlocked.map_err(|error| match error {
        UnlockError::WrongRootKey => {
            VerifyError::WrongRootKey { place: seal.place.clone(), data_dir: data_dir.clone() }
        }
        error => VerifyError::Preparation(locked(&data_dir, &seal, error)),
    })?;
    drop(root);
    let key = chain_key(&envelope)?;
    claviger_audit::verify(&audit_dir, &key)
        .map_err(|error| VerifyError::Log { reason: error.to_string() })
}

async fn root_key(
    data_dir: &Path,
    place: RootKeyPlace,
) -> Result<(RootKey, SealDescription), StartError> {
    let seal: Box<dyn RootKeySource> = match place {
        RootKeyPlace::Development => {
            let path = data_dir.join(DEVELOPMENT_ROOT_KEY);
            // A new root key would not open what is there.
            if data_dir.join(DATABASE).exists() && !path.exists() {
                return Err(StartError::NoRootKey { data_dir: data_dir.to_owned(), path });
            }
            Box::new(FileSeal::development(path))
        }
        RootKeyPlace::File(path) => Box::new(FileSeal::provided(path)),
        RootKeyPlace::Environment(text) => Box::new(EnvironmentSeal::new("KMS_ROOT_KEY", text)),
    };
    let key = seal
        .root_key()
        .await
        .map_err(|error| StartError::Seal { place: seal.describe().place, error })?;
    Ok((key, seal.describe()))
}

async fn open_store(configuration: &Configuration) -> Result<Arc<SqlStore>, StartError> {
    let data_dir = &configuration.data_dir;
    let opened = match configuration.database_type {
        DatabaseType::Sqlite => {
            SqlStore::open(SqliteOptions { path: data_dir.join(DATABASE) }).await
        }
    };
    opened.map(Arc::new).map_err(|error| match error {
        error @ OpenError::InUse { .. } => StartError::InUse { reason: error.to_string() },
        error => StartError::Database { reason: error.to_string() },
    })
}

fn locked(data_dir: &Path, seal: &SealDescription, error: UnlockError) -> StartError {
    let data_dir = data_dir.to_owned();
    match error {
        UnlockError::WrongRootKey => {
            StartError::WrongRootKey { place: seal.place.clone(), data_dir }
        }
        error => StartError::Database { reason: error.to_string() },
    }
}

fn open_audit(
    configuration: &Configuration,
    envelope: &Envelope,
) -> Result<FileAuditLog, StartError> {
    let key = chain_key(envelope)?;
    let mut options =
        FileAuditOptions::new(configuration.audit_dir.clone(), key, SystemClock.now());
    options.sync = match configuration.audit_sync {
        AuditSync::Interval => SyncMode::default(),
        AuditSync::Always => SyncMode::Always,
    };
    FileAuditLog::open(options).map_err(|error| match error {
        error @ LogError::InUse { .. } => StartError::InUse { reason: error.to_string() },
        error => StartError::Audit { reason: error.to_string() },
    })
}

/// The key of the audit log's chain.
fn chain_key(envelope: &Envelope) -> Result<ChainKey, StartError> {
    let secret = envelope
        .secret_for(AUDIT_CHAIN)
        .map_err(|error| StartError::Database { reason: error.to_string() })?;
    let mut key = Zeroizing::new([0; 32]);
    key.copy_from_slice(secret.expose("the key of the audit log's chain is handed to the log"));
    Ok(key)
}

/// Who reads and issues certificates: with what is out of use where the operator says so.
fn certificates(configuration: &KmipDoorConfiguration) -> SoftwareCertificates {
    let certificates = SoftwareCertificates::new();
    if configuration.legacy_algorithms { certificates.permitting_legacy() } else { certificates }
}

/// KMIP beside the native door, for whoever reaches this machine: nobody proves who it is here.
fn kmip_over_http(door: &KmipDoor, hosts: Hosts) -> Router {
    let hosts = Arc::new(hosts);
    door.router().layer(middleware::from_fn(move |mut request: Request, next: Next| {
        let allowed = hosts.allow(request.uri(), request.headers());
        let source = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|peer| peer.0.ip());
        request.extensions_mut().insert(Peer { principal: Principal::local(), source, certificate: None });
        async move {
            if allowed {
                return next.run(request).await;
            }
            let refusal = "the request's host or origin is not this machine; address the service as localhost or by an IP \
                           address, or add the name to its allowed hosts";
            (StatusCode::FORBIDDEN, refusal).into_response()
        }
    }))
}

fn hosts(configuration: &Configuration) -> Hosts {
    let mut names = configuration.allowed_hosts.clone();
    names.push(configuration.hostname.clone());
    Hosts::Only(names)
}

fn native_door(kms: &Kms, configuration: &Configuration, seal: &SealDescription) -> Router {
    let information = ServiceInformation {
        version: env!("CARGO_PKG_VERSION").to_owned(),
        seal_kind: seal_name(seal.kind).to_owned(),
        store_kind: configuration.database_type.name().to_owned(),
    };
    claviger_door_native::router(Door::new(
        kms.clone(),
        DoorOptions {
            hosts: hosts(configuration),
            information,
            clock: Arc::new(|| SystemClock.now()),
        },
    ))
}
