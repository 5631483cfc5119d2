//! A TCP stream that notes what its peer does, and may give bytes back that were read to look at them.

use std::io::{self, IoSlice};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

use super::watched::Connection;

/// With what a client begins that speaks HTTP/2 without asking (RFC 9113, section 3.4).
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// What a client speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Spoken {
    /// HTTP/1.1 or 1.0.
    Http1,
    /// HTTP/2.
    Http2,
}

/// A TCP stream.
pub(super) struct Stream {
    inner: TcpStream,
    connection: Connection,
    /// What was read to look at it, and has still to be given out.
    first: [u8; PREFACE.len()],
    first_start: usize,
    first_end: usize,
}

impl Stream {
    /// Around `inner`.
    pub(super) fn new(inner: TcpStream, connection: Connection) -> Self {
        Self { inner, connection, first: [0; PREFACE.len()], first_start: 0, first_end: 0 }
    }

    /// Waits for the client's first bytes and says what it speaks; none if it has gone. The bytes are read again later.
    pub(super) async fn protocol(&mut self) -> io::Result<Option<Spoken>> {
        loop {
            let read = self.inner.read(&mut self.first[self.first_end..]).await?;
            if read == 0 {
                return Ok(None);
            }
            self.first_end += read;
            let first = &self.first[..self.first_end];
            if first != &PREFACE[..first.len()] {
                return Ok(Some(Spoken::Http1));
            }
            if first.len() == PREFACE.len() {
                return Ok(Some(Spoken::Http2));
            }
        }
    }

    fn note_write<T>(&self, written: Poll<T>) -> Poll<T> {
        self.connection.is_stalled(written.is_pending());
        if written.is_ready() {
            self.connection.has_written();
        }
        written
    }
}

impl AsyncRead for Stream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.first_start < self.first_end {
            let count = (self.first_end - self.first_start).min(buffer.remaining());
            let end = self.first_start + count;
            buffer.put_slice(&self.first[self.first_start..end]);
            self.first_start = end;
            return Poll::Ready(Ok(()));
        }
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.inner).poll_read(context, buffer))?;
        if buffer.filled().len() > before {
            self.connection.has_read();
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Stream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.inner).poll_write(context, bytes);
        self.note_write(written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.inner).poll_write_vectored(context, slices);
        self.note_write(written)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(context)
    }
}
