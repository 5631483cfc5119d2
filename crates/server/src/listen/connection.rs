//! One connection: HTTP/1.1 or HTTP/2, from its first byte to its last.

use std::convert::Infallible;
use std::future::{Future, poll_fn};
use std::io::Write as _;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::routing::future::RouteFuture;
use hyper::body::Incoming;
use hyper::server::conn::{http1, http2};
use hyper::service::Service;
use hyper::{Request, Response};
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use pin_project_lite::pin_project;
use tokio::net::TcpStream;

use super::Protocol;
use super::stream::{Spoken, Stream};
use super::watched::{Connection, Served};

/// What a connection beyond the limit gets: no request has been read, so the problem names none.
pub(super) const OVERLOADED: &str = concat!(
    "HTTP/1.1 503 Service Unavailable\r\ncontent-type: application/problem+json\r\ncontent-length: 268\r\n",
    "retry-after: 1\r\nconnection: close\r\n\r\n",
    r#"{"type":"urn:claviger:problem:overloaded","title":"too many connections","status":503,"code":"overloaded","#,
    r#""detail":"the service serves as many connections as it may","#,
    r#""remedy":"close a connection and try again, or raise `--max-connections` of the service","request":""}"#,
);

/// HTTP with these routes.
#[derive(Clone)]
pub(crate) struct Http {
    /// The routes.
    pub(crate) routes: Router,
}

impl Protocol for Http {
    fn serve(
        &self,
        stream: TcpStream,
        peer: SocketAddr,
        connection: Connection,
    ) -> impl Future<Output = ()> + Send + 'static {
        serve(stream, peer, self.routes.clone(), connection)
    }

    fn refuse(&self, stream: TcpStream) {
        if let Ok(mut stream) = stream.into_std() {
            // A peer that does not take it is closed all the same.
            let _ = stream.write(OVERLOADED.as_bytes());
        }
    }
}

async fn serve(stream: TcpStream, peer: SocketAddr, routes: Router, connection: Connection) {
    let limits = *connection.limits();
    let mut stream = Stream::new(stream, connection.clone());
    let Some(protocol) = first_bytes(&mut stream, &connection).await else { return };
    let requests = Requests { routes, peer, connection: connection.clone() };
    let ended = match protocol {
        Spoken::Http1 => {
            // Without `pipeline_flush`: it keeps a reply back while bytes of a next request are there, and so never sends
            // one to a head that is too long. Deadlines are kept by `watched.rs`, which needs no timer per request.
            let http1 = http1::Builder::new()
                .header_read_timeout(None)
                .max_header_size(limits.head_bytes as usize)
                .serve_connection(TokioIo::new(stream), requests);
            drive(pin!(http1), &connection).await
        }
        Spoken::Http2 => {
            connection.is_multiplexed();
            let http2 = http2::Builder::new(TokioExecutor::new())
                .timer(TokioTimer::new())
                .max_concurrent_streams(limits.streams)
                .max_header_list_size(limits.head_bytes)
                .keep_alive_interval(Duration::from_secs(limits.ping_seconds.into()))
                .keep_alive_timeout(Duration::from_secs(limits.pong_seconds.into()))
                .serve_connection(TokioIo::new(stream), requests);
            // On the heap, since few connections need so much room.
            drive(Box::pin(http2).as_mut(), &connection).await
        }
    };
    match ended {
        Ended::ByItself(Ok(())) => {}
        Ended::ByItself(Err(error)) => tracing::debug!(%peer, %error, "a connection ended"),
        Ended::Overdue => tracing::debug!(%peer, "a connection was over its deadline"),
    }
}

/// What the client speaks; none when the connection is over before it said so.
async fn first_bytes(stream: &mut Stream, connection: &Connection) -> Option<Spoken> {
    let mut protocol = pin!(stream.protocol());
    let mut is_first = true;
    poll_fn(|context| {
        if std::mem::take(&mut is_first) {
            connection.wakes(context);
        }
        if connection.is_overdue() || connection.is_closing() {
            return Poll::Ready(None);
        }
        Poll::Ready(ready!(protocol.as_mut().poll(context)).ok().flatten())
    })
    .await
}

/// How a connection ended.
enum Ended {
    /// The protocol was over, or failed.
    ByItself(hyper::Result<()>),
    /// A deadline passed.
    Overdue,
}

/// Polls a protocol and minds the deadlines and the service's end. [`first_bytes`] has noted whom to wake.
async fn drive<P: Polite>(mut protocol: Pin<&mut P>, connection: &Connection) -> Ended {
    let mut is_leaving = false;
    poll_fn(|context| {
        if connection.is_overdue() {
            return Poll::Ready(Ended::Overdue);
        }
        if connection.is_closing() && !is_leaving {
            is_leaving = true;
            protocol.as_mut().leave();
        }
        protocol.as_mut().poll(context).map(Ended::ByItself)
    })
    .await
}

/// A protocol that can finish what it does and then end.
trait Polite: Future<Output = hyper::Result<()>> {
    /// Finishes the requests that have begun, takes no more, and ends.
    fn leave(self: Pin<&mut Self>);
}

impl Polite for http1::Connection<TokioIo<Stream>, Requests> {
    fn leave(self: Pin<&mut Self>) {
        self.graceful_shutdown();
    }
}

impl Polite for http2::Connection<TokioIo<Stream>, Requests, TokioExecutor> {
    fn leave(self: Pin<&mut Self>) {
        self.graceful_shutdown();
    }
}

/// The routes, for the requests of one connection.
struct Requests {
    routes: Router,
    peer: SocketAddr,
    connection: Connection,
}

impl Service<Request<Incoming>> for Requests {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Serving;

    fn call(&self, mut request: Request<Incoming>) -> Self::Future {
        request.extensions_mut().insert(ConnectInfo(self.peer));
        let reply = tower::Service::call(&mut self.routes.clone(), request);
        Serving { reply, _served: self.connection.serve() }
    }
}

pin_project! {
    /// A reply in the making.
    struct Serving {
        #[pin]
        reply: RouteFuture<Infallible>,
        _served: Served,
    }
}

impl Future for Serving {
    type Output = Result<Response<Body>, Infallible>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        self.project().reply.poll(context)
    }
}
