//! Certificates, certification requests and PKCS#12 containers: whatever is read, nothing panics or takes
//! long, and a request that was taken is taken again.
//!
//! The first byte of the input chooses the reader, the rest is what it reads.

#![no_main]

use claviger_model::Timestamp;
use claviger_parametric::SoftwareCertificates;
use claviger_ports::Certificates;
use libfuzzer_sys::fuzz_target;

/// Legacy too, so that no kind of signature is out of reach.
const CERTIFICATES: SoftwareCertificates = SoftwareCertificates::new().permitting_legacy();

/// In the time of the seeds: the start of 2027.
const NOW: Timestamp = Timestamp::from_milliseconds(1_798_761_600_000);

/// The password of the seeds is the empty one.
const PASSWORDS: [&str; 2] = ["", "wrong"];

fuzz_target!(|input: &[u8]| {
    let Some((&choice, input)) = input.split_first() else { return };
    match choice % 3 {
        0 => certificate(input),
        1 => request(input),
        _ => container(input),
    }
});

/// What a certificate says, and whether it is a chain of one.
fn certificate(input: &[u8]) {
    let _ = CERTIFICATES.facts(input);
    let _ = CERTIFICATES.validate(&[input], NOW);
}

/// A request that is taken is taken again as the DER that it gave.
fn request(input: &[u8]) {
    let Ok(first) = CERTIFICATES.request(input) else { return };
    let again = CERTIFICATES.request(&first.der).expect("it was taken before");
    assert!(again.der == first.der && again.public_key == first.public_key, "another request");
}

/// A container under the right password, perhaps, and a wrong one.
fn container(input: &[u8]) {
    for password in PASSWORDS {
        let Ok(contents) = CERTIFICATES.open_container(input, password, None) else {
            continue;
        };
        assert!(contents.private_key.len() <= input.len(), "a longer key than the container");
        contents.certificates.iter().for_each(|der| certificate(der));
    }
}
