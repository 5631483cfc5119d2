//! The smallest HTTP/1.1 client that can keep a server busy: requests are bytes made beforehand, replies are
//! parsed only as far as it takes to know their status and where they end (RFC 9112 §6).
//!
//! Connections are kept open, one request is under way on each at a time, and nothing is copied but the
//! kernel's own copy into one buffer that is used again. A general client would cost more processor time than the
//! servers under test.

use std::{io, net::SocketAddr, ops::Range};

use thiserror::Error;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// One connection, kept open between requests.
pub struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

impl Connection {
    /// Connects; small packets leave at once (`TCP_NODELAY`).
    pub async fn open(address: SocketAddr) -> Result<Self, HttpError> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: vec![0; INITIAL_BUFFER] })
    }

    /// Sends one whole request and reads the whole reply.
    ///
    /// After an error the connection must not be used again: where the next reply starts is unknown.
    pub async fn exchange(&mut self, request: &[u8]) -> Result<Reply<'_>, HttpError> {
        self.stream.write_all(request).await?;
        let mut filled = 0;
        let head = loop {
            filled += self.fill(filled).await?;
            if let Some(head) = parse_head(&self.buffer[..filled])? {
                break head;
            }
        };
        let body = match head.framing {
            Framing::Length(length) => {
                let end = head.end + length;
                if self.buffer.len() < end {
                    self.buffer.resize(end, 0);
                }
                while filled < end {
                    filled += self.fill(filled).await?;
                }
                Body { whole: head.end..end, chunked: false }
            }
            Framing::Chunked => {
                let mut chunks = Chunks::new(head.end);
                while !chunks.advance(&self.buffer[..filled])? {
                    filled += self.fill(filled).await?;
                }
                Body { whole: head.end..chunks.position, chunked: true }
            }
        };
        if filled != body.whole.end {
            return Err(HttpError::TrailingBytes);
        }
        Ok(Reply { status: head.status, close: head.close, body, buffer: &self.buffer })
    }

    async fn fill(&mut self, filled: usize) -> Result<usize, HttpError> {
        if filled == self.buffer.len() {
            if filled >= LARGEST_REPLY {
                return Err(HttpError::TooLarge);
            }
            self.buffer.resize(filled * 2, 0);
        }
        match self.stream.read(&mut self.buffer[filled..]).await? {
            0 => Err(HttpError::Closed),
            read => Ok(read),
        }
    }
}

/// One reply, whose bytes stay in the connection's buffer.
pub struct Reply<'a> {
    /// The status code.
    pub status: u16,
    /// Whether the server will close the connection.
    pub close: bool,
    body: Body,
    buffer: &'a [u8],
}

impl Reply<'_> {
    /// Whether the status is 2xx.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// How many bytes the body took on the wire, chunk framing included.
    pub fn body_length(&self) -> usize {
        self.body.whole.len()
    }

    /// The body, its chunks joined.
    pub fn body(&self) -> Vec<u8> {
        let raw = &self.buffer[self.body.whole.clone()];
        if self.body.chunked { join_chunks(raw) } else { raw.to_vec() }
    }
}

/// What can go wrong in an exchange.
#[derive(Debug, Error)]
pub enum HttpError {
    /// The socket failed.
    #[error("the connection failed: {0}")]
    Io(#[from] io::Error),
    /// The server closed before the reply was whole.
    #[error("the server closed the connection in the middle of a reply")]
    Closed,
    /// The bytes are no HTTP/1.1 reply.
    #[error("the reply is not HTTP/1.1: {0}")]
    Malformed(&'static str),
    /// More bytes than the reply came, although nothing further had been asked.
    #[error("the server sent more bytes than its reply has")]
    TrailingBytes,
    /// The reply is larger than any that a workload expects.
    #[error("the reply is larger than {LARGEST_REPLY} bytes")]
    TooLarge,
}

/// Writes one request with a JSON body (none for an empty one) and further headers.
pub fn write_request(
    method: &str,
    path: &str,
    address: SocketAddr,
    headers: &[(&str, &str)],
    body: &[u8],
) -> Vec<u8> {
    let mut request = format!("{method} {path} HTTP/1.1\r\nHost: {address}\r\n");
    for (name, value) in headers {
        request.push_str(name);
        request.push_str(": ");
        request.push_str(value);
        request.push_str("\r\n");
    }
    if !body.is_empty() || method != "GET" {
        request.push_str("Content-Type: application/json\r\n");
        request.push_str(&format!("Content-Length: {}\r\n", body.len()));
    }
    request.push_str("\r\n");
    let mut bytes = request.into_bytes();
    bytes.extend_from_slice(body);
    bytes
}

struct Body {
    whole: Range<usize>,
    chunked: bool,
}

#[derive(Debug, PartialEq, Eq)]
struct Head {
    status: u16,
    framing: Framing,
    close: bool,
    end: usize,
}

#[derive(Debug, PartialEq, Eq)]
enum Framing {
    Length(usize),
    Chunked,
}

/// Parses status line and headers once they are whole; `None` asks for more bytes.
fn parse_head(bytes: &[u8]) -> Result<Option<Head>, HttpError> {
    let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") else {
        if bytes.len() > LARGEST_HEAD {
            return Err(HttpError::Malformed("its headers do not end"));
        }
        return Ok(None);
    };
    let mut lines = bytes[..end].split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii_end);
    let status = parse_status(lines.next().unwrap_or_default())?;
    let mut framing = match status {
        100..200 => return Err(HttpError::Malformed("an interim status that nobody asked for")),
        204 | 304 => Some(Framing::Length(0)),
        _ => None,
    };
    let mut close = false;
    for line in lines {
        let Some(colon) = line.iter().position(|byte| *byte == b':') else {
            return Err(HttpError::Malformed("a header without a colon"));
        };
        let (name, value) = (&line[..colon], line[colon + 1..].trim_ascii());
        if name.eq_ignore_ascii_case(b"content-length") && framing.is_none() {
            let length = parse_decimal(value)
                .filter(|length| *length <= LARGEST_REPLY)
                .ok_or(HttpError::Malformed("a Content-Length that is no number, or too large"))?;
            framing = Some(Framing::Length(length));
        } else if name.eq_ignore_ascii_case(b"transfer-encoding")
            && value.eq_ignore_ascii_case(b"chunked")
        {
            framing = Some(Framing::Chunked);
        } else if name.eq_ignore_ascii_case(b"connection") {
            close = value.eq_ignore_ascii_case(b"close");
        }
    }
    let framing = framing.ok_or(HttpError::Malformed("it does not say where it ends"))?;
    Ok(Some(Head { status, framing, close, end: end + 4 }))
}

fn parse_status(line: &[u8]) -> Result<u16, HttpError> {
    line.strip_prefix(b"HTTP/1.1 ")
        .and_then(|rest| rest.get(..3))
        .and_then(parse_decimal)
        .and_then(|status| u16::try_from(status).ok())
        .ok_or(HttpError::Malformed("its first line is no status line"))
}

fn parse_decimal(digits: &[u8]) -> Option<usize> {
    std::str::from_utf8(digits).ok()?.parse().ok()
}

/// Walks over a chunked body (RFC 9112 §7.1) as it arrives, without copying it.
struct Chunks {
    /// Where the next chunk's size line starts; after the last chunk, where the body ends.
    position: usize,
}

impl Chunks {
    fn new(position: usize) -> Self {
        Self { position }
    }

    /// Goes as far as the bytes allow; true once the body is whole. Trailers are refused.
    fn advance(&mut self, bytes: &[u8]) -> Result<bool, HttpError> {
        loop {
            let Some((size, data)) = chunk_size(bytes, self.position)? else { return Ok(false) };
            let next = data + size + 2;
            if next > bytes.len() {
                return Ok(false);
            }
            if &bytes[next - 2..next] != b"\r\n" {
                return Err(HttpError::Malformed("a chunk is longer than its size says"));
            }
            self.position = next;
            if size == 0 {
                return Ok(true);
            }
        }
    }
}

/// The size of the chunk whose size line starts at `position`, and where its data starts.
fn chunk_size(bytes: &[u8], position: usize) -> Result<Option<(usize, usize)>, HttpError> {
    let rest = bytes.get(position..).unwrap_or_default();
    let Some(end) = rest.windows(2).position(|window| window == b"\r\n") else {
        return if rest.len() > LARGEST_HEAD {
            Err(HttpError::Malformed("a chunk without a size"))
        } else {
            Ok(None)
        };
    };
    let size = std::str::from_utf8(&rest[..end])
        .ok()
        .and_then(|digits| usize::from_str_radix(digits, 16).ok())
        .filter(|size| *size <= LARGEST_REPLY)
        .ok_or(HttpError::Malformed("a chunk size that is no number, or too large"))?;
    Ok(Some((size, position + end + 2)))
}

/// Joins the chunks of a body that [`Chunks`] has found whole.
fn join_chunks(raw: &[u8]) -> Vec<u8> {
    let mut body = Vec::with_capacity(raw.len());
    let mut position = 0;
    while let Ok(Some((size, data))) = chunk_size(raw, position) {
        if size == 0 {
            break;
        }
        body.extend_from_slice(&raw[data..data + size]);
        position = data + size + 2;
    }
    body
}

const INITIAL_BUFFER: usize = 16 * 1024;
const LARGEST_HEAD: usize = 16 * 1024;
const LARGEST_REPLY: usize = 64 * 1024 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_is_parsed_once_it_is_whole() {
        let reply =
            b"HTTP/1.1 201 Created\r\ncontent-LENGTH: 12\r\nX-Other: a:b\r\n\r\n{\"ok\":true}!";
        for length in 0..reply.len() - 12 {
            assert!(parse_head(&reply[..length]).expect("no error").is_none(), "at {length}");
        }
        let head = parse_head(reply).expect("well-formed").expect("whole");
        assert_eq!(head.status, 201);
        assert_eq!(head.framing, Framing::Length(12));
        assert_eq!(head.end + 12, reply.len());
        assert!(!head.close);
    }

    #[test]
    fn a_reply_without_a_body_needs_no_length() {
        let head = parse_head(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n");
        let head = head.expect("well-formed").expect("whole");
        assert_eq!(head.framing, Framing::Length(0));
        assert!(head.close);
    }

    #[test]
    fn what_is_no_reply_is_refused() {
        for bytes in [
            b"HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\n".as_slice(),
            b"HTTP/1.1 200 OK\r\n\r\n",
            b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
            b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n",
            b"HTTP/1.1 2x0 OK\r\nContent-Length: 1\r\n\r\n",
            b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
            b"\r\n\r\n",
        ] {
            assert!(parse_head(bytes).is_err(), "{}", String::from_utf8_lossy(bytes));
        }
        assert!(parse_head(&vec![b'a'; LARGEST_HEAD + 1]).is_err());
    }

    #[test]
    fn chunks_are_followed_as_they_arrive_and_joined() {
        let raw = b"4\r\nWiki\r\n6\r\npedia \r\nb\r\nin \r\nchunks\r\n0\r\n\r\n";
        let mut chunks = Chunks::new(0);
        for length in 0..raw.len() {
            assert!(!chunks.advance(&raw[..length]).expect("well-formed"), "at {length}");
        }
        assert!(chunks.advance(raw).expect("well-formed"));
        assert_eq!(chunks.position, raw.len());
        assert_eq!(join_chunks(raw), b"Wikipedia in \r\nchunks");
    }

    #[test]
    fn wrong_chunks_are_refused() {
        for raw in [b"zz\r\n".as_slice(), b"3\r\nabcd\r\n0\r\n\r\n", b"ffffffffff\r\n"] {
            assert!(Chunks::new(0).advance(raw).is_err(), "{}", String::from_utf8_lossy(raw));
        }
    }

    #[test]
    fn a_request_is_written_whole() {
        let address = SocketAddr::from(([127, 0, 0, 1], 80));
        let request = write_request("POST", "/x", address, &[("X-Token", "t")], b"{}");
        let expected = "POST /x HTTP/1.1\r\nHost: 127.0.0.1:80\r\nX-Token: t\r\n\
                        Content-Type: application/json\r\nContent-Length: 2\r\n\r\n{}";
        assert_eq!(String::from_utf8(request).expect("text"), expected);
        let bare = write_request("GET", "/", address, &[], b"");
        assert_eq!(bare, b"GET / HTTP/1.1\r\nHost: 127.0.0.1:80\r\n\r\n");
    }
}
