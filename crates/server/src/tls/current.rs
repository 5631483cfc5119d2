//! Files that changed are read again while the service runs: a renewed certificate or a new revocation list needs no restart.
//!
//! They are looked at once a second, and read when they have looked different and the same twice in a row, since a certificate
//! and its key are seldom replaced in one step. SIGHUP reads them at once. What can't be used is logged, and what was there stays.

use std::sync::Arc;
use std::time::Duration;

use parking_lot::RwLock;
use rustls::pki_types::UnixTime;
use tokio::sync::{Mutex, Notify};
use tokio::time::MissedTickBehavior;

use super::error::TlsError;
use super::files::{Mark, TlsFiles};
use super::loaded::Loaded;

/// How often files are looked at.
const LOOK: Duration = Duration::from_secs(1);

/// TLS as the files have it.
pub(crate) struct CurrentTls {
    files: Arc<TlsFiles>,
    loaded: RwLock<Arc<Loaded>>,
    /// What the files looked like just before they were last read. Whoever reads them holds it, so that what was read last is
    /// what holds.
    read: Mutex<Vec<Option<Mark>>>,
    /// Told when the files were read because somebody in this process changed them.
    renewed: Notify,
}

impl CurrentTls {
    /// Reads the files for the first time.
    ///
    /// # Errors
    /// [`TlsError`] names the file.
    pub(crate) fn open(files: TlsFiles) -> Result<Self, TlsError> {
        let read = Mutex::new(files.marks());
        let loaded = Loaded::read(&files, UnixTime::now())?;
        warn(&loaded);
        let loaded = RwLock::new(Arc::new(loaded));
        Ok(Self { files: Arc::new(files), loaded, read, renewed: Notify::new() })
    }

    /// What holds now.
    pub(crate) fn now(&self) -> Arc<Loaded> {
        Arc::clone(&self.loaded.read())
    }

    /// Reads the files again whenever they have changed, or `asked` says so, for as long as the future is polled, and calls
    /// `changed` when something else holds.
    pub(crate) async fn keep(&self, mut asked: impl Asked + Send, changed: impl Fn() + Send) {
        let mut looks = tokio::time::interval(LOOK);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut last = self.read.lock().await.clone();
        loop {
            let is_asked = tokio::select! {
                () = asked.next() => true,
                _ = looks.tick() => false,
                () = self.renewed.notified() => {
                    changed();
                    continue;
                }
            };
            let marks = self.marks().await;
            let has_settled = marks == last && marks != *self.read.lock().await;
            last = marks;
            if (has_settled || is_asked) && self.read_again().await {
                changed();
            }
        }
    }

    /// Reads the files at once, which somebody in this process has changed. Returns whether they hold now.
    pub(crate) async fn renew(&self) -> bool {
        let is_read = self.read_again().await;
        if is_read {
            self.renewed.notify_one();
        }
        is_read
    }

    /// Whether something else holds now.
    async fn read_again(&self) -> bool {
        let mut read = self.read.lock().await;
        *read = self.marks().await;
        let files = Arc::clone(&self.files);
        // A PKCS#12 file's password is hashed for a while.
        let read = tokio::task::spawn_blocking(move || Loaded::read(&files, UnixTime::now()));
        match read.await {
            Ok(Ok(loaded)) => {
                warn(&loaded);
                *self.loaded.write() = Arc::new(loaded);
                tracing::info!("the certificates were read again");
                true
            }
            Ok(Err(error)) => {
                tracing::error!(
                    %error,
                    "the certificates have changed and cannot be used; those of before stay"
                );
                false
            }
            // It panicked, and the panic was logged.
            Err(_) => false,
        }
    }

    async fn marks(&self) -> Vec<Option<Mark>> {
        let files = Arc::clone(&self.files);
        let marks = tokio::task::spawn_blocking(move || files.marks()).await;
        marks.unwrap_or_default()
    }
}

/// Somebody who may ask for the files to be read.
pub(crate) trait Asked {
    /// Returns when they are asked for.
    fn next(&mut self) -> impl Future<Output = ()> + Send;
}

fn warn(loaded: &Loaded) {
    for warning in &loaded.warnings {
        tracing::warn!("{warning}");
    }
}
