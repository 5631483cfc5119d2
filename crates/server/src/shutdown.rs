//! The signals that stop the service, and the one that makes it read certificates again.

use std::future;
use std::io::{self, IsTerminal as _};

use tokio::signal::unix::{Signal, SignalKind, signal};

use crate::tls::Asked;

/// The signals that ask the service to stop: SIGTERM, and SIGINT from a terminal.
pub(crate) struct StopSignals {
    terminate: Signal,
    interrupt: Signal,
}

impl StopSignals {
    /// Listens for them: from now on they no longer end the process.
    pub(crate) fn listen() -> io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        })
    }

    /// Waits for the next one, and gives its name.
    pub(crate) async fn next(&mut self) -> &'static str {
        tokio::select! {
            _ = self.terminate.recv() => "SIGTERM",
            _ = self.interrupt.recv() => "SIGINT",
        }
    }
}

/// The signal that asks for certificates to be read again: SIGHUP. On a terminal it says that the terminal is gone, and ends the
/// process as it does other programs.
pub(crate) struct ReloadSignal(Option<Signal>);

impl ReloadSignal {
    /// Listens for it.
    pub(crate) fn listen() -> io::Result<Self> {
        if io::stderr().is_terminal() {
            return Ok(Self(None));
        }
        signal(SignalKind::hangup()).map(Some).map(Self)
    }
}

impl Asked for ReloadSignal {
    async fn next(&mut self) {
        match &mut self.0 {
            Some(signal) => {
                // None would mean that no signal comes any more.
                if signal.recv().await.is_none() {
                    future::pending::<()>().await;
                }
            }
            None => future::pending().await,
        }
    }
}
