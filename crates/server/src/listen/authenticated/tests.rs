//! Clients with certificates and without, over real sockets and with a door that sends messages back.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use claviger_certificates::{
    Authority, KeyKind, Kind, NewAuthority, NewCertificate, Pkcs12Output, layout, pkcs12,
};
use rustls::client::Resumption;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::{ClientConfig, RootCertStore, SupportedProtocolVersion};
use tempfile::TempDir;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use super::super::limits::{KMIP, Limits};
use super::super::{Connections, Place, accept, bind, mind_deadlines};
use super::{Authenticated, Caller, MessageDoor};
use crate::tls::{Asked, CurrentTls, OwnFiles, Password, TlsFiles};

const TLS13: &[&SupportedProtocolVersion] = &[&rustls::version::TLS13];
const TLS12: &[&SupportedProtocolVersion] = &[&rustls::version::TLS12];

/// Says who the caller is, and then sends every byte back.
#[derive(Clone)]
struct Echo;

impl MessageDoor for Echo {
    async fn serve(
        &self,
        mut stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
        caller: Caller,
        goodbye: impl Future<Output = ()> + Send + 'static,
    ) {
        let Caller { principal, source, certificate: _ } = caller;
        let greeting = format!("{} {} {source}\n", principal.identity(), principal.display_name());
        if stream.write_all(greeting.as_bytes()).await.is_err() {
            return;
        }
        let mut goodbye = std::pin::pin!(goodbye);
        let mut byte = [0];
        loop {
            tokio::select! {
                () = &mut goodbye => break,
                read = stream.read(&mut byte) => match read {
                    Ok(1) => { let _ = stream.write_all(&byte).await; }
                    _ => break,
                }
            }
        }
        let _ = stream.shutdown().await;
    }
}

/// Nobody asks; files are only looked at.
struct Nobody;

impl Asked for Nobody {
    async fn next(&mut self) {
        std::future::pending().await
    }
}

/// An authority, a listener and its clients.
struct Setting {
    folder: TempDir,
    address: SocketAddr,
    connections: Arc<Connections>,
    _tasks: JoinSet<()>,
}

fn new(name: &str, kind: Kind, days: u32) -> NewCertificate<'_> {
    let names: &'static [String] = Box::leak(Box::new(["localhost".to_owned()]));
    let (key, now) = (KeyKind::EcdsaP256, UnixTime::now().as_secs());
    let names = if kind == Kind::Server { names } else { &[] };
    NewCertificate { name, kind, names, days, key, replace: true, pkcs12: None, now }
}

fn authority(folder: &Path) -> Authority {
    let now = UnixTime::now().as_secs();
    let directory = folder.join(layout::DIRECTORY);
    let mut authority =
        Authority::create(&directory, NewAuthority { key: KeyKind::EcdsaP256, now }).unwrap();
    authority.issue(&new(layout::SERVER, Kind::Server, 2)).unwrap();
    authority.issue(&new("alice", Kind::Client, 2)).unwrap();
    authority
}

impl Setting {
    async fn start(limits: Limits) -> Self {
        let folder = tempfile::tempdir().unwrap();
        drop(authority(folder.path()));
        let files = TlsFiles::of_authority(folder.path()).unwrap();
        Self::with(folder, files, limits).await
    }

    async fn with(folder: TempDir, files: TlsFiles, limits: Limits) -> Self {
        let place = Place {
            hostname: "127.0.0.1",
            port: 0,
            allow_remote: true,
            hostname_option: "--kmip-listen",
            port_option: "--kmip-listen",
        };
        let listener = bind(&place).await.unwrap().remove(0);
        let address = listener.local_addr().unwrap();
        let connections = Connections::new(limits);
        let tls = Arc::new(CurrentTls::open(files).unwrap());
        let mut tasks = JoinSet::new();
        let protocol = Authenticated::new(Arc::clone(&tls), Echo);
        tasks.spawn(accept(listener, protocol, Arc::clone(&connections), 10));
        let changed = Arc::clone(&connections);
        tasks.spawn(async move { tls.keep(Nobody, || changed.check()).await });
        tasks.spawn(mind_deadlines(Arc::clone(&connections)));
        Self { folder, address, connections, _tasks: tasks }
    }

    fn directory(&self) -> PathBuf {
        self.folder.path().join(layout::DIRECTORY)
    }

    fn authority(&self) -> Authority {
        Authority::open(&self.directory()).unwrap()
    }

    /// A client with the certificate of this name, or with none.
    fn client(&self, name: Option<&str>, versions: &[&'static SupportedProtocolVersion]) -> Client {
        Client::new(self, &self.directory(), name, versions)
    }

    async fn wait_for(&self, count: usize) {
        while self.connections.count() != count {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

struct Client {
    address: SocketAddr,
    connector: TlsConnector,
}

impl Client {
    fn new(
        setting: &Setting,
        directory: &Path,
        name: Option<&str>,
        versions: &[&'static SupportedProtocolVersion],
    ) -> Self {
        let mut roots = RootCertStore::empty();
        let ca = layout::certificate(&setting.directory(), layout::AUTHORITY);
        roots.add(CertificateDer::from_pem_file(ca).unwrap()).unwrap();
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let builder = ClientConfig::builder_with_provider(provider)
            .with_protocol_versions(versions)
            .unwrap()
            .with_root_certificates(roots);
        let mut config = match name {
            None => builder.with_no_client_auth(),
            Some(name) => {
                let certificate = layout::certificate(directory, name);
                let chain = vec![CertificateDer::from_pem_file(certificate).unwrap()];
                let key = PrivateKeyDer::from_pem_file(layout::key(directory, name)).unwrap();
                builder.with_client_auth_cert(chain, key).unwrap()
            }
        };
        config.resumption = Resumption::in_memory_sessions(4);
        Self { address: setting.address, connector: TlsConnector::from(Arc::new(config)) }
    }

    /// Connects and reads the greeting.
    async fn greeted(&self) -> std::io::Result<(TlsStream<TcpStream>, String)> {
        let stream = TcpStream::connect(self.address).await?;
        let name = ServerName::try_from("localhost").unwrap();
        let mut stream = self.connector.connect(name, stream).await?;
        let mut greeting = Vec::new();
        loop {
            match stream.read_u8().await? {
                b'\n' => return Ok((stream, String::from_utf8(greeting).unwrap())),
                byte => greeting.push(byte),
            }
        }
    }

    async fn refusal(&self) -> String {
        match self.greeted().await {
            Ok((_, greeting)) => panic!("it was let in as {greeting}"),
            Err(error) => error.to_string(),
        }
    }
}

async fn echoes(stream: &mut TlsStream<TcpStream>) -> bool {
    let sent = stream.write_all(b"x").await.is_ok() && stream.flush().await.is_ok();
    sent && stream.read_u8().await.is_ok_and(|byte| byte == b'x')
}

#[tokio::test]
async fn a_certificate_tells_who_it_is_in_both_versions() {
    let setting = Setting::start(KMIP).await;
    let mut identities = Vec::new();
    for versions in [TLS13, TLS12] {
        let (mut stream, greeting) =
            setting.client(Some("alice"), versions).greeted().await.unwrap();
        assert!(greeting.starts_with("certificate%7C") || greeting.starts_with("certificate|"));
        let own = stream.get_ref().0.local_addr().unwrap().to_string();
        let identity = greeting.strip_suffix(&format!(" alice {own}")).unwrap().to_owned();
        assert!(
            identity.contains("|CN=Claviger CA ") && identity.contains(" sha256:"),
            "{identity}"
        );
        assert!(identity.ends_with("|CN=alice"), "{identity}");
        identities.push(identity);
        for _ in 0..3 {
            assert!(echoes(&mut stream).await);
        }
    }
    // Renewed, with another key.
    setting.authority().issue(&new("alice", Kind::Client, 2)).unwrap();
    let (_, greeting) = setting.client(Some("alice"), TLS13).greeted().await.unwrap();
    identities.push(greeting.split(" alice ").next().unwrap().to_owned());
    assert!(identities.iter().all(|one| *one == identities[0]), "{identities:?}");
}

#[tokio::test]
async fn who_has_no_certificate_or_a_wrong_one_is_told_so() {
    let setting = Setting::start(KMIP).await;
    let elsewhere = tempfile::tempdir().unwrap();
    drop(authority(elsewhere.path()));
    let foreign = elsewhere.path().join(layout::DIRECTORY);
    let mut expired = new("expired", Kind::Client, 1);
    expired.now -= 3 * 24 * 3600;
    setting.authority().issue(&expired).unwrap();
    for versions in [TLS13, TLS12] {
        let refusal = setting.client(None, versions).refusal().await;
        assert!(
            refusal.contains("CertificateRequired") || refusal.contains("HandshakeFailure"),
            "{refusal}"
        );
        let refusal = setting.client(Some("expired"), versions).refusal().await;
        assert!(refusal.contains("CertificateExpired"), "{refusal}");
        let refusal = setting.client(Some(layout::SERVER), versions).refusal().await;
        assert!(
            refusal.contains("UnsupportedCertificate") || refusal.contains("BadCertificate"),
            "{refusal}"
        );
        let client = Client::new(&setting, &foreign, Some("alice"), versions);
        let refusal = client.refusal().await;
        assert!(refusal.contains("UnknownCA"), "{refusal}");
    }
    setting.wait_for(0).await;
}

#[tokio::test]
async fn who_is_revoked_is_disconnected_and_not_resumed() {
    let setting = Setting::start(KMIP).await;
    setting.authority().issue(&new("bob", Kind::Client, 2)).unwrap();
    let (alice, bob) = (setting.client(Some("alice"), TLS13), setting.client(Some("bob"), TLS13));
    let (mut of_alice, _) = alice.greeted().await.unwrap();
    let (mut of_bob, _) = bob.greeted().await.unwrap();
    setting.authority().revoke("alice", UnixTime::now().as_secs()).unwrap();
    // The connection ends by itself within a few seconds.
    let ended = tokio::time::timeout(Duration::from_secs(20), of_alice.read_u8()).await;
    assert!(ended.expect("it is disconnected").is_err());
    assert!(echoes(&mut of_bob).await);
    let refusal = alice.refusal().await;
    assert!(refusal.contains("CertificateRevoked"), "{refusal}");
    bob.greeted().await.unwrap();
}

#[tokio::test]
async fn sessions_are_resumed_and_their_certificates_checked_again() {
    let setting = Setting::start(KMIP).await;
    for versions in [TLS13, TLS12] {
        let client = setting.client(Some("alice"), versions);
        let (mut first, greeting) = client.greeted().await.unwrap();
        assert!(echoes(&mut first).await);
        let (second, again) = client.greeted().await.unwrap();
        assert_eq!(second.get_ref().1.handshake_kind(), Some(rustls::HandshakeKind::Resumed));
        assert_eq!(greeting.split(' ').next(), again.split(' ').next());
    }
    // One second more, and it expires while it is connected.
    let mut short = new("short", Kind::Client, 1);
    short.now = UnixTime::now().as_secs() + 3 - 24 * 3600;
    setting.authority().issue(&short).unwrap();
    let client = setting.client(Some("short"), TLS13);
    let (mut stream, _) = client.greeted().await.unwrap();
    let ended = tokio::time::timeout(Duration::from_secs(20), stream.read_u8()).await;
    assert!(ended.expect("it is disconnected").is_err());
    assert!(!client.refusal().await.is_empty());
}

#[tokio::test]
async fn a_renewed_certificate_is_served_and_a_broken_one_is_not() {
    let setting = Setting::start(KMIP).await;
    let served = async || {
        let (stream, _) = setting.client(Some("alice"), TLS13).greeted().await.unwrap();
        stream.get_ref().1.peer_certificates().unwrap()[0].clone().into_owned()
    };
    let first = served().await;
    let own = layout::certificate(&setting.directory(), layout::SERVER);
    let whole = fs::read(&own).unwrap();
    fs::write(&own, &whole[..whole.len() / 2]).unwrap();
    tokio::time::sleep(Duration::from_millis(3500)).await;
    assert_eq!(served().await, first);
    setting.authority().issue(&new(layout::SERVER, Kind::Server, 2)).unwrap();
    let patience = tokio::time::timeout(Duration::from_secs(20), async {
        while served().await == first {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    });
    patience.await.expect("it is taken up");
}

#[tokio::test]
async fn half_a_handshake_ends_at_its_deadline() {
    let setting = Setting::start(Limits { head_seconds: 2, ..KMIP }).await;
    let mut silent = TcpStream::connect(setting.address).await.unwrap();
    let mut half = TcpStream::connect(setting.address).await.unwrap();
    half.write_all(b"\x16\x03\x01\x02\x00\x01\x00").await.unwrap();
    let mut other = TcpStream::connect(setting.address).await.unwrap();
    other.write_all(b"GET / HTTP/1.1\r\n\r\n").await.unwrap();
    let mut rest = Vec::new();
    let _ = other.read_to_end(&mut rest).await;
    assert!(!rest.starts_with(b"HTTP"), "{rest:?}");
    drop(other);
    setting.wait_for(2).await;
    let (mut stream, _) = setting.client(Some("alice"), TLS13).greeted().await.unwrap();
    for _ in 0..4 {
        setting.connections.second_passed();
    }
    for stream in [&mut silent, &mut half] {
        rest.clear();
        let _ = stream.read_to_end(&mut rest).await;
        assert!(rest.is_empty());
    }
    assert!(echoes(&mut stream).await);
    setting.wait_for(1).await;
}

#[tokio::test]
async fn goodbye_is_said_to_all() {
    let setting = Setting::start(KMIP).await;
    let _half = TcpStream::connect(setting.address).await.unwrap();
    let (mut stream, _) = setting.client(Some("alice"), TLS13).greeted().await.unwrap();
    setting.wait_for(2).await;
    setting.connections.close();
    let mut rest = Vec::new();
    // Not cut off: TLS says that it is the end.
    assert_eq!(stream.read_to_end(&mut rest).await.unwrap(), 0);
    tokio::time::timeout(Duration::from_secs(10), setting.connections.emptied()).await.unwrap();
}

#[tokio::test]
async fn the_certificate_may_be_in_pkcs12() {
    for encryption in [pkcs12::Encryption::Aes256, pkcs12::Encryption::TripleDes] {
        let folder = tempfile::tempdir().unwrap();
        let mut authority = authority(folder.path());
        let wanted = Pkcs12Output { password: "a pass word", encryption };
        let certificate = NewCertificate { pkcs12: Some(wanted), ..new("other", Kind::Server, 2) };
        let issued = authority.issue(&certificate).unwrap();
        drop(authority);
        let password = folder.path().join("password");
        fs::write(&password, "a pass word\n").unwrap();
        let file = issued.pkcs12.unwrap();
        let files = TlsFiles {
            own: OwnFiles::Pkcs12 { file, password: Password::File(password) },
            client_authorities: issued.authority,
            revocation_lists: None,
        };
        let setting = Setting::with(folder, files, KMIP).await;
        let (mut stream, _) = setting.client(Some("alice"), TLS12).greeted().await.unwrap();
        assert!(echoes(&mut stream).await);
    }
}

#[tokio::test]
async fn one_of_several_authorities_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    drop((authority(folder.path()), authority(elsewhere.path())));
    let foreign = elsewhere.path().join(layout::DIRECTORY);
    let mut files = TlsFiles::of_authority(folder.path()).unwrap();
    let mut both = fs::read(&files.client_authorities).unwrap();
    both.extend(fs::read(layout::certificate(&foreign, layout::AUTHORITY)).unwrap());
    files.client_authorities = folder.path().join("both.pem");
    files.revocation_lists = None;
    fs::write(&files.client_authorities, both).unwrap();
    let setting = Setting::with(folder, files, KMIP).await;
    let (_, own) = setting.client(Some("alice"), TLS13).greeted().await.unwrap();
    let client = Client::new(&setting, &foreign, Some("alice"), TLS13);
    let (_, other) = client.greeted().await.unwrap();
    let issuer = |greeting: &str| greeting.split('|').nth(1).unwrap().to_owned();
    assert_ne!(issuer(&own), issuer(&other));
}
