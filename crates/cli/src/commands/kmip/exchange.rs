//! A message and its answer, over TLS or HTTP.

use std::io::{self, Read, Write};
use std::net::{TcpStream, ToSocketAddrs as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use claviger_wire_ttlv::Item;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

use super::address::{Address, Scheme};
use super::encoding::{self, Encoding, Message};
use super::{LONGEST, http};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::wiped::WipedBytes;

/// Tag, type and length of a message.
const HEADER: usize = 8;

/// How a client proves itself, and whom it trusts.
#[derive(Debug, clap::Args)]
pub(super) struct Credentials {
    /// The client's certificate, in PEM, and intermediate ones after it
    #[arg(long, value_name = "FILE", requires = "key")]
    cert: Option<PathBuf>,
    /// The key of --cert, in PEM
    #[arg(long, value_name = "FILE", requires = "cert")]
    key: Option<PathBuf>,
    /// The authorities that may vouch for the server, in PEM
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,
}

/// A stream to a server, encrypted or not.
pub(super) trait Stream: Read + Write {}

impl<T: Read + Write> Stream for T {}

/// Sends a message and takes the answer. Over HTTP it is in the encoding of the message.
///
/// # Errors
/// [`Failure::Usage`] for files that are none; [`Failure::Exchange`] says what broke on the way.
pub(super) fn exchange(
    address: &Address,
    credentials: &Credentials,
    timeout: Duration,
    message: &Message,
) -> Result<Message, Failure> {
    let tls = if address.scheme.is_encrypted() { Some(configured(credentials)?) } else { None };
    let socket = connect(address, timeout)?;
    let mut stream: Box<dyn Stream> = match tls {
        Some(tls) => Box::new(shake_hands(address, tls, socket)?),
        None => Box::new(socket),
    };
    if address.scheme == Scheme::Kmips {
        stream
            .write_all(message)
            .and_then(|()| stream.flush())
            .map_err(|error| broken(address, "sending the message", &error))?;
        return receive(address, stream.as_mut());
    }
    let encoding = match message.encoding {
        Encoding::Json => Encoding::Json,
        Encoding::Xml => Encoding::Xml,
        Encoding::Binary | Encoding::Hex | Encoding::Base64 => Encoding::Binary,
    };
    let body = encoding::write(message.item()?, encoding);
    let answer = http::post(stream.as_mut(), address, content_type(encoding), &body)?;
    encoding::read_one(&answer, Some(encoding)).map_err(|failure| not_an_answer(address, failure))
}

fn content_type(encoding: Encoding) -> &'static str {
    match encoding {
        Encoding::Json => "application/json",
        Encoding::Xml => "text/xml",
        Encoding::Binary | Encoding::Hex | Encoding::Base64 => "application/octet-stream",
    }
}

fn connect(address: &Address, timeout: Duration) -> Result<TcpStream, Failure> {
    let unreachable = |error: &io::Error| Failure::Exchange {
        what: format!("no server answers at {address}: {error}"),
        remedy: "check the address, and that the server runs and listens there".to_owned(),
        exit: Exit::Unreachable,
    };
    let found =
        (address.host.as_str(), address.port).to_socket_addrs().map_err(|e| unreachable(&e))?;
    let mut last = io::Error::new(io::ErrorKind::NotFound, "the name has no address");
    for one in found {
        match TcpStream::connect_timeout(&one, timeout) {
            Ok(socket) => {
                let is_set = socket
                    .set_nodelay(true)
                    .and_then(|()| socket.set_read_timeout(Some(timeout)))
                    .and_then(|()| socket.set_write_timeout(Some(timeout)));
                return is_set.map(|()| socket).map_err(|error| unreachable(&error));
            }
            Err(error) => last = error,
        }
    }
    Err(unreachable(&last))
}

fn configured(credentials: &Credentials) -> Result<Arc<ClientConfig>, Failure> {
    let Some(ca) = &credentials.ca else {
        let remedy = "name the authority's certificate with --ca FILE; \
                      `claviger cert init` keeps it in certificates/ca.pem of the data directory";
        return Err(Failure::usage("nobody vouches for the server", remedy));
    };
    let mut roots = RootCertStore::empty();
    for certificate in certificates(ca)? {
        roots.add(certificate).map_err(|error| not_usable(ca, &error.to_string()))?;
    }
    let builder = ClientConfig::builder().with_root_certificates(roots);
    let configuration = match (&credentials.cert, &credentials.key) {
        (Some(cert), Some(key)) => {
            let private = PrivateKeyDer::from_pem_file(key)
                .map_err(|error| not_usable(key, &error.to_string()))?;
            builder
                .with_client_auth_cert(certificates(cert)?, private)
                .map_err(|error| not_usable(cert, &error.to_string()))?
        }
        _ => builder.with_no_client_auth(),
    };
    Ok(Arc::new(configuration))
}

fn certificates(file: &Path) -> Result<Vec<CertificateDer<'static>>, Failure> {
    let read = CertificateDer::pem_file_iter(file).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let certificates = read.map_err(|error| not_usable(file, &error.to_string()))?;
    if certificates.is_empty() {
        return Err(not_usable(file, "it has no certificate in PEM"));
    }
    Ok(certificates)
}

fn not_usable(file: &Path, what: &str) -> Failure {
    Failure::usage(
        format!("{} is of no use: {what}", file.display()),
        "check that it is the right file",
    )
}

fn shake_hands(
    address: &Address,
    tls: Arc<ClientConfig>,
    socket: TcpStream,
) -> Result<StreamOwned<ClientConnection, TcpStream>, Failure> {
    let name = ServerName::try_from(address.host.clone()).map_err(|_| {
        Failure::usage(format!("`{}` is no name of a server", address.host), "check the address")
    })?;
    let connection =
        ClientConnection::new(tls, name).map_err(|error| refused(address, &error.to_string()))?;
    let mut stream = StreamOwned::new(connection, socket);
    while stream.conn.is_handshaking() {
        stream
            .conn
            .complete_io(&mut stream.sock)
            .map_err(|error| refused(address, &error.to_string()))?;
    }
    Ok(stream)
}

fn refused(address: &Address, what: &str) -> Failure {
    Failure::Exchange {
        what: format!("TLS with {address} failed: {what}"),
        remedy: "check that --ca has signed the server's certificate and that the certificate is for this host; \
                 most KMIP servers want a client's certificate too, with --cert and --key"
            .to_owned(),
        exit: Exit::Refused,
    }
}

/// Takes one TTLV message.
fn receive(address: &Address, stream: &mut dyn Stream) -> Result<Message, Failure> {
    let waiting = "waiting for the answer";
    let mut header = [0; HEADER];
    stream.read_exact(&mut header).map_err(|error| broken(address, waiting, &error))?;
    let [_, _, _, _, length @ ..] = header;
    let length = usize::try_from(u32::from_be_bytes(length)).unwrap_or(usize::MAX);
    if length > LONGEST {
        let error = io::Error::other(format!("it claims to have {length} bytes"));
        return Err(broken(address, "reading the answer", &error));
    }
    let mut answer = WipedBytes::new(vec![0; HEADER + length]);
    let (start, rest) = answer.split_at_mut(HEADER);
    start.copy_from_slice(&header);
    stream.read_exact(rest).map_err(|error| broken(address, "reading the answer", &error))?;
    let is_message = Item::parse(&answer, &encoding::limits()).is_ok();
    if !is_message {
        let read = encoding::read_one(&answer, Some(Encoding::Binary));
        return read.map_err(|failure| not_an_answer(address, failure));
    }
    Ok(Message::binary(answer))
}

/// What broke while a message was exchanged.
pub(super) fn broken(address: &Address, doing: &str, error: &io::Error) -> Failure {
    // In TLS 1.3 a server judges the client's certificate after the client thinks the handshake is over.
    let cause = error.get_ref().and_then(|cause| cause.downcast_ref::<rustls::Error>());
    if let Some(cause @ rustls::Error::AlertReceived(_)) = cause {
        return refused(address, &cause.to_string());
    }
    let (what, remedy) = match error.kind() {
        io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut => {
            (format!("{address} took too long ({doing})"), "wait longer with --timeout SECONDS")
        }
        io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset => (
            format!("{address} closed the connection ({doing})"),
            "the server may want another certificate, or took the message for none; its log says more",
        ),
        _ => (format!("the connection to {address} broke ({doing}): {error}"), ""),
    };
    Failure::Exchange { what, remedy: remedy.to_owned(), exit: Exit::Failed }
}

fn not_an_answer(address: &Address, failure: Failure) -> Failure {
    Failure::Exchange {
        what: format!("the answer of {address} is no KMIP message: {failure}"),
        remedy: "check that a KMIP server listens there".to_owned(),
        exit: Exit::Failed,
    }
}
