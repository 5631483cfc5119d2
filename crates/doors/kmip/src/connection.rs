//! One kept-alive connection: messages one after the other, each answered before the next is read.
//!
//! A message is framed by its own first eight bytes: tag, type and length (KMIP 2.1 §10.1). What isn't a request message, or
//! claims to be longer than the limit, ends the connection after an answer that says so; memory is taken as bytes arrive and
//! never by a length that is merely claimed.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use claviger_wire_ttlv::Buffer;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::time::timeout;
use zeroize::Zeroize;

use crate::door::{Door, Session};

/// Tag, type and length.
const HEADER: usize = 8;
/// The tag and type of a request message: Structure.
const REQUEST: [u8; 4] = [0x42, 0x00, 0x78, 0x01];
/// The tag and type of a response message, with which a client answers what it is told.
const RESPONSE: [u8; 4] = [0x42, 0x00, 0x7b, 0x01];
/// What is read at once at least.
const CHUNK: usize = 8 << 10;
/// The largest buffer that is kept for the next message.
const KEPT: usize = 64 << 10;
/// How long an answer may take to be sent.
const SEND_DEADLINE: Duration = Duration::from_secs(30);

/// Why a connection ends.
enum End {
    /// The client closed it, was silent for too long, or it broke.
    Closed,
    /// What came is no request message.
    NotAMessage,
    /// The message is longer than the limit.
    TooLong,
}

/// Serves a connection until it ends or the service stops.
pub(crate) async fn serve<S: AsyncRead + AsyncWrite + Unpin>(
    door: &Arc<Door>,
    mut stream: S,
    session: &Session,
    shutdown: impl Future<Output = ()>,
) {
    let mut shutdown = std::pin::pin!(shutdown);
    let mut input = Input::new();
    loop {
        let message = tokio::select! {
            biased;
            message = input.message(&mut stream, door, REQUEST) => message,
            () = &mut shutdown => break,
        };
        let (answer, pushed) = match message {
            Ok(length) => {
                let answer = door.answer(session, input.first(length)).await;
                input.consume(length);
                answer
            }
            Err(End::Closed) => break,
            Err(End::NotAMessage) => {
                let _ = send(&mut stream, &door.refuse_unreadable()).await;
                break;
            }
            Err(End::TooLong) => {
                let _ = send(&mut stream, &door.refuse_too_long()).await;
                break;
            }
        };
        if send(&mut stream, &answer).await.is_err() {
            break;
        }
        if tell(door, &mut stream, &mut input, &pushed).await.is_err() {
            break;
        }
    }
    let _ = timeout(SEND_DEADLINE, stream.shutdown()).await;
}

/// Sends the client requests of the service's own, and reads its answers. What they say changes nothing.
async fn tell<S: AsyncRead + AsyncWrite + Unpin>(
    door: &Door,
    stream: &mut S,
    input: &mut Input,
    requests: &[Buffer],
) -> Result<(), End> {
    for request in requests {
        send(stream, request).await?;
        let length = input.message(stream, door, RESPONSE).await?;
        input.consume(length);
    }
    Ok(())
}

async fn send<S: AsyncWrite + Unpin>(stream: &mut S, answer: &Buffer) -> Result<(), End> {
    let sent = timeout(SEND_DEADLINE, async {
        stream.write_all(answer).await?;
        stream.flush().await
    });
    match sent.await {
        Ok(Ok(())) => Ok(()),
        _ => Err(End::Closed),
    }
}

/// What has arrived and isn't answered yet. It holds plaintexts and keys, so that it is wiped behind every message.
struct Input {
    bytes: Vec<u8>,
    filled: usize,
}

impl Input {
    fn new() -> Self {
        Self { bytes: vec![0; CHUNK], filled: 0 }
    }

    /// Waits for a whole message of this kind and returns its length. Nothing is lost if the future is dropped while it waits.
    async fn message<S: AsyncRead + Unpin>(
        &mut self,
        stream: &mut S,
        door: &Door,
        begins: [u8; 4],
    ) -> Result<usize, End> {
        if self.filled == 0 {
            self.read(stream, door.options.idle_deadline).await?;
        }
        let whole = async {
            while self.filled < HEADER {
                if !begins.starts_with(&self.bytes[..self.filled.min(4)]) {
                    return Err(End::NotAMessage);
                }
                self.read_some(stream).await?;
            }
            let length = self.claimed(door.options.message_limit, begins)?;
            while self.filled < length {
                self.read_some(stream).await?;
            }
            Ok(length)
        };
        timeout(door.options.message_deadline, whole).await.unwrap_or(Err(End::Closed))
    }

    /// The length that the first header claims, header included.
    fn claimed(&self, limit: usize, begins: [u8; 4]) -> Result<usize, End> {
        if !self.bytes.starts_with(&begins) {
            return Err(End::NotAMessage);
        }
        let length = self.bytes[4..HEADER].iter().fold(0, |all, &byte| all << 8 | usize::from(byte));
        if length > limit { Err(End::TooLong) } else { Ok(HEADER + length) }
    }

    async fn read<S: AsyncRead + Unpin>(
        &mut self,
        stream: &mut S,
        deadline: Duration,
    ) -> Result<(), End> {
        timeout(deadline, self.read_some(stream)).await.unwrap_or(Err(End::Closed))
    }

    async fn read_some<S: AsyncRead + Unpin>(&mut self, stream: &mut S) -> Result<(), End> {
        if self.bytes.len() - self.filled < CHUNK / 2 {
            self.grow();
        }
        match stream.read(&mut self.bytes[self.filled..]).await {
            Ok(0) | Err(_) => Err(End::Closed),
            Ok(read) => {
                self.filled += read;
                Ok(())
            }
        }
    }

    /// Doubles the room. The old buffer is wiped.
    fn grow(&mut self) {
        let mut larger = vec![0; 2 * self.bytes.len()];
        larger[..self.filled].copy_from_slice(&self.bytes[..self.filled]);
        std::mem::replace(&mut self.bytes, larger).zeroize();
    }

    fn first(&self, length: usize) -> &[u8] {
        &self.bytes[..length]
    }

    /// Wipes a message and moves what has arrived behind it to the front.
    fn consume(&mut self, length: usize) {
        self.bytes.copy_within(length..self.filled, 0);
        let left = self.filled - length;
        self.bytes[left..self.filled].zeroize();
        self.filled = left;
        if self.bytes.len() > KEPT && left < CHUNK {
            let mut smaller = vec![0; CHUNK.max(2 * left)];
            smaller[..left].copy_from_slice(&self.bytes[..left]);
            std::mem::replace(&mut self.bytes, smaller).zeroize();
        }
    }
}

impl Drop for Input {
    fn drop(&mut self) {
        self.bytes.zeroize();
    }
}
