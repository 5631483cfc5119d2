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
use zeroize::Zeroize;

use crate::door::{Door, FRAMING, Session};
use crate::options::KmipOptions;
use crate::patience::Patience;

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
    let mut patience = Patience::new();
    loop {
        let message = tokio::select! {
            // A client that never pauses doesn't keep the service from stopping.
            biased;
            () = &mut shutdown => break,
            message = input.message(&mut stream, door, REQUEST, &mut patience) => message,
        };
        let (answer, pushed) = match message {
            Ok(length) => {
                let answer = door.answer(session, input.first(length)).await;
                input.consume(length);
                answer
            }
            Err(End::Closed) => break,
            Err(End::NotAMessage) => {
                let _ = send(&mut stream, &door.refuse_unreadable(), &mut patience).await;
                break;
            }
            Err(End::TooLong) => {
                let _ = send(&mut stream, &door.refuse_too_long(), &mut patience).await;
                break;
            }
        };
        if send(&mut stream, &answer, &mut patience).await.is_err() {
            break;
        }
        if tell(door, &mut stream, &mut input, &pushed, &mut patience).await.is_err() {
            break;
        }
    }
    let _ = patience.within(SEND_DEADLINE, stream.shutdown()).await;
}

/// Sends the client requests of the service's own, and reads its answers. What they say changes nothing. A client that sends
/// its next request instead of an answer isn't one that takes such requests, and the connection ends.
async fn tell<S: AsyncRead + AsyncWrite + Unpin>(
    door: &Door,
    stream: &mut S,
    input: &mut Input,
    requests: &[Buffer],
    patience: &mut Patience,
) -> Result<(), End> {
    for request in requests {
        send(stream, request, patience).await?;
        let length = input.message(stream, door, RESPONSE, patience).await?;
        input.consume(length);
    }
    Ok(())
}

async fn send<S: AsyncWrite + Unpin>(
    stream: &mut S,
    answer: &Buffer,
    patience: &mut Patience,
) -> Result<(), End> {
    let sent = patience.within(SEND_DEADLINE, async {
        stream.write_all(answer).await?;
        stream.flush().await
    });
    match sent.await {
        Some(Ok(())) => Ok(()),
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
        patience: &mut Patience,
    ) -> Result<usize, End> {
        let KmipOptions { message_limit, idle_deadline, message_deadline, .. } = door.options;
        if self.filled == 0 {
            let begun = patience.within(idle_deadline, self.read_some(stream)).await;
            begun.unwrap_or(Err(End::Closed))?;
        }
        if let Some(length) = self.whole(message_limit, begins)? {
            return Ok(length);
        }
        let rest = async {
            loop {
                self.read_some(stream).await?;
                if let Some(length) = self.whole(message_limit, begins)? {
                    return Ok(length);
                }
            }
        };
        patience.within(message_deadline, rest).await.unwrap_or(Err(End::Closed))
    }

    /// The length of the first message, if all of it has arrived.
    fn whole(&self, limit: usize, begins: [u8; 4]) -> Result<Option<usize>, End> {
        let arrived = &self.bytes[..self.filled];
        if !begins.starts_with(&arrived[..arrived.len().min(begins.len())]) {
            return Err(End::NotAMessage);
        }
        let Some([_, _, _, _, length @ ..]) = arrived.first_chunk::<FRAMING>() else {
            return Ok(None);
        };
        let length = usize::try_from(u32::from_be_bytes(*length)).map_err(|_| End::TooLong)?;
        if length > limit {
            return Err(End::TooLong);
        }
        Ok(Some(FRAMING + length).filter(|&whole| whole <= arrived.len()))
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
