//! KMIP messages: shown, turned between their encodings, and sent.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use claviger_testkit::process::{Service, ServiceOptions};

use crate::bench::{Bench, CLAVIGER};

/// A request for the service's operations, in KMIP's XML.
const QUERY: &str = "<RequestMessage>\n  <RequestHeader>\n    <ProtocolVersion>\n      \
    <ProtocolVersionMajor type=\"Integer\" value=\"1\"/>\n      <ProtocolVersionMinor type=\"Integer\" value=\"4\"/>\n    \
    </ProtocolVersion>\n    <BatchCount type=\"Integer\" value=\"1\"/>\n  </RequestHeader>\n  <BatchItem>\n    \
    <Operation type=\"Enumeration\" value=\"Query\"/>\n    <RequestPayload>\n      \
    <QueryFunction type=\"Enumeration\" value=\"QueryOperations\"/>\n    </RequestPayload>\n  </BatchItem>\n</RequestMessage>\n";

/// An answer that registers a key, which is a secret.
fn answer(status: &str) -> String {
    format!(
        "<ResponseMessage><ResponseHeader><ProtocolVersion><ProtocolVersionMajor type='Integer' value='1'/>\
         <ProtocolVersionMinor type='Integer' value='4'/></ProtocolVersion><TimeStamp type='DateTime' \
         value='2026-01-02T03:04:05Z'/><BatchCount type='Integer' value='1'/></ResponseHeader><BatchItem>\
         <Operation type='Enumeration' value='Get'/><ResultStatus type='Enumeration' value='{status}'/>\
         <ResultReason type='Enumeration' value='ItemNotFound'/><ResponsePayload><SymmetricKey><KeyBlock>\
         <KeyFormatType type='Enumeration' value='Raw'/><KeyValue><KeyMaterial type='ByteString' \
         value='00112233445566778899aabbccddeeff'/></KeyValue></KeyBlock></SymmetricKey></ResponsePayload>\
         </BatchItem></ResponseMessage>"
    )
}

#[test]
fn a_message_goes_through_every_encoding_unchanged() {
    let bench = Bench::new();
    let encode = |form: &str, input: &[u8]| bench.bytes(&["kmip", "encode", "--to", form], input);
    let decode = |form: &str, input: &[u8]| bench.bytes(&["kmip", "decode", "--to", form], input);
    let binary = encode("binary", QUERY.as_bytes());
    assert_eq!(&binary[..4], [0x42, 0x00, 0x78, 0x01]);
    for form in ["hex", "base64"] {
        assert_eq!(encode("binary", &encode(form, &binary)), binary, "{form}");
    }
    for form in ["json", "xml"] {
        assert_eq!(encode("binary", &decode(form, &binary)), binary, "{form}");
    }
    bench.write("message", &binary);
    let text = bench.text(&["kmip", "decode", "message"]);
    assert!(text.starts_with("RequestMessage\n  RequestHeader\n    ProtocolVersion\n"), "{text}");
    assert!(
        text.contains("\n      QueryFunction (Enumeration) QueryOperations (0x00000001)\n"),
        "{text}"
    );
    // A recording of several.
    let twice = bench.bytes(&["kmip", "decode"], &[binary.as_slice(), &binary].concat());
    assert_eq!(twice, [text.as_bytes(), text.as_bytes()].concat());
}

#[test]
fn secrets_are_shown_only_when_wanted() {
    let bench = Bench::new();
    let secret = "00112233445566778899aabbccddeeff";
    let shown = |arguments: &[&str]| {
        String::from_utf8(bench.bytes(arguments, answer("Success").as_bytes())).expect("UTF-8")
    };
    let text = shown(&["kmip", "decode"]);
    assert!(text.contains("KeyMaterial (ByteString) (16 bytes, hidden"), "{text}");
    assert!(text.contains("TimeStamp (DateTime) 2026-01-02T03:04:05Z"), "{text}");
    assert!(!text.contains(secret), "{text}");
    assert!(shown(&["kmip", "decode", "--show-secrets"]).contains(secret));
}

#[test]
fn mistakes_are_told_with_their_place() {
    let bench = Bench::new();
    let binary = bench.bytes(&["kmip", "encode", "--to", "binary"], QUERY.as_bytes());
    let said = |input: &[u8]| bench.failure(2, &["kmip", "decode"], input);
    // The type of ProtocolVersionMajor.
    let mut wrong = binary.clone();
    wrong[24 + 3] = 0x77;
    let text = said(&wrong);
    assert!(text.contains("byte 24"), "{text}");
    assert!(
        text.contains("RequestMessage/RequestHeader/ProtocolVersion/ProtocolVersionMajor"),
        "{text}"
    );
    let text = said(&binary[..binary.len() - 1]);
    assert!(text.contains("cut off"), "{text}");
    let text = said(QUERY.replace("Query\"", "NoSuchOperation\"").as_bytes());
    assert!(text.contains("line 10"), "{text}");
    assert!(said(b"").contains("no message"));
    assert!(said(b"not a message?").contains("--from"));
    assert!(bench.failure(2, &["kmip", "decode", "--from", "json"], &binary).contains("JSON"));
    assert!(bench.failure(7, &["kmip", "decode", "missing"], b"").contains("missing"));
}

/// A server for one connection, which gives this answer and tells what it got.
fn server(answer: Vec<u8>) -> (SocketAddr, JoinHandle<Vec<u8>>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = listener.local_addr().expect("an address");
    let served = thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("a client");
        let mut got = Vec::new();
        let mut piece = [0; 4096];
        loop {
            let count = stream.read(&mut piece).expect("readable");
            got.extend_from_slice(&piece[..count]);
            // The message ends with the end of its outermost element.
            if count == 0
                || got.ends_with(b"</RequestMessage>")
                || got.ends_with(b"</RequestMessage>\n")
            {
                break;
            }
        }
        stream.write_all(&answer).expect("writable");
        got
    });
    (address, served)
}

fn http(status: &str, media_type: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!(
        "HTTP/1.1 {status}\r\nContent-Type: {media_type}\r\nContent-Length: {length}\r\n\r\n{body}"
    )
    .into_bytes()
}

#[test]
fn an_answer_is_shown_and_its_failure_told_by_the_exit_code() {
    let bench = Bench::new();
    let send = |address: SocketAddr| format!("http://{address}/kmip");
    let (address, served) = server(http("200 OK", "text/xml; charset=utf-8", &answer("Success")));
    let arguments = ["kmip", "send", "--to", &send(address)];
    let text = String::from_utf8(bench.bytes(&arguments, QUERY.as_bytes())).expect("UTF-8");
    assert!(text.contains("Operation (Enumeration) Get (0x0000000A)"), "{text}");
    let got = String::from_utf8(served.join().expect("it has served")).expect("UTF-8");
    assert!(got.starts_with("POST /kmip HTTP/1.1\r\n"), "{got}");
    assert!(got.contains("\r\nContent-Type: text/xml\r\n"), "{got}");

    let (address, _) = server(http("200 OK", "text/xml", &answer("OperationFailed")));
    let output =
        bench.run(&["kmip", "send", "--to", &send(address), "--output", "xml"], QUERY.as_bytes());
    assert_eq!(output.status.code(), Some(4));
    assert!(output.stdout.starts_with(b"<ResponseMessage>"));
    assert!(String::from_utf8_lossy(&output.stderr).contains("ItemNotFound"));
}

#[test]
fn what_is_no_answer_is_told() {
    let bench = Bench::new();
    let said = |answer: Vec<u8>| {
        let (address, _) = server(answer);
        let to = format!("http://{address}");
        bench.failure(1, &["kmip", "send", "--to", &to], QUERY.as_bytes())
    };
    assert!(said(http("404 Not Found", "text/plain", "no such page")).contains("404"));
    assert!(said(http("200 OK", "text/html", "<html/>")).contains("text/html"));
    assert!(said(http("200 OK", "text/xml", "<html/>")).contains("no KMIP message"));
    assert!(said(b"SSH-2.0-server\r\n\r\n".to_vec()).contains("HTTP/1.1"));
    assert!(said(Vec::new()).contains("HTTP/1.1"));
    let mut cut = http("200 OK", "text/xml", &answer("Success"));
    cut.truncate(cut.len() - 1);
    assert!(said(cut).contains("closed the connection"));
}

#[test]
fn a_server_that_cannot_be_reached_or_trusted_is_told() {
    let bench = Bench::new();
    let closed = {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        listener.local_addr().expect("an address")
    };
    let to = format!("http://{closed}");
    assert!(
        bench.failure(6, &["kmip", "send", "--to", &to], QUERY.as_bytes()).contains("no server")
    );
    let to = format!("kmips://{closed}");
    let said = bench.failure(2, &["kmip", "send", "--to", &to], QUERY.as_bytes());
    assert!(said.contains("--ca"), "{said}");
    bench.write("empty.pem", b"");
    let arguments = ["kmip", "send", "--to", &to, "--ca", "empty.pem"];
    assert!(bench.failure(2, &arguments, QUERY.as_bytes()).contains("empty.pem"));
    assert!(
        bench
            .failure(2, &["kmip", "send", "--to", "ftp://host"], QUERY.as_bytes())
            .contains("scheme")
    );
    // A certificate without its key proves nothing.
    let arguments = ["kmip", "send", "--to", &to, "--cert", "empty.pem"];
    assert!(bench.failure(2, &arguments, QUERY.as_bytes()).contains("--key"));
}

/// The address at which a service speaks KMIP, once it has said it.
fn kmip_address(service: &Service) -> String {
    for _ in 0..200 {
        let said = service.said();
        let line = said.lines().find_map(|line| line.trim().strip_prefix("KMIP "));
        if let Some(address) = line.and_then(|line| line.trim().split_once(',')) {
            return address.0.to_owned();
        }
        thread::sleep(Duration::from_millis(50));
    }
    panic!("it does not listen for KMIP:\n{}", service.said());
}

#[test]
fn the_service_itself_is_asked_over_tls_and_https() {
    let bench = Bench::new();
    bench.text(&["cert", "init", "--directory", "data/certificates", "--no-client"]);
    bench.text(&["cert", "issue", "somebody", "--directory", "data/certificates"]);
    let options = ServiceOptions::new(CLAVIGER).data_dir(bench.path("data"));
    let service =
        options.argument("--kmip-listen=127.0.0.1:0").start().expect("the service starts");
    let address = kmip_address(&service);
    let send = |scheme: &str, more: &[&str]| {
        let to = format!("{scheme}://{address}");
        let always = ["kmip", "send", "--to", &to, "--ca", "data/certificates/ca.pem"];
        bench.run(&[&always, more].concat(), QUERY.as_bytes())
    };
    let client =
        ["--cert", "data/certificates/somebody.pem", "--key", "data/certificates/somebody-key.pem"];
    for scheme in ["kmips", "https"] {
        let output = send(scheme, &client);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{scheme}: {said}");
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(text.contains("Operation (Enumeration) Locate (0x00000008)"), "{scheme}: {text}");
    }
    // Nobody is served without a certificate, and no server believed without its authority.
    let output = send("kmips", &[]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(4), "{said}");
    assert!(said.contains("--cert"), "{said}");
    bench.text(&["cert", "init", "--directory", "other"]);
    let to = format!("kmips://{address}");
    let arguments = ["kmip", "send", "--to", &to, "--ca", "other/ca.pem"];
    assert!(bench.failure(4, &arguments, QUERY.as_bytes()).contains("TLS with"));
}
