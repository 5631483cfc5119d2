//! The smallest client of a server that takes KMIP messages behind TLS with client certificates: messages are bytes made
//! beforehand, and answers are read only as far as it takes to know where they end and whether they say Success.
//!
//! A message is a TTLV structure: three bytes of tag, one of type, four of length, and so many bytes
//! (KMIP 1.4, section 9.1.1).

use std::{io, net::SocketAddr, path::Path, sync::Arc};

use anyhow::{Context, Result};
use claviger_certificates::layout;
use rustls::{
    ClientConfig, RootCertStore,
    client::Resumption,
    pki_types::{CertificateDer, PrivateKeyDer, ServerName, pem::PemObject},
};
use thiserror::Error;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};
use tokio_rustls::{TlsConnector, client::TlsStream};

/// Who connects, and where to.
#[derive(Clone)]
pub struct Client {
    address: SocketAddr,
    connector: TlsConnector,
}

impl Client {
    /// A client with the certificate of this name in an authority's directory. It never resumes a session.
    pub fn new(address: SocketAddr, directory: &Path, name: &str) -> Result<Self> {
        let authority = layout::certificate(directory, layout::AUTHORITY);
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_file(authority).context("no authority")?)?;
        let certificate = CertificateDer::from_pem_file(layout::certificate(directory, name));
        let key = PrivateKeyDer::from_pem_file(layout::key(directory, name));
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let mut config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots)
            .with_client_auth_cert(
                vec![certificate.context("no certificate of a client")?],
                key.context("no key of a client")?,
            )?;
        config.resumption = Resumption::disabled();
        Ok(Self { address, connector: TlsConnector::from(Arc::new(config)) })
    }

    /// Connects and shakes hands; small packets leave at once (`TCP_NODELAY`).
    pub async fn connect(&self) -> Result<Connection, MessageError> {
        let stream = TcpStream::connect(self.address).await?;
        stream.set_nodelay(true)?;
        let name = ServerName::IpAddress(self.address.ip().into());
        let stream = self.connector.connect(name, stream).await?;
        Ok(Connection { stream, buffer: vec![0; INITIAL_BUFFER] })
    }
}

/// One connection, kept open between messages.
pub struct Connection {
    stream: TlsStream<TcpStream>,
    buffer: Vec<u8>,
}

impl Connection {
    /// Sends one message and reads the whole answer.
    ///
    /// After an error the connection must not be used again: where the next answer starts is unknown.
    pub async fn exchange(&mut self, message: &[u8]) -> Result<Message<'_>, MessageError> {
        self.stream.write_all(message).await?;
        self.stream.flush().await?;
        let mut filled = 0;
        loop {
            if let Some(length) = message_length(&self.buffer[..filled]) {
                if length > LARGEST_MESSAGE {
                    return Err(MessageError::TooLarge);
                }
                if filled > length {
                    return Err(MessageError::TrailingBytes);
                }
                if filled == length {
                    return Ok(Message(&self.buffer[..length]));
                }
                if self.buffer.len() < length {
                    self.buffer.resize(length, 0);
                }
            }
            match self.stream.read(&mut self.buffer[filled..]).await? {
                0 => return Err(MessageError::Closed),
                read => filled += read,
            }
        }
    }

    /// Says goodbye and closes.
    pub async fn close(mut self) -> Result<(), MessageError> {
        self.stream.shutdown().await?;
        Ok(())
    }
}

/// How long a message is that starts so; `None` as long as that is not known.
pub fn message_length(start: &[u8]) -> Option<usize> {
    let length: [u8; 4] = start.get(4..HEADER)?.try_into().ok()?;
    usize::try_from(u32::from_be_bytes(length)).ok()?.checked_add(HEADER)
}

/// One answer, whose bytes stay in the connection's buffer.
pub struct Message<'a>(&'a [u8]);

impl<'a> Message<'a> {
    /// The message.
    pub fn bytes(&self) -> &'a [u8] {
        self.0
    }

    /// Whether it has a batch item with the result status Success.
    pub fn is_success(&self) -> bool {
        self.0.windows(SUCCESS.len()).any(|window| window == SUCCESS)
    }
}

/// What can go wrong in an exchange.
#[derive(Debug, Error)]
pub enum MessageError {
    /// The socket or TLS failed.
    #[error("the connection failed: {0}")]
    Io(#[from] io::Error),
    /// The server closed before the answer was whole.
    #[error("the server closed the connection in the middle of an answer")]
    Closed,
    /// More bytes than the answer came, although nothing further had been asked.
    #[error("the server sent more bytes than its answer has")]
    TrailingBytes,
    /// The answer is larger than any that a workload expects.
    #[error("the answer is larger than {LARGEST_MESSAGE} bytes")]
    TooLarge,
}

/// Tag, type and length.
pub const HEADER: usize = 8;
const INITIAL_BUFFER: usize = 16 * 1024;
const LARGEST_MESSAGE: usize = 1 << 20;

/// ResultStatus (0x42007F), an enumeration of four bytes: Success (0), and the padding.
const SUCCESS: &[u8] = &[0x42, 0x00, 0x7F, 0x05, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_length_is_known_with_the_header() {
        let message = [0x42, 0, 0x7B, 1, 0, 0, 1, 2, 9];
        for length in 0..HEADER {
            assert_eq!(message_length(&message[..length]), None);
        }
        assert_eq!(message_length(&message), Some(HEADER + 258));
    }

    #[test]
    fn success_is_found_and_failure_is_not() {
        let mut message = vec![0x42, 0, 0x7B, 1, 0, 0, 0, 16];
        message.extend_from_slice(SUCCESS);
        assert!(Message(&message).is_success());
        message[HEADER + 11] = 1;
        assert!(!Message(&message).is_success());
    }
}
