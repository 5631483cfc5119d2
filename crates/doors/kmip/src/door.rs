//! The door itself: what lives as long as the service, and how one encoded message is answered with another.

use std::net::IpAddr;
use std::sync::Arc;

use claviger_core::{Caller, Kms};
use claviger_model::{Principal, RequestId, TenantId};
use claviger_wire_kmip::{
    DateTime, MessageError, MessageLimits, RejectedMessage, RequestMessage, ResponseItem,
    ResponseMessage,
};
use claviger_wire_ttlv::enumeration::{ResultReason, ResultStatus};
use claviger_wire_ttlv::{Buffer, Item, Limits, Version};

use crate::asynchronous::Jobs;
use crate::batch::Batch;
use crate::login::Tickets;
use crate::options::KmipOptions;

/// How many bytes tag, type and length of a message have (KMIP 2.1 §10.1).
pub(crate) const FRAMING: usize = 8;

/// What lives as long as the service.
pub(crate) struct Door {
    pub(crate) kms: Kms,
    pub(crate) options: KmipOptions,
    pub(crate) jobs: Jobs,
    pub(crate) tickets: Tickets,
}

/// Who is on the other side, as the listener established it.
#[derive(Clone, Debug)]
pub struct Peer {
    /// Who asks, unless a credential in the message says otherwise.
    pub principal: Principal,
    /// From where.
    pub source: Option<IpAddr>,
    /// The certificate that it proved itself with, DER.
    pub certificate: Option<Arc<[u8]>>,
}

/// One connection, or one request over HTTP.
#[derive(Clone)]
pub(crate) struct Session {
    pub(crate) peer: Peer,
    pub(crate) transport: Transport,
}

/// How messages come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Transport {
    /// On a connection of their own, on which the service may send requests too.
    Connection,
    /// Each in an HTTP request.
    Http,
}

impl Transport {
    /// What the audit log calls the door.
    const fn name(self) -> &'static str {
        match self {
            Self::Connection => "kmip",
            Self::Http => "kmip-http",
        }
    }
}

impl Session {
    /// Whether the client can be sent requests.
    pub(crate) fn is_connection(&self) -> bool {
        self.transport == Transport::Connection
    }
}

impl Door {
    /// Answers a message in the binary encoding. With the answer come the requests that are sent to the client after it.
    pub(crate) async fn answer(
        self: &Arc<Self>,
        session: &Session,
        message: &[u8],
    ) -> (Buffer, Vec<Buffer>) {
        match Item::parse(message, &self.limits()) {
            Ok(item) => self.carry_out(session, item).await,
            Err(error) => (self.refuse(error.to_string()), Vec::new()),
        }
    }

    /// The limits of one message.
    pub(crate) fn limits(&self) -> Limits {
        Limits { bytes: FRAMING + self.options.message_limit, ..Limits::default() }
    }

    /// Answers a message that was parsed, for clients that are told nothing else.
    pub(crate) async fn answer_item(self: &Arc<Self>, session: &Session, item: Item<'_>) -> Buffer {
        self.carry_out(session, item).await.0
    }

    async fn carry_out(
        self: &Arc<Self>,
        session: &Session,
        item: Item<'_>,
    ) -> (Buffer, Vec<Buffer>) {
        let limits = MessageLimits { batch_items: self.options.batch_limit };
        match RequestMessage::decode(item, &limits) {
            Ok(message) => {
                let maximum = message.header.maximum_response_size;
                let (response, pushed) = Batch::run(self, session, message).await;
                (within(response, maximum), pushed)
            }
            Err(rejected) => (self.reject(rejected), Vec::new()),
        }
    }

    /// The caller that stands for a principal.
    pub(crate) fn caller(
        &self,
        session: &Session,
        principal: Principal,
        request: RequestId,
    ) -> Caller {
        Caller {
            principal,
            tenant: TenantId::default_tenant(),
            source: session.peer.source,
            door: session.transport.name(),
            request,
            journal: None,
        }
    }

    /// The answer to what is no message at all.
    pub(crate) fn refuse_unreadable(&self) -> Buffer {
        self.refuse("this is no KMIP request message; speak KMIP over TLS here, or HTTP on the service's HTTP port")
    }

    /// The answer to a message that claims to be longer than the limit.
    pub(crate) fn refuse_too_long(&self) -> Buffer {
        let limit = self.options.message_limit;
        self.refuse(format!("the message is longer than the {limit} bytes that the service takes"))
    }

    /// The answer to what isn't understood so far that its version is known.
    pub(crate) fn refuse(&self, message: impl Into<String>) -> Buffer {
        self.reject(RejectedMessage {
            version: Version::V1_0,
            error: MessageError::new(ResultReason::InvalidMessage, message),
        })
    }

    fn reject(&self, rejected: RejectedMessage) -> Buffer {
        ResponseMessage::rejection(rejected, DateTime(self.now())).encode()
    }

    /// Seconds since 1970.
    pub(crate) fn now(&self) -> i64 {
        self.kms.now().milliseconds().div_euclid(1000)
    }
}

/// Encodes a response of at most `maximum` bytes. Of a longer one, every item that succeeded says that the response was too
/// large instead (KMIP 1.4 §6.3 and §11.1). The operations were done all the same: their length is known only then, and the
/// message says so. That a client takes less than these failures need is no reason to send it nothing.
fn within(mut response: ResponseMessage, maximum: Option<i32>) -> Buffer {
    let encoded = response.encode();
    let maximum = maximum.and_then(|maximum| usize::try_from(maximum).ok());
    if maximum.is_none_or(|maximum| encoded.len() <= maximum) {
        return encoded;
    }
    for item in &mut response.batch {
        if item.result_status == ResultStatus::Success {
            let error = MessageError::new(
                ResultReason::ResponseTooLarge,
                format!("the operation was done, but the response has {} bytes", encoded.len()),
            );
            let id = item.unique_batch_item_id.take();
            *item = ResponseItem::failure(item.operation, id, error);
        }
    }
    response.encode()
}
