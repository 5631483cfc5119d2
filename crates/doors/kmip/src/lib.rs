//! The KMIP door: messages of KMIP 1.0 to 2.1, over TLS and over HTTP.
//!
//! ```text
//!  bytes ─ connection, http ─▶ door ─▶ batch ─▶ dispatch ─▶ bind ─▶ core
//! ```
//!
//! A connection or an HTTP request gives one encoded message. Its operations run one after the other (`batch`), each through
//! a handler that turns its payload into a core operation and the reply into a payload (`bind`). The door decides nothing
//! about keys; what is its own are the matters of the protocol: batches and what they leave behind, asynchronous operations,
//! tickets, what Query says.

mod asynchronous;
mod batch;
mod bind;
mod connection;
mod cosmian;
mod credential;
mod declaration;
mod dispatch;
mod door;
mod ephemeral;
mod errors;
mod http;
mod login;
mod options;
mod patience;
mod placeholders;
mod push;
mod query;
mod repetition;
mod rights;

use std::future::Future;
use std::sync::Arc;

use claviger_core::Kms;
use tokio::io::{AsyncRead, AsyncWrite};

use crate::asynchronous::Jobs;
use crate::door::{Door, Session, Transport};
use crate::login::Tickets;

pub use declaration::Declaration;
pub use door::Peer;
pub use options::{Credentials, DeviceIdentity, KmipOptions, NoCredentials, RngSeedPolicy};

/// The door. Cloning is cheap and gives the same door.
#[derive(Clone)]
pub struct KmipDoor(Arc<Door>);

impl KmipDoor {
    /// A door to the service.
    #[must_use]
    pub fn new(kms: Kms, options: KmipOptions) -> Self {
        Self(Arc::new(Door { kms, options, jobs: Jobs::default(), tickets: Tickets::default() }))
    }

    /// Serves a connection on which a client is known, until it ends or `shutdown` comes; a message that is being answered then
    /// is still answered.
    pub async fn serve<S>(&self, stream: S, peer: Peer, shutdown: impl Future<Output = ()> + Send)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send,
    {
        let session = Session { peer, transport: Transport::Connection };
        connection::serve(&self.0, stream, &session, shutdown).await;
    }

    /// `POST /kmip` and `POST /kmip/2_1`.
    pub fn router(&self) -> axum::Router {
        http::router(Arc::clone(&self.0))
    }
}
