//! The KMIP listener: where it listens, with which certificates, and what it hands to the door.

use std::future::Future;
use std::io;
use std::mem;
use std::net::SocketAddr;
use std::sync::Arc;

use claviger_certificates::layout;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

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
        let Some(files) = files.or_else(|| TlsFiles::of_authority(data_dir)) else {
            let directory = data_dir.join(layout::DIRECTORY);
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
        Ok(Some(Self { listeners: listen::bind(&place).await?, tls }))
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
        let Self { listeners, tls } = self;
        for listener in listeners {
            let protocol = Authenticated::new(Arc::clone(&tls), door.clone());
            tasks.spawn(listen::accept(listener, protocol, Arc::clone(connections), most));
        }
        let asked = ReloadSignal::listen()?;
        tasks.spawn(async move { tls.keep(asked).await });
        Ok(())
    }
}

/// The KMIP door, for authenticated connections.
#[derive(Clone)]
pub(crate) struct KmipMessages;

impl MessageDoor for KmipMessages {
    async fn serve(
        &self,
        mut stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
        _caller: Caller,
        _goodbye: impl Future<Output = ()> + Send + 'static,
    ) {
        // WIRE: the door answers here.
        let _ = stream.shutdown().await;
    }
}
