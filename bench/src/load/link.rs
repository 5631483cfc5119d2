//! One connection of a load, whatever is spoken on it.

use anyhow::Result;

use super::{
    Target, excerpt,
    http::{self, Reply},
    messages::{self, Client, Message},
};

/// How a server is spoken to.
#[derive(Clone)]
pub enum Speech {
    /// HTTP/1.1, connections kept open.
    Http,
    /// Messages behind TLS, connections kept open.
    Messages(Client),
    /// Messages behind TLS, each on a connection of its own.
    MessagesOnce(Client),
}

/// One connection, or what makes one for each message.
pub(super) enum Link {
    Http(http::Connection),
    Messages(Box<messages::Connection>),
    MessagesOnce(Client, Option<Box<messages::Connection>>),
}

impl Link {
    /// Connects.
    pub(super) async fn open(target: &Target) -> Result<Self> {
        Ok(match &target.speech {
            Speech::Http => Self::Http(http::Connection::open(target.address).await?),
            Speech::Messages(client) => Self::Messages(Box::new(client.connect().await?)),
            Speech::MessagesOnce(client) => Self::MessagesOnce(client.clone(), None),
        })
    }

    /// Sends one whole request and reads the whole answer.
    pub(super) async fn exchange(&mut self, request: &[u8]) -> Result<Answer<'_>> {
        Ok(match self {
            Self::Http(connection) => Answer::Http(connection.exchange(request).await?),
            Self::Messages(connection) => Answer::Message(connection.exchange(request).await?),
            Self::MessagesOnce(client, last) => {
                if let Some(last) = last.take() {
                    last.close().await?;
                }
                let connection = last.insert(Box::new(client.connect().await?));
                Answer::Message(connection.exchange(request).await?)
            }
        })
    }
}

/// What a server answered.
pub(super) enum Answer<'a> {
    Http(Reply<'a>),
    Message(Message<'a>),
}

impl Answer<'_> {
    /// Whether the server did what it was asked.
    pub(super) fn is_success(&self) -> bool {
        match self {
            Self::Http(reply) => reply.is_success(),
            Self::Message(message) => message.is_success(),
        }
    }

    /// How many bytes it has; of HTTP, those of the body.
    pub(super) fn length(&self) -> usize {
        match self {
            Self::Http(reply) => reply.body_length(),
            Self::Message(message) => message.bytes().len(),
        }
    }

    /// Whether the connection is over with it.
    pub(super) fn closes(&self) -> bool {
        match self {
            Self::Http(reply) => reply.close,
            Self::Message(_) => false,
        }
    }

    /// What it says, for a message about a failure.
    pub(super) fn words(&self) -> String {
        match self {
            Self::Http(reply) => format!("status {}: {}", reply.status, excerpt(&reply.body())),
            Self::Message(message) => excerpt(message.bytes()),
        }
    }
}
