//! Requests of real clients.
//!
//! `pykmip.txt` has what the client of PyKMIP 0.11 sends, one request a line: the version, the call, the bytes. All of them are
//! understood, also where the client does not keep to the version.

use claviger_wire_kmip::{MessageLimits, RequestMessage};
use claviger_wire_ttlv::enumeration::ResultReason;
use claviger_wire_ttlv::{Item, Limits};

const PYKMIP: &str = include_str!("pykmip.txt");

/// Operations that came with 1.2; PyKMIP sends them in 1.0 as well.
const TOO_EARLY: [&str; 5] = ["encrypt", "decrypt", "sign", "verify", "mac"];

/// What is not written again as it was: fields that the version lacks are left out, Locate has attributes in 2.x, and the
/// Template-Attribute of 1.x becomes the Attributes of 2.0.
const CHANGED: [(&str, &str); 6] = [
    ("1.0", "registerw"),
    ("1.0", "get"),
    ("1.0", "locate"),
    ("1.2", "locate"),
    ("2.0", "locate0"),
    ("2.0", "rekey"),
];

#[test]
fn requests_of_pykmip_are_understood() {
    let mut understood = 0;
    for line in PYKMIP.lines() {
        let mut words = line.split(' ');
        let mut word = || words.next().expect("three words a line");
        let (version, call, bytes) = (word(), word(), hexadecimal(word()));
        let item = Item::parse(&bytes, &Limits::default()).expect("TTLV");
        let request = RequestMessage::decode(item, &MessageLimits::default()).expect("a request");
        assert_eq!(request.version.to_string(), version);
        match &request.batch[0].payload {
            Err(error) => {
                assert!(version == "1.0" && TOO_EARLY.contains(&call), "{version} {call}: {error}");
                assert_eq!(error.reason, ResultReason::OperationNotSupported);
            }
            Ok(_) => {
                let same = request.encode()[..] == bytes[..];
                assert_eq!(same, !CHANGED.contains(&(version, call)), "{version} {call}");
                understood += 1;
            }
        }
    }
    assert_eq!(understood, PYKMIP.lines().count() - TOO_EARLY.len());
    assert!(understood > 80, "{understood}");
}

fn hexadecimal(digits: &str) -> Vec<u8> {
    let pair = |at| u8::from_str_radix(&digits[at..at + 2], 16).expect("hexadecimal digits");
    (0..digits.len()).step_by(2).map(pair).collect()
}
