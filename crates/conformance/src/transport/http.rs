//! `POST /kmip` over a kept connection (HTTP/1.1, RFC 9112), as much of it as the runner needs.

use anyhow::{Context, Result, bail};

use super::tls::TlsStream;

/// The longest header section that is read.
const LONGEST_HEADER: usize = 16 << 10;
/// The longest body that is read.
const LONGEST_BODY: usize = 64 << 20;

/// Posts a message and takes the body of the answer, which must have the same content type.
///
/// # Errors
/// What broke on the way, or an answer that is none.
pub(super) fn post(stream: &mut TlsStream, content_type: &str, body: &[u8]) -> Result<Vec<u8>> {
    let head = format!(
        "POST /kmip HTTP/1.1\r\nHost: localhost\r\nContent-Type: {content_type}\r\n\
         Accept: {content_type}\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    stream.send(&[head.as_bytes(), body].concat())?;
    let mut received = Vec::new();
    let end = loop {
        if let Some(end) = received.windows(4).position(|window| window == b"\r\n\r\n") {
            break end + 4;
        }
        if received.len() > LONGEST_HEADER {
            bail!("the answer has an endless header");
        }
        more(stream, &mut received)?;
    };
    let head = Head::read(received.get(..end).unwrap_or_default())?;
    let mut answer = received.split_off(end);
    if head.length > LONGEST_BODY {
        bail!("the answer claims {} bytes", head.length);
    }
    while answer.len() < head.length {
        more(stream, &mut answer)?;
    }
    if answer.len() > head.length {
        bail!("the answer is longer than its Content-Length");
    }
    if head.status != 200 {
        bail!("HTTP {}: {}", head.status, String::from_utf8_lossy(&answer));
    }
    let media_type = head.content_type.split(';').next().unwrap_or_default().trim();
    if !media_type.eq_ignore_ascii_case(content_type) {
        bail!("the answer is {media_type:?}, and the request was {content_type:?}");
    }
    Ok(answer)
}

fn more(stream: &mut TlsStream, received: &mut Vec<u8>) -> Result<()> {
    let mut buffer = [0; 16 << 10];
    let count = stream.read(&mut buffer)?;
    if count == 0 {
        bail!("the server closes the connection instead of answering");
    }
    received.extend_from_slice(buffer.get(..count).unwrap_or_default());
    Ok(())
}

/// What the head of an answer says.
#[derive(Debug, PartialEq, Eq)]
struct Head {
    status: u16,
    length: usize,
    content_type: String,
}

impl Head {
    fn read(bytes: &[u8]) -> Result<Self> {
        let text = std::str::from_utf8(bytes).context("the head of the answer is no text")?;
        let mut lines = text.split("\r\n");
        let status = lines.next().and_then(|line| line.strip_prefix("HTTP/1.1 "));
        let status = status.and_then(|line| line.get(..3)?.parse().ok());
        let status = status.context("the answer is no HTTP/1.1")?;
        let field = |name: &str| {
            text.split("\r\n").skip(1).find_map(|line| {
                let (key, value) = line.split_once(':')?;
                key.trim().eq_ignore_ascii_case(name).then(|| value.trim().to_owned())
            })
        };
        let length = field("content-length").and_then(|length| length.parse().ok());
        Ok(Self {
            status,
            length: length.context("the answer has no Content-Length")?,
            content_type: field("content-type").unwrap_or_default(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn heads_are_read() {
        let head =
            Head::read(b"HTTP/1.1 200 OK\r\ncontent-Length: 12\r\nContent-Type: text/xml\r\n\r\n");
        let expected = Head { status: 200, length: 12, content_type: "text/xml".to_owned() };
        assert_eq!(head.expect("it is a head"), expected);
        for head in ["HTTP/1.0 200 OK\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\n", "nothing"] {
            assert!(Head::read(head.as_bytes()).is_err(), "{head}");
        }
    }
}
