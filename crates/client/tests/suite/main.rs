//! The client against a server that answers whatever the test wants.

use std::future::Future;

use claviger_client::{Client, Error};
use claviger_wire_native::{
    Base64Plaintext, ChangeKeyRequest, CreateKeyRequest, DecryptRequest, DeleteKeyRequest,
    EncryptRequest, ListKeysQuery, ListVersionsQuery, State, TextMap,
};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

/// Sends what `ask` sends to a server that answers `response`, and returns what it was asked and what came of it.
async fn exchange<T, F: Future<Output = Result<T, Error>>>(
    response: &[u8],
    ask: impl FnOnce(Client) -> F,
) -> (String, Result<T, Error>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let client = Client::new(&format!("http://{}/base", listener.local_addr().unwrap())).unwrap();
    let serve = async {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut request = Vec::new();
        while !is_whole(&request) {
            assert!(stream.read_buf(&mut request).await.unwrap() > 0, "the request is cut short");
        }
        stream.write_all(response).await.unwrap();
        stream.shutdown().await.unwrap();
        String::from_utf8(request).unwrap()
    };
    tokio::join!(serve, ask(client))
}

fn is_whole(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request);
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    body.len() >= length.map_or(0, |length| length.parse().unwrap())
}

fn response(status: &str, media_type: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!(
        "HTTP/1.1 {status}\r\ncontent-type: {media_type}\r\ncontent-length: {length}\r\n\r\n{body}"
    )
    .into_bytes()
}

fn ok(body: &str) -> Vec<u8> {
    response("200 OK", "application/json", body)
}

fn first_line(request: &str) -> &str {
    request.lines().next().unwrap()
}

#[tokio::test]
async fn a_message_is_sent_and_its_answer_read() {
    let answer = ok(r#"{"ciphertext":"c","key":"k","version":3}"#);
    let plaintext = Some(Base64Plaintext::copy_from(b"hi"));
    let context = TextMap::new([("a".to_owned(), "b".to_owned())]);
    let message = EncryptRequest { plaintext, context, ..EncryptRequest::default() };
    let (request, reply) = exchange(&answer, |c| async move { c.encrypt(&message).await }).await;
    assert_eq!(first_line(&request), "POST /base/api/v1/kms/encrypt HTTP/1.1");
    assert!(request.contains("content-type: application/json\r\n"));
    assert!(request.ends_with(r#"{"plaintext":"aGk=","context":{"a":"b"}}"#), "{request}");
    let reply = reply.unwrap();
    assert_eq!((reply.ciphertext.as_str(), reply.key.as_str(), reply.version), ("c", "k", 3));
}

#[tokio::test]
async fn queries_and_methods_are_those_of_the_routes() {
    let list = ok(r#"{"keys":[]}"#);
    let query = ListKeysQuery {
        limit: Some(5),
        prefix: Some("a&b".to_owned()),
        tags: vec!["x".to_owned(), "y=z".to_owned()],
        attribute: Some(("team".to_owned(), "shop 1".to_owned())),
        state: Some(State::Active),
        ..ListKeysQuery::default()
    };
    let (request, reply) = exchange(&list, |c| async move { c.list_keys(&query).await }).await;
    assert_eq!(
        first_line(&request),
        "GET /base/api/v1/keys?limit=5&prefix=a%26b&tag=x&tag=y%3Dz&attribute=team%3Ashop+1&state=active HTTP/1.1"
    );
    assert!(reply.unwrap().keys.is_empty());
    let versions = ok(r#"{"versions":[],"next_cursor":7}"#);
    let query = ListVersionsQuery { limit: Some(2), cursor: Some(5) };
    let ask = |c: Client| async move { c.list_versions("k", &query).await };
    let (request, reply) = exchange(&versions, ask).await;
    assert_eq!(first_line(&request), "GET /base/api/v1/keys/k/versions?limit=2&cursor=5 HTTP/1.1");
    assert_eq!(reply.unwrap().next_cursor, Some(7));

    let none = ok("{}");
    let change = |c: Client| async move { c.change_key("k", &ChangeKeyRequest::default()).await };
    assert!(exchange(&none, change).await.0.starts_with("PATCH /base/api/v1/keys/k "));
    let delete = |c: Client| async move { c.delete_key("k", &DeleteKeyRequest::default()).await };
    assert!(exchange(&none, delete).await.0.starts_with("DELETE /base/api/v1/keys/k "));
    let destroy = |c: Client| async move { c.destroy_version("k", 2).await };
    let (request, _) = exchange(&none, destroy).await;
    assert!(
        request.starts_with("DELETE /base/api/v1/keys/k/versions/2 ")
            && !request.contains("content-type")
    );
}

#[tokio::test]
async fn a_problem_is_an_error_with_all_that_was_said() {
    let problem = r#"{"type":"urn:claviger:problem:already_exists","title":"Conflict","status":409,
        "code":"already_exists","detail":"it is there","remedy":"take another name","request":"r-1"}"#;
    let answer = response("409 Conflict", "application/problem+json", problem);
    let create = |c: Client| async move { c.create_key(&CreateKeyRequest::default()).await };
    let error = exchange(&answer, create).await.1.unwrap_err();
    let refusal = error.refusal().unwrap();
    assert_eq!((refusal.status, refusal.code.as_str()), (409, "already_exists"));
    assert_eq!((error.to_string().as_str(), error.remedy()), ("it is there", "take another name"));
    assert_eq!(refusal.request, "r-1");
}

#[tokio::test]
async fn what_is_no_answer_of_a_service_is_said_without_repeating_it() {
    let secret = r#"{"plaintext":"c2VjcmV0","key":1}"#;
    for answer in [
        ok(secret),
        ok(""),
        response("302 Found", "text/html", "elsewhere"),
        response("502 Bad Gateway", "text/html", "proxy"),
        response("400 Bad Request", "application/problem+json", "{}"),
    ] {
        let ask =
            |c: Client| async move { c.decrypt(&DecryptRequest::default()).await.map(|_| ()) };
        let error = exchange(&answer, ask).await.1.unwrap_err();
        assert!(matches!(error, Error::Reply { .. }), "{error:?}");
        assert!(!format!("{error} {error:?}").contains("c2VjcmV0"));
    }
}

#[tokio::test]
async fn a_connection_that_breaks_is_no_answer() {
    for answer in [&b""[..], b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n{", b"nonsense\r\n\r\n"]
    {
        let error = exchange(answer, |c| async move { c.status().await }).await.1.unwrap_err();
        assert!(matches!(error, Error::Broken { .. }), "{error:?}");
    }
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let error = Client::new(&url).unwrap().health().await.unwrap_err();
    assert!(matches!(&error, Error::Unreachable { url: said, .. } if *said == url), "{error:?}");
    assert!(error.remedy().contains("claviger server"));
}
