//! The service as one value.

use std::sync::Arc;

use claviger_ports::{
    AuditLog, Certificates, Clock, Crypto, ParametricCrypto, Store, StoreCounts,
};

use crate::counters::Counters;
use crate::envelope::Envelope;
use crate::keyring::Keyring;
use crate::{Error, OperationCount};

/// What the core is made of: one implementation per port, and the unlocked envelope.
pub struct Parts {
    /// Keeps the rows.
    pub store: Arc<dyn Store>,
    /// Does the cryptography.
    pub crypto: Arc<dyn Crypto>,
    /// Does it with parameters that the caller names.
    pub parametric: Arc<dyn ParametricCrypto>,
    /// Reads and issues certificates.
    pub certificates: Arc<dyn Certificates>,
    /// Records the operations.
    pub audit: Arc<dyn AuditLog>,
    /// Tells the time.
    pub clock: Arc<dyn Clock>,
    /// Seals and opens the rows.
    pub envelope: Arc<Envelope>,
}

/// The service. Cloning is cheap and gives the same service.
#[derive(Clone)]
pub struct Kms(Arc<Shared>);

pub(crate) struct Shared {
    pub(crate) store: Arc<dyn Store>,
    pub(crate) crypto: Arc<dyn Crypto>,
    pub(crate) parametric: Arc<dyn ParametricCrypto>,
    pub(crate) certificates: Arc<dyn Certificates>,
    pub(crate) audit: Arc<dyn AuditLog>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) envelope: Arc<Envelope>,
    pub(crate) keyring: Keyring,
    pub(crate) counters: Counters,
}

impl Kms {
    /// Puts the parts together.
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        let Parts { store, crypto, parametric, certificates, audit, clock, envelope } = parts;
        let keyring = Keyring::new(store.clone(), crypto.clone(), envelope.clone());
        Self(Arc::new(Shared {
            store,
            crypto,
            parametric,
            certificates,
            audit,
            clock,
            envelope,
            keyring,
            counters: Counters::new(),
        }))
    }

    /// How often each operation was done and refused since the start, in the order of the table.
    #[must_use]
    pub fn operation_counts(&self) -> Vec<OperationCount> {
        self.shared().counters.read()
    }

    /// How much is stored.
    ///
    /// # Errors
    /// If the store doesn't answer.
    pub async fn store_counts(&self) -> Result<StoreCounts, Error> {
        Ok(self.shared().store.counts().await?)
    }

    /// Whether the service could do its work now: the store answers and the audit log can be written.
    ///
    /// # Errors
    /// What is in the way.
    pub async fn check(&self) -> Result<(), Error> {
        self.shared().audit.check()?;
        self.store_counts().await.map(|_| ())
    }

    pub(crate) fn shared(&self) -> &Shared {
        &self.0
    }
}
