//! KMIP from clients with a certificate and bad intentions, over real sockets: lengths that lie, depth without end, batches without
//! measure, other protocols, bytes that come slowly or never. The service names the reason or closes, stays small, and serves others.

use std::io::{self, Read, Write as _};
use std::net::{Shutdown, TcpStream};
use std::slice;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use rustls::crypto::aws_lc_rs;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

use crate::messages::{
    ANSWER, BATCH_COUNT, BATCH_ITEM, CREATE, DISCOVER_VERSIONS, ENUMERATION, INTEGER, OBJECT_TYPE,
    OPERATION, PROTOCOL_VERSION, QUERY, REQUEST_HEADER, REQUEST_MESSAGE, REQUEST_PAYLOAD,
    STRUCTURE, TEMPLATE_ATTRIBUTE, TEXT, batch_item, claiming, discover_versions, header, item,
    message, number,
};
use crate::setting::{GENEROUS, Setting};

/// Result reasons (KMIP 2.1 §11.48).
const INVALID_MESSAGE: u32 = 0x04;
const OPERATION_NOT_SUPPORTED: u32 = 0x05;
const INVALID_FIELD: u32 = 0x07;
const UNSUPPORTED_PROTOCOL_VERSION: u32 = 0x3F;
const GENERAL_FAILURE: u32 = 0x100;

/// How much the service may have grown, in KiB, whatever it was sent.
const GROWTH: u64 = 192 * 1024;

type Stream = StreamOwned<ClientConnection, TcpStream>;

/// A service, and a certificate that it trusts.
struct Target {
    setting: Setting,
    client: Arc<ClientConfig>,
    memory: u64,
}

impl Target {
    fn new() -> Self {
        let setting = Setting::new(&[]);
        let pem = |name| setting.certificate(name);
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_file(pem("ca.pem")).unwrap()).unwrap();
        let chain = vec![CertificateDer::from_pem_file(pem("client.pem")).unwrap()];
        let key = PrivateKeyDer::from_pem_file(pem("client-key.pem")).unwrap();
        let client = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_client_auth_cert(chain, key)
            .unwrap();
        let mut target = Self { setting, client: Arc::new(client), memory: 0 };
        target.serves();
        target.memory = target.setting.service.memory();
        target
    }

    fn connect(&self) -> Stream {
        let socket = TcpStream::connect(self.setting.address()).unwrap();
        socket.set_read_timeout(Some(GENEROUS)).unwrap();
        socket.set_write_timeout(Some(GENEROUS)).unwrap();
        let name = ServerName::try_from("localhost").unwrap();
        let connection = ClientConnection::new(Arc::clone(&self.client), name).unwrap();
        StreamOwned::new(connection, socket)
    }

    /// What comes back for these bytes until the service closes, or one whole answer.
    fn send(&self, bytes: &[u8]) -> Vec<u8> {
        let mut stream = self.connect();
        // A service that has seen enough does not read the rest.
        let _ = stream.write_all(bytes);
        one_answer(&mut stream)
    }

    /// The service says why it does not take this.
    #[track_caller]
    fn refuses(&self, what: &str, bytes: &[u8], reasons: &[u32]) {
        let answer = self.send(bytes);
        let (status, reason) = result(&answer);
        assert_eq!(status, Some(1), "{what}: {}", shown(&answer));
        assert!(reason.is_some_and(|reason| reasons.contains(&reason)), "{what}: {reason:x?}");
        self.stays_well(what);
    }

    /// It serves, and has not grown without measure.
    #[track_caller]
    fn stays_well(&self, what: &str) {
        self.serves();
        let grown = self.setting.service.memory().saturating_sub(self.memory);
        assert!(grown < GROWTH, "{what}: it grew by {grown} KiB");
    }

    #[track_caller]
    fn serves(&self) {
        let answer = self.send(&discover_versions());
        assert_eq!(result(&answer), (Some(0), None), "{}", shown(&answer));
    }
}

/// One whole answer, or, of what is none, everything before the end.
fn one_answer(stream: &mut impl Read) -> Vec<u8> {
    let mut answer = Vec::new();
    let head = read(stream, &mut answer, 8);
    match answer.get(4..8).filter(|_| head && answer.starts_with(ANSWER)) {
        Some(length) => {
            let length = u32::from_be_bytes(length.try_into().unwrap()) as usize;
            read(stream, &mut answer, length)
        }
        None => read(stream, &mut answer, usize::MAX),
    };
    answer
}

/// Reads so many bytes more, and tells whether they came.
fn read(stream: &mut impl Read, answer: &mut Vec<u8>, count: usize) -> bool {
    let most = answer.len().saturating_add(count);
    match stream.take(count as u64).read_to_end(answer) {
        Err(error) if is_waiting(&error) => panic!("no answer: {}", shown(answer)),
        // A close without farewell, or a reset, is a close too.
        _ => answer.len() == most,
    }
}

fn is_waiting(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut)
}

/// Result Status and Result Reason of the first batch item of an answer.
fn result(answer: &[u8]) -> (Option<u32>, Option<u32>) {
    let find = |tag: u8| {
        let head = [0x42, 0x00, tag, ENUMERATION, 0, 0, 0, 4];
        let at = answer.windows(head.len()).position(|window| window == head)?;
        let value = answer.get(at + 8..at + 12)?.try_into().ok()?;
        Some(u32::from_be_bytes(value))
    };
    (find(0x7F), find(0x7E))
}

fn shown(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn lengths_that_lie_are_named_and_cost_nothing() {
    let target = Target::new();
    let invalid = [INVALID_MESSAGE];
    for claim in [u32::MAX, i32::MAX.cast_unsigned(), 1 << 31, 33 << 20] {
        let bytes = claiming(REQUEST_MESSAGE, STRUCTURE, claim, &[0; 64]);
        target.refuses(&format!("a claim of {claim}"), &bytes, &invalid);
    }
    target.refuses("nothing", &item(REQUEST_MESSAGE, STRUCTURE, &[]), &invalid);
    let whole = discover_versions();
    // A part that is longer or shorter than it says, or reaches beyond what it is part of.
    for (at, what) in [(8, "header"), (16, "version"), (24, "major"), (64, "batch item")] {
        for length in [0_u32, 1, 7, 24, 1 << 16, i32::MAX.cast_unsigned(), u32::MAX] {
            let mut bytes = whole.clone();
            let place = at + 4..at + 8;
            if bytes[place.clone()] == length.to_be_bytes() {
                continue;
            }
            bytes[place].copy_from_slice(&length.to_be_bytes());
            target.refuses(&format!("{what} of {length}"), &bytes, &invalid);
        }
    }
}

#[test]
fn items_that_are_not_what_they_say_are_named() {
    let target = Target::new();
    let version = |parts: &[Vec<u8>]| item(PROTOCOL_VERSION, STRUCTURE, &parts.concat());
    let good = version(&[number(0x6A, INTEGER, 1), number(0x6B, INTEGER, 4)]);
    let count = number(BATCH_COUNT, INTEGER, 1);
    let with = |parts: &[Vec<u8>]| {
        message(&[
            item(REQUEST_HEADER, STRUCTURE, &parts.concat()),
            batch_item(DISCOVER_VERSIONS, &[]),
        ])
    };
    let mut padded = count.clone();
    padded[13] = 1;
    let operation = |kind, value: &[u8]| {
        let payload = item(REQUEST_PAYLOAD, STRUCTURE, &[]);
        let fields = [item(OPERATION, kind, value), payload].concat();
        message(&[header((1, 4), 1), item(BATCH_ITEM, STRUCTURE, &fields)])
    };
    for (what, bytes) in [
        ("padding that is not zero", with(&[good.clone(), padded])),
        ("an integer of eight bytes", with(&[good.clone(), item(BATCH_COUNT, INTEGER, &[0; 8])])),
        ("an integer of no bytes", with(&[good.clone(), item(BATCH_COUNT, INTEGER, &[])])),
        ("a text as a count", with(&[good.clone(), item(BATCH_COUNT, TEXT, b"one")])),
        ("a type that there is not", with(&[good.clone(), item(BATCH_COUNT, 0x7F, &[0; 8])])),
        ("no version", with(slice::from_ref(&count))),
        ("no count", with(slice::from_ref(&good))),
        ("two versions", with(&[good.clone(), good.clone(), count.clone()])),
        ("two counts", with(&[good.clone(), count.clone(), count.clone()])),
        ("half a version", with(&[version(&[number(0x6A, INTEGER, 1)]), count.clone()])),
        ("an operation in a text", operation(TEXT, b"Create")),
        ("an operation of three bytes", operation(ENUMERATION, &[0, 0, 1])),
        ("only a header", message(&[header((1, 4), 1)])),
        ("a batch before its header", message(&[batch_item(QUERY, &[]), header((1, 4), 1)])),
    ] {
        target.refuses(what, &bytes, &[INVALID_MESSAGE]);
    }
    let unknown = message(&[header((1, 4), 1), batch_item(0x7FFF_FFFF, &[])]);
    target.refuses("an unknown operation", &unknown, &[OPERATION_NOT_SUPPORTED, INVALID_MESSAGE]);
    let fields =
        [number(OBJECT_TYPE, ENUMERATION, 0x7FFF_FFFF), item(TEMPLATE_ATTRIBUTE, STRUCTURE, &[])];
    let unknown = message(&[header((1, 4), 1), batch_item(CREATE, &fields.concat())]);
    target.refuses("an unknown object type", &unknown, &[INVALID_FIELD, INVALID_MESSAGE]);
}

#[test]
fn depth_and_batches_without_measure_are_refused() {
    let target = Target::new();
    let mut deep = Vec::new();
    for _ in 0..10_000 {
        deep = item(REQUEST_PAYLOAD, STRUCTURE, &deep);
    }
    target.refuses("a depth of 10,000", &message(&[header((1, 4), 1), deep]), &[INVALID_MESSAGE]);
    let one = batch_item(DISCOVER_VERSIONS, &[]);
    for (count, items) in [(100_000, 100_000), (100_000, 1), (u32::MAX, 1), (0, 1), (1, 2)] {
        let bytes = message(&[header((1, 4), count), one.repeat(items)]);
        let what = format!("a batch of {items} that claims {count}");
        // KMIP 1.x has no reason of its own for more than a server takes.
        target.refuses(&what, &bytes, &[INVALID_MESSAGE, GENERAL_FAILURE]);
    }
    for version in [(0, 9), (3, 0), (1, 5), (2, 2), (9, 9), (u32::MAX, u32::MAX)] {
        let bytes = message(&[header(version, 1), one.clone()]);
        let what = format!("the version {version:?}");
        target.refuses(&what, &bytes, &[UNSUPPORTED_PROTOCOL_VERSION, INVALID_MESSAGE]);
    }
}

#[test]
fn garbage_behind_a_message_ends_only_what_it_is_in() {
    let target = Target::new();
    let mut stream = target.connect();
    stream.write_all(&[discover_versions(), b"garbage".to_vec()].concat()).unwrap();
    assert_eq!(result(&one_answer(&mut stream)), (Some(0), None), "the message is answered first");
    let mut rest = Vec::new();
    let _ = stream.read_to_end(&mut rest);
    assert_eq!(result(&rest).0, Some(1), "then it is said that this is no message");
    // Several messages at once are answered one after the other.
    let mut stream = target.connect();
    stream.write_all(&discover_versions().repeat(50)).unwrap();
    for _ in 0..50 {
        assert_eq!(result(&one_answer(&mut stream)), (Some(0), None));
    }
    target.stays_well("garbage");
}

#[test]
fn http_on_the_port_of_messages_is_answered_as_http() {
    let target = Target::new();
    let http = |head: &str, body: &str| {
        let length = body.len();
        let request = format!(
            "{head} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}"
        );
        shown(&target.send(request.as_bytes()))
    };
    for (head, status) in [("GET /", 404), ("POST /", 404), ("GET /kmip", 405), ("POST /kmip", 415)]
    {
        let answer = http(head, "");
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{head}: {answer}");
    }
    let laughs = (0..20).fold(String::from("<!DOCTYPE a [<!ENTITY a0 'ha'>"), |text, number| {
        let before = format!("&a{number};").repeat(10);
        format!("{text}<!ENTITY a{} '{before}'>", number + 1)
    });
    for (media_type, body) in [
        ("application/octet-stream", "nothing".to_owned()),
        ("application/json", "[1, 2".to_owned()),
        ("application/json", r#"{"tag": "RequestMessage", "value": 7}"#.to_owned()),
        ("application/json", format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000))),
        ("text/xml", "<RequestMessage>".to_owned()),
        ("text/xml", format!("{laughs}]><RequestMessage>&a20;</RequestMessage>")),
        ("text/xml", "<!DOCTYPE a SYSTEM 'file:///etc/passwd'><RequestMessage/>".to_owned()),
        ("text/xml", format!("{}{}", "<a>".repeat(100_000), "</a>".repeat(100_000))),
    ] {
        let answer =
            http(&format!("POST /kmip HTTP/1.1\r\ncontent-type: {media_type}\r\nx:"), &body);
        assert!(answer.starts_with("HTTP/1.1 200 "), "{media_type}: {answer}");
        let said = answer.contains("InvalidMessage") || answer.contains("0x00000004");
        let binary = media_type == "application/octet-stream";
        assert!(said || binary, "{media_type}: {answer}");
        target.stays_well(media_type);
    }
}

#[test]
fn whoever_is_slow_or_silent_or_gone_disturbs_nobody() {
    let target = Target::new();
    let whole = discover_versions();
    let mut slow: Vec<Stream> = (0..50).map(|_| target.connect()).collect();
    // Gone in the middle of a message.
    for length in [1, 7, 8, 20] {
        let mut stream = target.connect();
        stream.write_all(&whole[..length]).unwrap();
        stream.flush().unwrap();
        stream.sock.shutdown(Shutdown::Write).unwrap();
        let answer = one_answer(&mut stream);
        assert!(answer.is_empty(), "{}", shown(&answer));
        let mut stream = target.connect();
        stream.write_all(&whole[..length]).unwrap();
        drop(stream);
    }
    // Byte by byte, while others are served.
    for byte in &whole[..24] {
        for stream in &mut slow {
            stream.write_all(&[*byte]).unwrap();
            stream.flush().unwrap();
        }
        target.serves();
        thread::sleep(Duration::from_millis(20));
    }
    // In the end they get what they asked for.
    for stream in &mut slow {
        stream.write_all(&whole[24..]).unwrap();
        assert_eq!(result(&one_answer(stream)), (Some(0), None));
    }
    target.stays_well("slow clients");
}

#[test]
fn a_thousand_idle_connections_cost_little() {
    let target = Target::new();
    let mut idle = Vec::new();
    for _ in 0..1000 {
        let mut stream = target.connect();
        stream.write_all(&discover_versions()).unwrap();
        assert_eq!(result(&one_answer(&mut stream)), (Some(0), None));
        idle.push(stream);
    }
    let grown = target.setting.service.memory().saturating_sub(target.memory);
    println!("1,000 idle connections with TLS take {grown} KiB");
    assert!(grown < 128 * 1024, "{grown} KiB");
    for _ in 0..50 {
        target.serves();
    }
    for stream in idle.iter_mut().step_by(100) {
        stream.write_all(&discover_versions()).unwrap();
        assert_eq!(result(&one_answer(stream)), (Some(0), None), "each is still served");
    }
}
