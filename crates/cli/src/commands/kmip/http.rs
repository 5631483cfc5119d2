//! `POST` of a message (HTTP/1.1, RFC 9112), as much of it as a message needs.

use std::io;

use super::LONGEST;
use super::address::Address;
use super::exchange::{Stream, broken};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::wiped::WipedBytes;

/// The longest header section that is read.
const LONGEST_HEADER: usize = 64 << 10;
/// How much is read at once.
const STEP: usize = 16 << 10;

/// Posts a body and takes the body of the answer, which must be of the same type.
///
/// # Errors
/// [`Failure::Exchange`] says what broke, or what the server said instead.
pub(super) fn post(
    stream: &mut dyn Stream,
    address: &Address,
    content_type: &str,
    body: &[u8],
) -> Result<WipedBytes, Failure> {
    let head = format!(
        "POST {} HTTP/1.1\r\nHost: {}\r\nContent-Type: {content_type}\r\nAccept: {content_type}\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n",
        address.path,
        address.authority(),
        body.len()
    );
    stream
        .write_all(head.as_bytes())
        .and_then(|()| stream.write_all(body))
        .and_then(|()| stream.flush())
        .map_err(|error| broken(address, "sending the message", &error))?;
    let (head, rest) = head_of(stream, address)?;
    let answer = body_of(stream, address, &head, rest)?;
    if head.status != 200 {
        return Err(refused(address, &head, &answer));
    }
    let media_type = head.content_type.split(';').next().unwrap_or_default().trim();
    if !media_type.eq_ignore_ascii_case(content_type) {
        let what = format!("{address} answers with {media_type:?}");
        return Err(unexpected(
            what,
            "check the path of the address: a KMIP server takes messages there",
        ));
    }
    Ok(answer)
}

/// What the head of an answer says.
#[derive(Debug, PartialEq, Eq)]
struct Head {
    status: u16,
    length: Length,
    content_type: String,
}

/// How long the body is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Length {
    /// So many bytes.
    Known(usize),
    /// In pieces that say their lengths.
    Chunked,
    /// Until the connection ends.
    ToTheEnd,
}

impl Head {
    /// Reads a head; none if it is no head of HTTP/1.
    fn read(bytes: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(bytes).ok()?;
        let status = text.strip_prefix("HTTP/1.")?.get(2..5)?.parse().ok()?;
        let field = |name: &str| {
            text.split("\r\n").skip(1).find_map(|line| {
                let (key, value) = line.split_once(':')?;
                key.eq_ignore_ascii_case(name).then(|| value.trim())
            })
        };
        let length = match (field("transfer-encoding"), field("content-length")) {
            (Some(coding), _) if coding.eq_ignore_ascii_case("chunked") => Length::Chunked,
            (Some(_), _) => return None,
            (None, Some(length)) => Length::Known(length.parse().ok()?),
            (None, None) => Length::ToTheEnd,
        };
        let content_type = field("content-type").unwrap_or_default().to_owned();
        Some(Self { status, length, content_type })
    }
}

/// Takes the head of an answer, and what came of the body with it.
fn head_of(stream: &mut dyn Stream, address: &Address) -> Result<(Head, WipedBytes), Failure> {
    let mut received = WipedBytes::default();
    let end = loop {
        if let Some(at) = received.windows(4).position(|window| window == b"\r\n\r\n") {
            break at + 4;
        }
        if received.len() > LONGEST_HEADER || !more(stream, address, &mut received)? {
            return Err(no_http(address));
        }
    };
    let head = received.get(..end).and_then(Head::read).ok_or_else(|| no_http(address))?;
    let rest = WipedBytes::new(received.get(end..).unwrap_or_default().to_vec());
    Ok((head, rest))
}

fn body_of(
    stream: &mut dyn Stream,
    address: &Address,
    head: &Head,
    mut body: WipedBytes,
) -> Result<WipedBytes, Failure> {
    let wanted = match head.length {
        Length::Known(length) => Some(length),
        Length::Chunked | Length::ToTheEnd => None,
    };
    while wanted.is_none_or(|wanted| body.len() < wanted) {
        if body.len() > LONGEST || wanted.is_some_and(|wanted| wanted > LONGEST) {
            return Err(unexpected(format!("the answer of {address} is too long"), ""));
        }
        if !more(stream, address, &mut body)? {
            break;
        }
    }
    match (head.length, wanted) {
        (Length::Chunked, _) => joined(&body).ok_or_else(|| no_http(address)),
        (_, Some(wanted)) if body.len() != wanted => {
            let error = io::Error::from(io::ErrorKind::UnexpectedEof);
            Err(broken(address, "reading the answer", &error))
        }
        _ => Ok(body),
    }
}

/// Reads some more; false at the end. A server that ends without a last word of TLS has ended too.
fn more(
    stream: &mut dyn Stream,
    address: &Address,
    received: &mut WipedBytes,
) -> Result<bool, Failure> {
    let mut piece = WipedBytes::new(vec![0; STEP]);
    let count = match stream.read(&mut piece) {
        Ok(count) => count,
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => 0,
        Err(error) => return Err(broken(address, "reading the answer", &error)),
    };
    received.extend_from_slice(piece.get(..count).unwrap_or_default());
    Ok(count > 0)
}

/// Joins a body that came in chunks (RFC 9112, section 7.1); none if it is not complete.
fn joined(mut rest: &[u8]) -> Option<WipedBytes> {
    let mut body = WipedBytes::with_capacity(rest.len());
    loop {
        let end = rest.windows(2).position(|window| window == b"\r\n")?;
        let line = std::str::from_utf8(rest.get(..end)?).ok()?;
        let length = usize::from_str_radix(line.split(';').next()?.trim(), 16).ok()?;
        rest = rest.get(end + 2..)?;
        if length == 0 {
            return Some(body);
        }
        body.extend_from_slice(rest.get(..length)?);
        rest = rest.get(length..)?.strip_prefix(b"\r\n")?;
    }
}

fn refused(address: &Address, head: &Head, answer: &[u8]) -> Failure {
    const SHOWN: usize = 300;
    let said = String::from_utf8_lossy(answer.get(..SHOWN).unwrap_or(answer));
    let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
    let remedy = match head.status {
        401 | 403 => "prove who you are with --cert and --key",
        404 | 405 => "check the path of the address",
        415 => "send the message in another encoding",
        _ => "",
    };
    unexpected(format!("{address} answers with HTTP status {}: {said:?}", head.status), remedy)
}

fn no_http(address: &Address) -> Failure {
    let remedy = "check the port; for a server that speaks TTLV without HTTP, write kmips://";
    unexpected(format!("{address} does not answer in HTTP/1.1"), remedy)
}

fn unexpected(what: String, remedy: &str) -> Failure {
    Failure::Exchange { what, remedy: remedy.to_owned(), exit: Exit::Failed }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_are_read() {
        let read = |text: &str| Head::read(text.as_bytes());
        let head = read("HTTP/1.1 200 OK\r\nContent-Length: 5\r\ncontent-type: text/xml\r\n\r\n");
        let expected =
            Head { status: 200, length: Length::Known(5), content_type: "text/xml".to_owned() };
        assert_eq!(head, Some(expected));
        let length = |text: &str| read(text).map(|head| head.length);
        assert_eq!(length("HTTP/1.0 200 OK\r\n\r\n"), Some(Length::ToTheEnd));
        assert_eq!(
            length("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"),
            Some(Length::Chunked)
        );
        for text in ["", "HTTP/2 200", "HTTP/1.1 x", "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n"]
        {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn chunks_are_joined() {
        let body = |text: &str| joined(text.as_bytes()).map(|body| body.to_vec());
        assert_eq!(body("3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n").as_deref(), Some(&b"abcde"[..]));
        for text in ["", "3\r\nab", "3\r\nabcd", "x\r\n", "ffffffffffffffff\r\na\r\n"] {
            assert_eq!(body(text), None, "{text}");
        }
    }
}
