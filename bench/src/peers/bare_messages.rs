//! The bare server behind TLS: tokio-rustls with client certificates, and nothing behind it.
//!
//! It reads a message as far as it takes to know where it ends, and answers with the same bytes every time: those of a real
//! answer of the same run. TLS has the settings that rustls has by itself; the client's certificate is verified and not looked
//! at. It is what a server behind this TLS costs at the least.

use std::{
    fs,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::Command,
    sync::Arc,
};

use anyhow::{Context, Result};
use clap::Args;
use claviger_certificates::layout;
use rustls::{
    RootCertStore, ServerConfig,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
    server::WebPkiClientVerifier,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};
use tokio_rustls::TlsAcceptor;

use crate::{
    certificates::CLIENT,
    load::messages::{Client, message_length},
    server::{Endpoint, Server, free_address},
};

/// What the bare server answers, and with which certificates.
#[derive(Args, Clone, Debug, PartialEq, Eq)]
pub struct BareMessagesOptions {
    /// The port on 127.0.0.1.
    #[arg(long)]
    pub port: u16,
    /// An authority's directory, with certificates of a server and a client.
    #[arg(long)]
    pub certificates: PathBuf,
    /// The file with the answer.
    #[arg(long)]
    pub answer: PathBuf,
}

/// A bare server with this answer, started as a process of its own from this binary, and a client for it.
pub async fn start(
    binary: &Path,
    folder: &Path,
    certificates: &Path,
    answer: &[u8],
) -> Result<(Server, Client)> {
    let address = free_address()?;
    let file = folder.join(format!("bare-{}.answer", address.port()));
    fs::write(&file, answer)?;
    let mut command = Command::new(binary);
    command.arg("bare-messages").args(["--port", &address.port().to_string()]);
    command.arg("--certificates").arg(certificates).arg("--answer").arg(&file);
    let client = Client::new(address, certificates, CLIENT)?;
    let asked = client.clone();
    let is_ready = async || asked.connect().await.is_ok();
    let log = folder.join(format!("bare-{}.log", address.port()));
    let endpoint = Endpoint { address, headers: &[] };
    let server = Server::start_when("bare TLS", command, endpoint, is_ready, log).await?;
    Ok((server, client))
}

/// Serves until the process is ended.
pub async fn serve(options: BareMessagesOptions) -> Result<()> {
    let acceptor = TlsAcceptor::from(Arc::new(config(&options.certificates)?));
    let answer: Arc<[u8]> = fs::read(&options.answer).context("no answer")?.into();
    let address = SocketAddr::from(([127, 0, 0, 1], options.port));
    let listener = TcpListener::bind(address).await.context("the port cannot be listened on")?;
    loop {
        let (stream, _) = listener.accept().await?;
        let (acceptor, answer) = (acceptor.clone(), Arc::clone(&answer));
        tokio::spawn(async move {
            // A peer that has gone away is no concern of the next one.
            let _ = serve_connection(stream, acceptor, &answer).await;
        });
    }
}

async fn serve_connection(
    stream: TcpStream,
    acceptor: TlsAcceptor,
    answer: &[u8],
) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let mut stream = acceptor.accept(stream).await?;
    let mut buffer = vec![0; BUFFER];
    let mut filled = 0;
    loop {
        match message_length(&buffer[..filled]) {
            Some(length) if filled >= length => {
                stream.write_all(answer).await?;
                stream.flush().await?;
                buffer.copy_within(length..filled, 0);
                filled -= length;
                continue;
            }
            Some(length) if length > buffer.len() => buffer.resize(length, 0),
            Some(_) | None => {}
        }
        match stream.read(&mut buffer[filled..]).await? {
            0 => return stream.shutdown().await,
            read => filled += read,
        }
    }
}

fn config(certificates: &Path) -> Result<ServerConfig> {
    let authority = layout::certificate(certificates, layout::AUTHORITY);
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(authority).context("no authority")?)?;
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let verifier =
        WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider));
    let own = CertificateDer::from_pem_file(layout::certificate(certificates, layout::SERVER));
    let key = PrivateKeyDer::from_pem_file(layout::key(certificates, layout::SERVER));
    Ok(ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_client_cert_verifier(verifier.build()?)
        .with_single_cert(vec![own.context("no certificate")?], key.context("no key")?)?)
}

const BUFFER: usize = 16 * 1024;
