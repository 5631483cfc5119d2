//! Connections of clients that have a certificate: TLS, and messages that are answered one after the other.
//!
//! Nobody is served before it has proved who it is, within the deadline of the handshake. A connection ends when its client's
//! certificate does: when it expires, and when certificates are read again and it is no longer trusted, such as after it was
//! revoked. A resumed session is verified like a new one, and only saves the exchange of keys.

use std::future::{Future, poll_fn};
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use claviger_model::Principal;
use rustls::HandshakeKind;
use rustls::pki_types::{CertificateDer, UnixTime};
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;

use super::Protocol;
use super::stream::Stream;
use super::watched::Connection;
use crate::tls::{CurrentTls, Identity, Loaded, Refusal};

/// How long and how much of a refused client's bytes are taken, so that it reads why it was refused before the connection is
/// reset.
const LAST_WORDS: (Duration, usize) = (Duration::from_secs(1), 64 * 1024);

/// After how many seconds at the latest it is looked whether a client's certificate has expired.
const LOOK: u32 = 600;

/// A client that has proved who it is.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    /// Who.
    pub(crate) principal: Principal,
    /// From where.
    pub(crate) source: SocketAddr,
    /// The certificate that it proved itself with, DER.
    pub(crate) certificate: Arc<[u8]>,
}

/// Who answers messages.
pub(crate) trait MessageDoor: Clone + Send + Sync + 'static {
    /// Answers messages until the client ends the connection or, between two messages, `goodbye` returns.
    fn serve(
        &self,
        stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
        caller: Caller,
        goodbye: impl Future<Output = ()> + Send + 'static,
    ) -> impl Future<Output = ()> + Send;
}

/// A door behind TLS with client certificates.
pub(crate) struct Authenticated<Door> {
    tls: Arc<CurrentTls>,
    door: Door,
}

impl<Door> Authenticated<Door> {
    /// This door, for whom `tls` trusts.
    pub(crate) fn new(tls: Arc<CurrentTls>, door: Door) -> Self {
        Self { tls, door }
    }
}

impl<Door: Clone> Clone for Authenticated<Door> {
    fn clone(&self) -> Self {
        Self { tls: Arc::clone(&self.tls), door: self.door.clone() }
    }
}

impl<Door: MessageDoor> Protocol for Authenticated<Door> {
    fn serve(
        &self,
        stream: TcpStream,
        peer: SocketAddr,
        connection: Connection,
    ) -> impl Future<Output = ()> + Send + 'static {
        let tls = Arc::clone(&self.tls);
        let door = self.door.clone();
        let stream = Stream::new(stream, connection.clone());
        let served = serve(stream, peer, tls, door, connection.clone());
        async move {
            if minded(&connection, served).await.is_none() {
                tracing::debug!(%peer, "a connection was over its deadline");
            }
        }
    }

    /// Before TLS nothing can be said.
    fn refuse(&self, stream: TcpStream) {
        drop(stream);
    }
}

async fn serve<Door: MessageDoor>(
    stream: Stream,
    peer: SocketAddr,
    tls: Arc<CurrentTls>,
    door: Door,
    connection: Connection,
) {
    let loaded = tls.now();
    let known = tokio::select! {
        known = handshake(stream, peer, &loaded) => known,
        () = closing(connection.clone()) => None,
    };
    let Some(Known { stream, identity, chain }) = known else { return };
    let Identity { principal, not_after } = identity;
    tracing::debug!(%peer, client = principal.identity(), "a client has connected");
    let mut trust = Trust { tls, loaded, chain, not_after, connection: connection.clone() };
    connection.takes_messages();
    trust.look_again_later();
    let certificate = trust.chain.first().map(|own| own.as_ref().into()).unwrap_or_default();
    let caller = Caller { principal: principal.clone(), source: peer, certificate };
    let mut served = pin!(door.serve(stream, caller, closing(connection.clone())));
    poll_fn(|context| {
        // The connection's task is woken when there is something to look at.
        if connection.must_check()
            && let Err(reason) = trust.look()
        {
            tracing::info!(%peer, client = principal.identity(), reason, "a connection was ended");
            connection.leave();
        }
        served.as_mut().poll(context)
    })
    .await;
}

/// Whether a client that is connected is still trusted.
struct Trust {
    tls: Arc<CurrentTls>,
    /// What it was verified with.
    loaded: Arc<Loaded>,
    chain: Vec<CertificateDer<'static>>,
    not_after: u64,
    connection: Connection,
}

impl Trust {
    /// Looks, and arranges when to look again.
    fn look(&mut self) -> Result<(), &'static str> {
        let now = UnixTime::now();
        let loaded = self.tls.now();
        if !Arc::ptr_eq(&loaded, &self.loaded) {
            let verified = loaded.verify(&self.chain, now);
            verified.map_err(|error| Refusal::of_tls(&error).reason)?;
            self.loaded = loaded;
        }
        // Valid until the end of that second (RFC 5280, section 4.1.2.5).
        if now.as_secs() > self.not_after {
            return Err("its certificate has expired");
        }
        self.look_again_later();
        Ok(())
    }

    /// When the certificate expires, and in between, because seconds are counted loosely and clocks are set.
    fn look_again_later(&self) {
        let left = self.not_after.saturating_sub(UnixTime::now().as_secs()).saturating_add(1);
        let seconds = u32::try_from(left).unwrap_or(LOOK).min(LOOK);
        self.connection.check_after(seconds);
    }
}

/// A client that has proved who it is.
struct Known {
    stream: TlsStream<Stream>,
    identity: Identity,
    chain: Vec<CertificateDer<'static>>,
}

/// Lets a client in, or says why not, to it and in the log.
async fn handshake(stream: Stream, peer: SocketAddr, loaded: &Loaded) -> Option<Known> {
    let acceptor = TlsAcceptor::from(Arc::clone(&loaded.config));
    let mut stream = match acceptor.accept(stream).into_fallible().await {
        Ok(stream) => stream,
        Err((error, stream)) => {
            report(peer, Refusal::of_handshake(&error));
            take_last_words(stream).await;
            return None;
        }
    };
    let (_, session) = stream.get_ref();
    let is_resumed = session.handshake_kind() == Some(HandshakeKind::Resumed);
    let chain = session.peer_certificates().unwrap_or_default();
    let chain: Vec<_> = chain.iter().map(|one| one.clone().into_owned()).collect();
    match check(loaded, &chain, is_resumed) {
        Ok(identity) => Some(Known { stream, identity, chain }),
        Err(refusal) => {
            report(peer, refusal);
            // A client that has gone need not be told.
            let _ = stream.shutdown().await;
            None
        }
    }
}

/// Who a client is. A handshake has verified its certificate, a resumption has not.
fn check(
    loaded: &Loaded,
    chain: &[CertificateDer<'static>],
    is_resumed: bool,
) -> Result<Identity, Refusal> {
    let now = UnixTime::now();
    if is_resumed {
        loaded.verify(chain, now).map_err(|error| Refusal::of_tls(&error))?;
    }
    loaded.identity(chain, now).map_err(Refusal::of_identity)
}

/// Polls a future until it is over, or a deadline of its connection has passed.
async fn minded<Served: Future>(connection: &Connection, served: Served) -> Option<Served::Output> {
    let mut served = pin!(served);
    let mut is_first = true;
    poll_fn(|context| {
        if std::mem::take(&mut is_first) {
            connection.wakes(context);
        }
        if connection.is_overdue() {
            return Poll::Ready(None);
        }
        served.as_mut().poll(context).map(Some)
    })
    .await
}

/// Returns when it is time to say goodbye. The connection's task is woken then.
async fn closing(connection: Connection) {
    poll_fn(|_| if connection.is_closing() { Poll::Ready(()) } else { Poll::Pending }).await;
}

fn report(peer: SocketAddr, refusal: Refusal) {
    let reason = refusal.reason;
    if refusal.is_notable {
        tracing::info!(%peer, reason, "a client was refused");
    } else {
        tracing::debug!(%peer, reason, "a connection ended in its handshake");
    }
}

/// Closes, but takes what the client still sends: else the system would reset the connection, and the client might never read the
/// alert that says why.
async fn take_last_words(mut stream: Stream) {
    let (time, most) = LAST_WORDS;
    let taken = async {
        stream.shutdown().await?;
        let mut ignored = [0; 1024];
        let mut left = most;
        while left > 0 {
            match stream.read(&mut ignored).await? {
                0 => break,
                read => left = left.saturating_sub(read),
            }
        }
        std::io::Result::Ok(())
    };
    // However it ends, the connection is over.
    let _ = tokio::time::timeout(time, taken).await;
}

#[cfg(test)]
mod tests;
