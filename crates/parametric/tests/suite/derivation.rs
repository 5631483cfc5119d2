//! Derivation: known answers of OASIS, the RFCs and NIST.

use claviger_model::{
    BlockCipherMode as Mode, CryptographicAlgorithm as Algorithm, CryptographicParameters,
    DerivationMethod as Method, HashingAlgorithm as Hash, KeyFormatType, PaddingMethod,
    RecommendedCurve,
};
use claviger_ports::{
    CryptoError, KeyComponents, ParametricCrypto, ParametricDerivation, ParametricKey,
};
use claviger_secret::SecretBytes;

use crate::keys::{PROVIDER, cipher, hex, load, open, symmetric};

fn request<'a>(
    method: Method,
    parameters: &'a CryptographicParameters,
    length: usize,
) -> ParametricDerivation<'a> {
    ParametricDerivation {
        method,
        parameters,
        nonce: None,
        data: &[],
        salt: &[],
        iterations: 0,
        peer: None,
        length,
    }
}

fn derived(key: &dyn ParametricKey, request: ParametricDerivation<'_>) -> String {
    hex::encode(open(&key.derive(request).unwrap()))
}

fn with(hash: Hash) -> CryptographicParameters {
    CryptographicParameters { hashing_algorithm: Some(hash), ..Default::default() }
}

fn secret(bytes: &[u8]) -> std::sync::Arc<dyn ParametricKey> {
    load(None, KeyFormatType::Opaque, bytes)
}

#[test]
fn oasis_derivations() {
    let key = symmetric(Algorithm::Aes, &hex("00112233445566778899aabbccddeeff"));
    let sha256 = with(Hash::Sha256);
    // TC-DERIVEKEY-1, -2.
    let asked = request(Method::Hash, &sha256, 16);
    assert_eq!(derived(&*key, asked), "a8faed6abbf35c12a4b26e40f6feb19d");
    let asked = ParametricDerivation { data: &[1, 2], ..request(Method::Hmac, &sha256, 16) };
    assert_eq!(derived(&*key, asked), "1e15c1f1da233629f770fb0a04a5020e");
    // TC-DERIVEKEY-4 (no hash is named), -5.
    let key = secret(b"password");
    let none = CryptographicParameters::default();
    let pbkdf2 = |parameters, length| ParametricDerivation {
        salt: b"salt",
        iterations: 4096,
        ..request(Method::Pbkdf2, parameters, length)
    };
    assert_eq!(derived(&*key, pbkdf2(&none, 16)), "4b007901b765489abead49d926f721d0");
    assert_eq!(
        derived(&*key, pbkdf2(&sha256, 32)),
        "c5e478d59288c841aa530db6845c4c8d962893a001ce4e11a4963873aa98134a"
    );
}

#[test]
fn pbkdf2_is_one_function_for_all_hashes() {
    // What aws-lc-rs computes, and what is computed here, agree where they overlap: SHA-512 with RFC 7914-style inputs, and
    // the known answer for SHA-224 of OpenSSL.
    let key = secret(b"passwd");
    let ask = |hash, iterations, length| {
        let parameters = with(hash);
        derived(
            &*key,
            ParametricDerivation {
                salt: b"salt",
                iterations,
                ..request(Method::Pbkdf2, &parameters, length)
            },
        )
    };
    assert!(ask(Hash::Sha256, 1, 64).starts_with("55ac046e56e3089fec1691c22544b605"));
    assert_eq!(ask(Hash::Sha224, 1000, 40), PBKDF2_SHA224);
    for iterations in [0, 10_000_001] {
        let parameters = with(Hash::Sha256);
        let refused = key.derive(ParametricDerivation {
            iterations,
            ..request(Method::Pbkdf2, &parameters, 16)
        });
        assert!(matches!(refused.err(), Some(CryptoError::InvalidParameter(_))));
    }
}

/// `openssl kdf -keylen 40 -kdfopt digest:SHA224 -kdfopt pass:passwd -kdfopt salt:salt -kdfopt iter:1000 PBKDF2`.
const PBKDF2_SHA224: &str =
    "ec4f2f9f9311dd577d9a570953e0f157129fc4d4db9a357097c5088bb1bb576be04719bdec4b342f";

#[test]
fn hkdf() {
    // RFC 5869 §A.1; §A.7 through the method HMAC, which must give more than its hash has.
    let key = secret(&[0x0b; 22]);
    let sha256 = with(Hash::Sha256);
    let (salt, info) = (hex("000102030405060708090a0b0c"), hex("f0f1f2f3f4f5f6f7f8f9"));
    let expected =
        "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865";
    for method in [Method::Hkdf, Method::Hmac] {
        let asked =
            ParametricDerivation { data: &info, salt: &salt, ..request(method, &sha256, 42) };
        assert_eq!(derived(&*key, asked), expected);
    }
    let key = secret(&[0x0c; 22]);
    let sha1 = with(Hash::Sha1);
    assert_eq!(
        derived(&*key, request(Method::Hmac, &sha1, 42)),
        "2c91117204d745f3500d636a62f64f0ab3bae548aa53d423b0d1f27ebba6f5e5673a081d70cce7acfc48"
    );
    let long = key.derive(request(Method::Hkdf, &sha1, 255 * 20 + 1)).err();
    assert!(matches!(long, Some(CryptoError::InvalidParameter(_))));
}

#[test]
fn sp_800_108() {
    // NIST's CAVS vectors: counter mode, HMAC-SHA-1, a counter of 32 bits before the fixed data.
    let key = secret(&hex("f7591733c856593565130975351954d0155abf3c"));
    let data = hex(
        "8e347ef55d5f5e99eab6de706b51de7ce004f3882889e259ff4e5cff102167a5a4bd711578d4ce17dd9abe56e51c1f2df950e2fc812ec1b217ca08d6",
    );
    let sha1 = with(Hash::Sha1);
    let asked =
        ParametricDerivation { data: &data, ..request(Method::Nist800108Counter, &sha1, 16) };
    assert_eq!(derived(&*key, asked), "34fe44b0d8c41b93f5fa64fb96f00e5b");
    // Feedback and double pipeline by their formulas, over HMAC alone.
    let hmac = |key: &[u8], data: &[u8]| {
        let key = symmetric(Algorithm::HmacSha256, key);
        let none = CryptographicParameters::default();
        key.mac(crate::keys::message(&none, data)).unwrap()
    };
    let sha256 = with(Hash::Sha256);
    let (bytes, data, iv) = ([7; 32], b"label and context", [9; 32]);
    let key = secret(&bytes);
    let first = hmac(&bytes, &[&iv[..], &[0, 0, 0, 1], data].concat());
    let second = hmac(&bytes, &[&first[..], &[0, 0, 0, 2], data].concat());
    let asked = ParametricDerivation {
        data,
        nonce: Some(&iv),
        ..request(Method::Nist800108Feedback, &sha256, 40)
    };
    assert_eq!(derived(&*key, asked), hex::encode(&[first, second].concat()[..40]));
    let outer = [hmac(&bytes, data), hmac(&bytes, &hmac(&bytes, data))];
    let first = hmac(&bytes, &[&outer[0][..], &[0, 0, 0, 1], data].concat());
    let second = hmac(&bytes, &[&outer[1][..], &[0, 0, 0, 2], data].concat());
    let asked =
        ParametricDerivation { data, ..request(Method::Nist800108DoublePipeline, &sha256, 40) };
    assert_eq!(derived(&*key, asked), hex::encode(&[first, second].concat()[..40]));
}

#[test]
fn encryption_derives() {
    // Eric Young's Blowfish-CBC vector, as PyKMIP's suite has it: the padded ciphertext.
    let key = symmetric(Algorithm::Blowfish, &hex("0123456789abcdeff0e1d2c3b4a59687"));
    let iv = hex("fedcba9876543210");
    let data = hex("37363534333231204e6f77206973207468652074696d6520666f722000");
    let parameters = CryptographicParameters {
        cryptographic_algorithm: Some(Algorithm::Blowfish),
        block_cipher_mode: Some(Mode::Cbc),
        padding_method: Some(PaddingMethod::Pkcs5),
        ..Default::default()
    };
    let asked = |length| ParametricDerivation {
        nonce: Some(&iv),
        data: &data,
        ..request(Method::Encrypt, &parameters, length)
    };
    assert_eq!(
        derived(&*key, asked(32)),
        "6b77b4d63006dee605b156e27403979358deb9e7154616d9749decbec05d264b"
    );
    assert!(matches!(key.derive(asked(33)).err(), Some(CryptoError::InvalidParameter(_))));
    // Without an IV it is zeros, so that the bytes are the same each time.
    for mode in [Mode::Ecb, Mode::Cbc, Mode::Ctr, Mode::Gcm] {
        let key = symmetric(Algorithm::Aes, &[1; 16]);
        let parameters =
            CryptographicParameters { block_cipher_mode: Some(mode), ..Default::default() };
        let asked =
            ParametricDerivation { data: &[5; 16], ..request(Method::Encrypt, &parameters, 16) };
        let zeros = [0; 16];
        let nonce = match mode {
            Mode::Ecb => None,
            Mode::Gcm => Some(&zeros[..12]),
            _ => Some(&zeros[..]),
        };
        let encrypted = key.encrypt(cipher(&parameters, nonce, &[5; 16])).unwrap().output;
        assert_eq!(derived(&*key, asked), hex::encode(&encrypted[..16]), "{mode:?}");
    }
}

#[test]
fn aws_signature_version_4() {
    // The example of the AWS documentation.
    let key = secret(b"wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
    let none = CryptographicParameters::default();
    let asked = ParametricDerivation {
        data: b"20120215/us-east-1/iam",
        ..request(Method::AwsSignatureVersion4, &none, 32)
    };
    assert_eq!(
        derived(&*key, asked),
        "f4780e2d9f65fa895f9c67b32ce1baf0b0d8a43505a000a1a9e090d414db404d"
    );
    let asked = ParametricDerivation {
        data: b"20120215us-east-1iam",
        ..request(Method::AwsSignatureVersion4, &none, 32)
    };
    assert!(matches!(key.derive(asked).err(), Some(CryptoError::InvalidParameter(_))));
}

#[test]
fn agreement_is_the_same_from_both_sides() {
    let none = CryptographicParameters::default();
    for curve in [
        RecommendedCurve::P224,
        RecommendedCurve::P256,
        RecommendedCurve::P384,
        RecommendedCurve::P521,
        RecommendedCurve::Secp256k1,
        RecommendedCurve::Curve25519,
    ] {
        let pair = || {
            let made = PROVIDER.generate(Algorithm::Ecdh, None, Some(curve), false).unwrap();
            let private = load(None, KeyFormatType::Pkcs8, &open(&made.material));
            let public = load(None, KeyFormatType::X509, &made.public_key.unwrap());
            (private, public)
        };
        let ((alice, alice_public), (bob, bob_public)) = (pair(), pair());
        let agree = |own: &dyn ParametricKey, peer: &dyn ParametricKey| {
            let peer = Some(peer);
            derived(own, ParametricDerivation { peer, ..request(Method::AsymmetricKey, &none, 28) })
        };
        assert_eq!(agree(&*alice, &*bob_public), agree(&*bob, &*alice_public), "{curve:?}");
        let alone = alice.derive(request(Method::AsymmetricKey, &none, 28)).err();
        assert!(matches!(alone, Some(CryptoError::InvalidParameter(_))));
        let other = load(
            None,
            KeyFormatType::X509,
            &PROVIDER.generate(Algorithm::Ed25519, None, None, false).unwrap().public_key.unwrap(),
        );
        let mixed = alice.derive(ParametricDerivation {
            peer: Some(&*other),
            ..request(Method::AsymmetricKey, &none, 28)
        });
        assert!(matches!(mixed.err(), Some(CryptoError::InvalidParameter(_))));
    }
}

/// The 2048-bit prime of RFC 3526 §3.
const GROUP_14: &str = "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DDEF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7EDEE386BFB5A899FA5AE9F24117C4B1FE649286651ECE45B3DC2007CB8A163BF0598DA48361C55D39A69163FA8FD24CF5F83655D23DCA3AD961C62F356208552BB9ED529077096966D670C354E4ABC9804F1746C08CA18217C32905E462E36CE3BE39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF6955817183995497CEA956AE515D2261898FA051015728E5A8AACAA68FFFFFFFFFFFFFFFF";

#[test]
fn diffie_hellman() {
    let none = CryptographicParameters::default();
    let side = |x: u8| {
        let private = KeyComponents::DhPrivate {
            p: hex(GROUP_14),
            g: vec![2],
            q: None,
            j: None,
            x: SecretBytes::copy_from(&[x; 32]),
        };
        let public = PROVIDER.public_of(&private).unwrap();
        let load = |components| PROVIDER.load_components(&components, None, false).unwrap();
        (load(private), load(public))
    };
    let ((alice, alice_public), (bob, bob_public)) = (side(3), side(4));
    let agree = |own: &dyn ParametricKey, peer: &dyn ParametricKey| {
        let peer = Some(peer);
        derived(own, ParametricDerivation { peer, ..request(Method::AsymmetricKey, &none, 256) })
    };
    assert_eq!(agree(&*alice, &*bob_public), agree(&*bob, &*alice_public));
    // 1 and p - 1 give a secret that anybody knows.
    let mut last = hex(GROUP_14);
    last[255] -= 1;
    for y in [vec![1], last] {
        let public = KeyComponents::DhPublic { p: hex(GROUP_14), g: vec![2], q: None, j: None, y };
        let peer = PROVIDER.load_components(&public, None, false).unwrap();
        let refused = alice.derive(ParametricDerivation {
            peer: Some(&*peer),
            ..request(Method::AsymmetricKey, &none, 256)
        });
        assert!(matches!(refused.err(), Some(CryptoError::InvalidKey(_))));
    }
}
