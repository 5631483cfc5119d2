//! Routing: from an HTTP request to a route's handler and back.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use claviger_core::Caller;
use http::request::Parts;
use http::{Method, Request, Response, header};
use tokio::time::timeout;
use tower::Service;

use crate::body;
use crate::door::Door;
use crate::errors::Refusal;
use crate::exchange::{Exchange, Reply};
use crate::path;
use crate::route::Route;
use crate::routes::ROUTES;

/// The name of this door in audit records.
const DOOR: &str = "native";

/// The routes of [`ROUTES`] for a service. The listener may add the peer's address to a request as
/// `axum::extract::ConnectInfo<SocketAddr>`; audit records name it.
pub fn router(door: Door) -> Router {
    let door = Arc::new(door);
    let mut router = Router::new();
    for (index, route) in ROUTES.iter().enumerate() {
        // A path with several methods is mounted with the first of them.
        if ROUTES[..index].iter().any(|earlier| earlier.path == route.path) {
            continue;
        }
        let methods = methods(route.path).into();
        router = router.route_service(route.path, PathService { door: door.clone(), methods });
    }
    router.fallback_service(PathService { door, methods: Arc::new([]) })
}

/// The routes that answer on a path, its own before those of a pattern that covers it: a key may be named `import`.
fn methods(path: &str) -> Vec<&'static Route> {
    let own = ROUTES.iter().filter(|route| route.path == path);
    let wider = ROUTES.iter().filter(|route| route.path != path && path::covers(route.path, path));
    own.chain(wider).collect()
}

/// All methods of one path; none where there is no such path.
#[derive(Clone)]
struct PathService {
    door: Arc<Door>,
    methods: Arc<[&'static Route]>,
}

impl Service<Request<Body>> for PathService {
    type Response = Response<Body>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Body>) -> Self::Future {
        let door = self.door.clone();
        let found = find(&self.methods, request.method());
        Box::pin(async move { Ok(respond(door, found, request).await) })
    }
}

fn find(methods: &[&'static Route], method: &Method) -> Result<&'static Route, Refusal> {
    // A HEAD is a GET whose body the listener leaves out.
    let wanted = if method == Method::HEAD { &Method::GET } else { method };
    if let Some(route) = methods.iter().find(|route| route.method == wanted) {
        return Ok(route);
    }
    if methods.is_empty() {
        return Err(Refusal::no_route());
    }
    let mut allow: Vec<&str> = methods.iter().map(|route| route.method.as_str()).collect();
    if allow.contains(&"GET") {
        allow.push("HEAD");
    }
    Err(Refusal::no_method(allow.join(", ")))
}

async fn respond(
    door: Arc<Door>,
    found: Result<&'static Route, Refusal>,
    request: Request<Body>,
) -> Response<Body> {
    let (parts, body) = request.into_parts();
    let caller = caller(&door, &parts);
    let request_id = caller.request;
    let answered = match found {
        _ if !door.hosts.allow(&parts.uri, &parts.headers) => Err(Refusal::foreign_host()),
        Err(refusal) => Err(refusal),
        Ok(route) => answer(door, caller, route, &parts, body).await,
    };
    match answered {
        Ok(reply) => reply.into_response(request_id),
        Err(refusal) => refusal.into_response(request_id),
    }
}

fn caller(door: &Door, parts: &Parts) -> Caller {
    Caller {
        principal: door.principal.clone(),
        tenant: door.tenant.clone(),
        source: parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|peer| peer.0.ip()),
        door: DOOR,
        request: door.kms.new_request_id(),
        journal: None,
    }
}

async fn answer(
    door: Arc<Door>,
    caller: Caller,
    route: &'static Route,
    parts: &Parts,
    body: Body,
) -> Result<Reply, Refusal> {
    let body = body::read(&parts.headers, body, route.body_limit, route.deadline).await?;
    if route.request.is_some() {
        body::check_media_type(&parts.headers, &body)?;
    }
    let exchange = Exchange {
        door,
        caller,
        body,
        parameters: path::parameters(route.path, parts.uri.path())?,
        query: parts.uri.query().map(str::to_owned),
        accept: parts.headers.get(header::ACCEPT).cloned(),
    };
    if route.query.is_empty() {
        exchange.query()?.finish()?;
    }
    timeout(route.deadline, (route.handler)(exchange))
        .await
        .unwrap_or_else(|_| Err(Refusal::deadline()))
}
