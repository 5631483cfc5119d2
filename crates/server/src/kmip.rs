//! The KMIP listener: where it listens, with which certificates, and what it hands to the door.

use std::future::Future;
use std::io;
use std::mem;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use claviger_door_kmip::{KmipDoor, Peer};
use claviger_ports::ClientCertificates;
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};

use claviger_certificates::layout;
use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncWrite, AsyncWriteExt as _, BufReader};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use crate::client_certificates::OwnAuthority;
use crate::config::{Configuration, KmipConfiguration, KmipListen};
use crate::exit::StartError;
use crate::listen::{self, Authenticated, Caller, Connections, MessageDoor, Place};
use crate::shutdown::ReloadSignal;
use crate::tls::{CurrentTls, TlsFiles};

/// The option that says where to listen.
const OPTION: &str = "--kmip-listen";

/// A listener that has its certificates, and accepts nobody yet.
pub(crate) struct KmipListener {
    listeners: Vec<TcpListener>,
    tls: Arc<CurrentTls>,
    /// The directory of the authority that the clients' certificates are of; none if they come from elsewhere.
    authority: Option<PathBuf>,
}

impl KmipListener {
    /// Opens it; none if it is off, or has no certificate and nobody asked for it. What was configured for it is used up.
    ///
    /// # Errors
    /// [`StartError`] says what is wrong with the certificates or the address.
    pub(crate) async fn open(
        configuration: &mut Configuration,
    ) -> Result<Option<Self>, StartError> {
        let nothing = KmipConfiguration { listen: None, files: None };
        let KmipConfiguration { listen, files } = mem::replace(&mut configuration.kmip, nothing);
        let is_asked_for = listen.is_some();
        let KmipListen::At { hostname, port } = listen.unwrap_or_default() else {
            return Ok(None);
        };
        let data_dir = &configuration.data_dir;
        let directory = data_dir.join(layout::DIRECTORY);
        let is_own_authority = files.is_none();
        let Some(files) = files.or_else(|| TlsFiles::of_authority(data_dir)) else {
            return match is_asked_for {
                true => Err(StartError::NoCertificate { directory }),
                false => Ok(None),
            };
        };
        let tls = Arc::new(CurrentTls::open(files)?);
        let place = Place {
            hostname: &hostname,
            port,
            // Nobody is served without a certificate.
            allow_remote: true,
            hostname_option: OPTION,
            port_option: OPTION,
        };
        let authority = is_own_authority.then_some(directory);
        Ok(Some(Self { listeners: listen::bind(&place).await?, tls, authority }))
    }

    /// Who issues the certificates of its clients, if that is the authority in the data directory.
    pub(crate) fn client_certificates(&self) -> Option<Arc<dyn ClientCertificates>> {
        let directory = self.authority.clone()?;
        Some(Arc::new(OwnAuthority::new(directory, Arc::clone(&self.tls))))
    }

    /// Where it listens.
    pub(crate) fn addresses(&self) -> Vec<SocketAddr> {
        listen::addresses(&self.listeners)
    }

    /// Accepts clients and keeps the certificates current, as long as these tasks run.
    ///
    /// # Errors
    /// If the system doesn't let the process listen for a signal.
    pub(crate) fn start(
        self,
        tasks: &mut JoinSet<()>,
        door: &KmipMessages,
        connections: &Arc<Connections>,
        most: usize,
    ) -> io::Result<()> {
        let Self { listeners, tls, authority: _ } = self;
        for listener in listeners {
            let protocol = Authenticated::new(Arc::clone(&tls), door.clone());
            tasks.spawn(listen::accept(listener, protocol, Arc::clone(connections), most));
        }
        let asked = ReloadSignal::listen()?;
        let connections = Arc::clone(connections);
        tasks.spawn(async move { tls.keep(asked, || connections.check()).await });
        Ok(())
    }
}

/// The KMIP door, for authenticated connections: messages of their own, or HTTP with messages in it. The first byte tells.
#[derive(Clone)]
pub(crate) struct KmipMessages {
    door: KmipDoor,
    routes: Router,
}

/// The first byte of every message: no method of HTTP begins so.
const FIRST_OF_A_MESSAGE: u8 = 0x42;
/// How much is read to see it.
const PEEKED: usize = 1024;
/// How long a client may take to send the head of an HTTP request.
const HEAD_DEADLINE: Duration = Duration::from_secs(30);

impl KmipMessages {
    /// This door.
    pub(crate) fn new(door: KmipDoor) -> Self {
        let routes = door.router();
        Self { door, routes }
    }
}

impl MessageDoor for KmipMessages {
    async fn serve(
        &self,
        stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
        caller: Caller,
        goodbye: impl Future<Output = ()> + Send + 'static,
    ) {
        let Caller { principal, source, certificate } = caller;
        let peer = Peer { principal, source: Some(source.ip()), certificate: Some(certificate) };
        let mut stream = BufReader::with_capacity(PEEKED, stream);
        let mut goodbye = pin!(goodbye);
        let first = tokio::select! {
            biased;
            filled = stream.fill_buf() => filled.ok().and_then(|bytes| bytes.first().copied()),
            () = &mut goodbye => None,
        };
        match first {
            None => {
                let _ = stream.shutdown().await;
            }
            Some(FIRST_OF_A_MESSAGE) => self.door.serve(stream, peer, goodbye).await,
            Some(_) => serve_http(stream, self.routes.clone(), peer, goodbye).await,
        }
    }
}

/// Serves HTTP/1.1 until the client ends the connection or, between two requests, `goodbye` returns.
async fn serve_http(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    routes: Router,
    peer: Peer,
    mut goodbye: Pin<&mut (impl Future<Output = ()> + Send)>,
) {
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(peer.clone());
        tower::Service::call(&mut routes.clone(), request)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_DEADLINE)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = pin!(connection);
    let ended = tokio::select! {
        ended = &mut connection => ended,
        () = &mut goodbye => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "a connection ended");
    }
}
