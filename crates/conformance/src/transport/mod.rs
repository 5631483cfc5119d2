//! How messages reach a server: TTLV in TLS, or one of the encodings in HTTP over TLS.

mod http;
mod tls;

use std::fmt;

use anyhow::{Context, Result, bail};
use clap::ValueEnum;
use claviger_wire_ttlv::json::Dialect;
use claviger_wire_ttlv::{Buffer, Item, Limits, Version, Writer, json, xml};

use crate::case::CaseId;
use crate::node::Node;
use crate::server::{ClientIdentity, Server};
use tls::TlsStream;

/// A transport.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Transport {
    /// TTLV in TLS.
    Tls,
    /// TTLV in POST /kmip.
    HttpBinary,
    /// JSON in POST /kmip.
    HttpJson,
    /// XML in POST /kmip.
    HttpXml,
}

impl Transport {
    /// The transport that a case is about, if it is about one.
    pub(crate) fn of(case: &CaseId) -> Option<Self> {
        let name = case.name();
        if name.starts_with("MSGENC-HTTPS-") {
            Some(Self::HttpBinary)
        } else if name.starts_with("MSGENC-JSON-") {
            Some(Self::HttpJson)
        } else if name.starts_with("MSGENC-XML-") {
            Some(Self::HttpXml)
        } else {
            None
        }
    }

    fn content_type(self) -> &'static str {
        match self {
            Self::Tls | Self::HttpBinary => "application/octet-stream",
            Self::HttpJson => "application/json",
            Self::HttpXml => "text/xml",
        }
    }
}

impl fmt::Display for Transport {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Tls => "tls",
            Self::HttpBinary => "http-binary",
            Self::HttpJson => "http-json",
            Self::HttpXml => "http-xml",
        })
    }
}

/// A connection of one client, kept for all of its messages.
pub(crate) struct Connection {
    transport: Transport,
    stream: TlsStream,
}

impl Connection {
    /// Connects to a server.
    ///
    /// # Errors
    /// What the system or the server said.
    pub(crate) fn open(
        transport: Transport,
        server: &Server,
        client: &ClientIdentity,
    ) -> Result<Self> {
        let stream = TlsStream::connect(server.kmip(), client)
            .with_context(|| format!("cannot connect to {}", server.kmip()))?;
        Ok(Self { transport, stream })
    }

    /// Sends a request and takes the answer.
    ///
    /// # Errors
    /// What broke on the way, or what about the answer is no message.
    pub(crate) fn exchange(&mut self, request: &Node, version: Version) -> Result<Node> {
        let request = written(request);
        if self.transport == Transport::Tls {
            self.stream.send(&request)?;
            return self.receive();
        }
        let body = self.encoded(request.item(), version);
        let answer = http::post(&mut self.stream, self.transport.content_type(), &body)?;
        self.decoded(&answer)
    }

    /// Takes a message that the server sends by itself.
    ///
    /// # Errors
    /// If none comes, or the transport has no way for it.
    pub(crate) fn receive(&mut self) -> Result<Node> {
        if self.transport != Transport::Tls {
            bail!("a server sends messages by itself over TLS only");
        }
        let message = self.stream.receive()?;
        binary(&message)
    }

    /// Answers a message that the server sent.
    ///
    /// # Errors
    /// What the system said.
    pub(crate) fn answer(&mut self, response: &Node) -> Result<()> {
        self.stream.send(&written(response))
    }

    fn encoded(&self, item: Item<'_>, version: Version) -> Vec<u8> {
        match self.transport {
            Transport::Tls | Transport::HttpBinary => item.encoded().to_vec(),
            Transport::HttpJson => json::encode(item, version, Dialect::Standard).to_vec(),
            Transport::HttpXml => xml::encode(item, version).to_vec(),
        }
    }

    fn decoded(&self, body: &[u8]) -> Result<Node> {
        let limits = Limits::default();
        let shown = || String::from_utf8_lossy(body.get(..200).unwrap_or(body)).into_owned();
        match self.transport {
            Transport::Tls | Transport::HttpBinary => binary(body),
            Transport::HttpJson => {
                let (message, _) = json::decode(body, &limits)
                    .with_context(|| format!("the answer is no KMIP in JSON: {}", shown()))?;
                Ok(Node::of(message.item()))
            }
            Transport::HttpXml => {
                let message = xml::decode(body, &limits)
                    .with_context(|| format!("the answer is no KMIP in XML: {}", shown()))?;
                Ok(Node::of(message.item()))
            }
        }
    }
}

fn written(node: &Node) -> Buffer {
    let mut writer = Writer::new();
    node.write(&mut writer);
    writer.into_buffer()
}

fn binary(bytes: &[u8]) -> Result<Node> {
    let item = Item::parse(bytes, &Limits::default()).context("the answer is no TTLV")?;
    Ok(Node::of(item))
}
