//! TTLV messages in a TLS connection with a client certificate.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use rustls::pki_types::ServerName;
use rustls::{ClientConnection, StreamOwned};

use crate::server::ClientIdentity;

/// How long a server may take to answer. Making RSA keys takes seconds on a slow machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// Tag, type and length of a message.
const HEADER: usize = 8;

/// The longest answer that is read.
const LONGEST: usize = 64 << 20;

/// A connection.
pub(super) struct TlsStream {
    stream: StreamOwned<ClientConnection, TcpStream>,
}

impl TlsStream {
    /// Connects and shakes hands.
    pub(super) fn connect(address: SocketAddr, client: &ClientIdentity) -> Result<Self> {
        let socket = TcpStream::connect(address)?;
        socket.set_nodelay(true)?;
        socket.set_read_timeout(Some(PATIENCE))?;
        socket.set_write_timeout(Some(PATIENCE))?;
        let name = ServerName::from(address.ip());
        let connection = ClientConnection::new(Arc::clone(&client.tls), name)?;
        let mut stream = StreamOwned::new(connection, socket);
        stream.conn.complete_io(&mut stream.sock).context("the TLS handshake")?;
        Ok(Self { stream })
    }

    /// Sends bytes.
    pub(super) fn send(&mut self, bytes: &[u8]) -> Result<()> {
        self.stream.write_all(bytes).and_then(|()| self.stream.flush()).context("sending")
    }

    /// Takes one TTLV message.
    pub(super) fn receive(&mut self) -> Result<Vec<u8>> {
        let mut message = vec![0; HEADER];
        self.stream.read_exact(&mut message).context("the server sends no answer")?;
        let length = message.get(4..HEADER).and_then(|bytes| bytes.try_into().ok());
        let length = length.map_or(0, |bytes| u32::from_be_bytes(bytes) as usize);
        if length > LONGEST {
            bail!("the answer claims {length} bytes");
        }
        message.resize(HEADER + length, 0);
        let rest = message.get_mut(HEADER..).unwrap_or_default();
        self.stream.read_exact(rest).context("the server's answer ends early")?;
        Ok(message)
    }

    /// Takes some bytes; none at the end.
    pub(super) fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
        self.stream.read(buffer).context("the server sends no answer")
    }
}
