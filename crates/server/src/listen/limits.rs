//! What a connection may take: every deadline and size of the listener, in one table.

/// The limits of connections. Bodies have limits of their own, which their routes state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Limits {
    /// Seconds from a request's first byte, or from a connection's start, to the end of its head. With TLS, from a connection's
    /// start to the end of the handshake.
    pub(crate) head_seconds: u32,
    /// Seconds from a message's first byte to the first byte of its reply, where there are messages and no heads.
    pub(crate) message_seconds: u32,
    /// Seconds that a connection is kept without a request. A reply that is not taken by then ends with it.
    pub(crate) idle_seconds: u32,
    /// Seconds that a peer may take not one byte of what is sent to it.
    pub(crate) stalled_seconds: u32,
    /// Bytes of a request's head.
    pub(crate) head_bytes: u32,
    /// Requests at once on one HTTP/2 connection.
    pub(crate) streams: u32,
    /// Seconds after which a silent HTTP/2 peer is asked for a sign of life.
    pub(crate) ping_seconds: u32,
    /// Seconds that it has to give one.
    pub(crate) pong_seconds: u32,
    /// Connections that the system holds until they are accepted.
    pub(crate) backlog: u32,
    /// Seconds that requests have to finish when the service stops.
    pub(crate) farewell_seconds: u32,
}

/// The limits of the HTTP listener.
pub(crate) const HTTP: Limits = Limits {
    head_seconds: 10,
    message_seconds: 0,
    idle_seconds: 90,
    stalled_seconds: 30,
    head_bytes: 16 * 1024,
    streams: 128,
    ping_seconds: 30,
    pong_seconds: 20,
    backlog: 4096,
    farewell_seconds: 10,
};

/// The limits of the KMIP listener. Devices keep connections open for long, and some never connect again by themselves.
pub(crate) const KMIP: Limits =
    Limits { message_seconds: 120, idle_seconds: 600, head_bytes: 0, streams: 0, ..HTTP };
