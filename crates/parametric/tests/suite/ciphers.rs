//! Ciphers and modes: known answers of OASIS, NIST and the RFCs.

use claviger_model::{
    BlockCipherMode as Mode, CryptographicAlgorithm as Algorithm, CryptographicParameters,
    PaddingMethod,
};
use claviger_ports::{CryptoError, Direction, INVALID_TAG_LENGTH, MISSING_NONCE, ParametricCipher};

use crate::keys::{both_ways, cipher, hex, mode, open, symmetric};

const OASIS_KEY: &str = "0123456789abcdef0123456789abcdef";

#[test]
fn oasis_block_modes() {
    let key = symmetric(Algorithm::Aes, &hex(OASIS_KEY));
    let one = "01020304050607080910111213141516";
    let two = "010203040506070809101112131415160102030405060708091011121314151601";
    let iv = hex("01020304050607080910111213141516");
    // CS-BC-M-6, -8, -9, -10.
    both_ways(&*key, &mode(Mode::Ecb, None), None, one, "d9bcce11b0b437b90239552df3a360c9");
    both_ways(
        &*key,
        &mode(Mode::Ecb, Some(PaddingMethod::Pkcs5)),
        None,
        one,
        "d9bcce11b0b437b90239552df3a360c90efb6bfed93b4d1ea2123ba4db075ff6",
    );
    both_ways(
        &*key,
        &mode(Mode::Ecb, Some(PaddingMethod::Pkcs5)),
        None,
        two,
        "d9bcce11b0b437b90239552df3a360c9d9bcce11b0b437b90239552df3a360c9be261a7bd1371bb738fe004d500381d0",
    );
    both_ways(
        &*key,
        &mode(Mode::Cbc, Some(PaddingMethod::Pkcs5)),
        Some(&iv),
        two,
        "79abc5c23868ad84d388ce61110a62742bda19d694bbcb757dd06617c0d80fb1df2e71864ad9633d7d797e30860df00d",
    );
}

#[test]
fn oasis_missing_and_wrong_ivs() {
    // CS-BC-M-11.
    let key = symmetric(Algorithm::Aes, &hex(OASIS_KEY));
    let parameters = mode(Mode::Cbc, Some(PaddingMethod::Pkcs5));
    let ciphertext = hex(
        "e768203ba72b6e157daaad34b1e791d8e88457dc147942f01bfaff7b28a3cdde2203d4d5a4c7928ba9e9cc78b66a6546",
    );
    let decrypted = key.decrypt(cipher(&parameters, Some(&[0; 16]), &ciphertext)).unwrap();
    assert_eq!(
        open(&decrypted),
        hex("fe0000000000000000000000000000000102030405060708091011121314151601")
    );
    let missing = key.decrypt(cipher(&parameters, None, &ciphertext)).err();
    assert_eq!(missing, Some(MISSING_NONCE));
    let short = key.decrypt(cipher(&parameters, Some(&[0; 15]), &ciphertext)).err();
    assert!(matches!(short, Some(CryptoError::InvalidParameter(_))));
    // CS-BC-M-13: the service makes the IV.
    let random = CryptographicParameters { random_iv: Some(true), ..parameters };
    let first = key.encrypt(cipher(&random, None, b"message")).unwrap();
    let second = key.encrypt(cipher(&random, None, b"message")).unwrap();
    assert_ne!(first.nonce, second.nonce);
    assert_eq!(key.decrypt(cipher(&random, None, &first.output)).err(), Some(MISSING_NONCE));
    let nonce = first.nonce.unwrap();
    let decrypted = key.decrypt(cipher(&random, Some(&nonce), &first.output)).unwrap();
    assert_eq!(open(&decrypted), b"message");
    // A caller who forbids it gets none.
    let fixed = CryptographicParameters { random_iv: Some(false), ..parameters };
    assert_eq!(key.encrypt(cipher(&fixed, None, b"message")).err(), Some(MISSING_NONCE));
}

/// Key, IV, additional data, plaintext, ciphertext, tag: of CS-BC-M-GCM-2, with all lengths of nonces and tags.
const GCM: [[&str; 6]; 8] = [
    [
        "00000000000000000000000000000000",
        "000000000000000000000000",
        "",
        "00000000000000000000000000000000",
        "0388dace60b6a392f328c2b971b2fe78",
        "ab6e47d42cec13bdf53a67b21257bddf",
    ],
    [
        "feffe9928665731c6d6a8f9467308308feffe9928665731c",
        "9313225df88406e555909c5aff5269aa6a7a9538534f7da1e4c303d2a318a728c3c0c95156809539fcf0e2429a6b525416aedbf5a0de6a57a637b39b",
        "feedfacedeadbeeffeedfacedeadbeefabaddad2",
        "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
        "d27e88681ce3243c4830165a8fdcf9ff1de9a1d8e6b447ef6ef7b79828666e4581e79012af34ddd9e2f037589b292db3e67c036745fa22e7e9b7373b",
        "dcf566ff291c25bbb8568fc3d376a6d9",
    ],
    [
        "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308",
        "cafebabefacedbad",
        "feedfacedeadbeeffeedfacedeadbeefabaddad2",
        "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
        "c3762df1ca787d32ae47c13bf19844cbaf1ae14d0b976afac52ff7d79bba9de0feb582d33934a4f0954cc2363bc73f7862ac430e64abe499f47c9b1f",
        "3a337dbf46a792c45e454913fe2ea8f2",
    ],
    [
        "0000000000000000000000000000000000000000000000000000000000000000",
        "000000000000000000000000",
        "",
        "",
        "",
        "530f8afbc74536b9a963b4f1c4cb738b",
    ],
    [
        "6dfa1a07c14f978020ace450ad663d18",
        "34edfa462a14c6969a680ec1",
        "2a35c7f5f8578e919a581c60500c04f6",
        "",
        "",
        "751f3098d59cf4ea1d2fb0853bde1c",
    ],
    [
        "ed6cd876ceba555706674445c229c12d",
        "92ecbf74b765bc486383ca2e",
        "95bd10d77dbe0e87fb34217f1a2e5efe",
        "bfaaaea3880d72d4378561e2597a9b35",
        "bdd2ed6c66fa087dce617d7fd1ff6d93",
        "ba82e49c55a22ed02ca67da4ec6f",
    ],
    [
        "a1412ff6f687787fb404a4a9d18511d1",
        "7e78061027ac22ddad25c930",
        "e21cfc627452107d55f34f7d06bca88e",
        "abef8c37dfc74ad8b5e59e71ae9a9583",
        "0d378e6a61589c6f49b739ae374e6fc1",
        "75ea647ff1318e4a53b55ac0d2",
    ],
    [
        "5ac0b25cccaaa4bb2375aef5034db959",
        "65765ef5c5ff39c256af5838",
        "77d997b514608c0d0b0668cecae21f4a",
        "53b4f37fcb17ecbf88f47f5aa53bfe96",
        "506959e2cc4929a7047a5bc986854e0e",
        "c69d14f2e795336f6eb22171",
    ],
];

#[test]
fn oasis_gcm() {
    for answers in GCM {
        let [key, nonce, additional_data, plaintext, ciphertext, tag] = answers.map(hex);
        let key = symmetric(Algorithm::Aes, &key);
        let parameters = CryptographicParameters {
            block_cipher_mode: Some(Mode::Gcm),
            tag_length: i32::try_from(tag.len()).ok(),
            ..Default::default()
        };
        let request = |input, tag| ParametricCipher {
            parameters: &parameters,
            nonce: Some(&nonce),
            additional_data: &additional_data,
            input,
            tag,
        };
        let encrypted = key.encrypt(request(&plaintext, None)).unwrap();
        assert_eq!(encrypted.output, ciphertext);
        assert_eq!(encrypted.tag.as_deref(), Some(&tag[..]));
        let decrypted = key.decrypt(request(&ciphertext, Some(&tag))).unwrap();
        assert_eq!(open(&decrypted), plaintext);
        let mut wrong = tag.clone();
        wrong[0] ^= 1;
        for tag in [&wrong[..], &tag[1..], &[]] {
            assert_eq!(
                key.decrypt(request(&ciphertext, Some(tag))).err(),
                Some(CryptoError::Failed)
            );
        }
    }
}

#[test]
fn tags_have_the_lengths_of_their_modes() {
    // CS-BC-M-GCM-1, CS-BC-M-CHACHA20POLY1305-1: 1 and 32.
    for (algorithm, mode, lengths) in [
        (Algorithm::Aes, Mode::Gcm, &[-1, 0, 1, 3, 5, 7, 9, 11, 17, 32][..]),
        (Algorithm::Aes, Mode::Ccm, &[0, 2, 3, 5, 15, 17, 32][..]),
        (Algorithm::ChaCha20Poly1305, Mode::Aead, &[0, 1, 3, 17, 32][..]),
    ] {
        let key = symmetric(algorithm, &[7; 32]);
        for length in lengths {
            let parameters = CryptographicParameters {
                block_cipher_mode: Some(mode),
                tag_length: Some(*length),
                ..Default::default()
            };
            let request = cipher(&parameters, Some(&[0; 12]), b"message");
            assert_eq!(key.encrypt(request).err(), Some(INVALID_TAG_LENGTH), "{mode:?} {length}");
        }
    }
}

#[test]
fn oasis_chacha20() {
    // CS-BC-M-CHACHA20-1, -2: eight bytes of nonce.
    let none = CryptographicParameters::default();
    let zeros = "00".repeat(64);
    let mut key = [0; 32];
    both_ways(
        &*symmetric(Algorithm::ChaCha20, &key),
        &none,
        Some(&[0; 8]),
        &zeros,
        "76b8e0ada0f13d90405d6ae55386bd28bdd219b8a08ded1aa836efcc8b770dc7da41597c5157488d7724e03fb8d84a376a43b8f41518a11cc387b669b2ee6586",
    );
    key[31] = 1;
    both_ways(
        &*symmetric(Algorithm::ChaCha20, &key),
        &none,
        Some(&[0; 8]),
        &zeros,
        "4540f05a9f1fb296d7736e7b208e3c96eb4fe1834688d2604f450952ed432d41bbe2a0b6ea7566d2a5d1e7e20d42af2c53d792b1c43fea817e9ad275ae546963",
    );
}

#[test]
fn chacha20_counts_from_where_it_is_told() {
    // RFC 8439 §2.4.2.
    let key: Vec<u8> = (0..32).collect();
    let parameters =
        CryptographicParameters { initial_counter_value: Some(1), ..Default::default() };
    let plaintext = b"Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would be it.";
    // The counter in the parameters, before the nonce, or half and half.
    for (parameters, nonce) in [
        (parameters, "000000000000004a00000000"),
        (CryptographicParameters::default(), "01000000000000000000004a00000000"),
        (parameters, "00000000000000000000004a00000000"),
    ] {
        both_ways(
            &*symmetric(Algorithm::ChaCha20, &key),
            &parameters,
            Some(&hex(nonce)),
            &hex::encode(plaintext),
            "6e2e359a2568f98041ba0728dd0d6981e97e7aec1d4360c20a27afccfd9fae0bf91b65c5524733ab8f593dabcd62b3571639d624e65152ab8f530c359f0861d807ca0dbf500d6a6156a38e088a22b65e52bc514d16ccf806818ce91ab77937365af90bbf74a35be6b40b8eedf2785e42874d",
        );
    }
}

/// SP 800-38A: the key of appendix F.
const NIST_KEY: &str = "2b7e151628aed2a6abf7158809cf4f3c";
const NIST_PLAINTEXT: &str = "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51";

#[test]
fn nist_feedback_and_counter_modes() {
    let key = symmetric(Algorithm::Aes, &hex(NIST_KEY));
    let iv = hex("000102030405060708090a0b0c0d0e0f");
    for (wanted, iv, ciphertext) in [
        (Mode::Cbc, &iv, "7649abac8119b246cee98e9b12e9197d5086cb9b507219ee95db113a917678b2"),
        (Mode::Cfb, &iv, "3b3fd92eb72dad20333449f8e83cfb4ac8a64537a0b3a93fcde3cdad9f1ce58b"),
        (Mode::Ofb, &iv, "3b3fd92eb72dad20333449f8e83cfb4a7789508d16918f03f53c52dac54ed825"),
        (
            Mode::Ctr,
            &hex("f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff"),
            "874d6191b620e3261bef6864990db6ce9806f66b7970fdff8617187bb9fffdff",
        ),
    ] {
        both_ways(&*key, &mode(wanted, None), Some(iv), NIST_PLAINTEXT, ciphertext);
    }
}

#[test]
fn a_short_counter_nonce_leaves_room_for_the_counter() {
    // RFC 3686 §6, vector 1: nonce and IV of 12 bytes, the counter from 1.
    let key = symmetric(Algorithm::Aes, &hex("ae6852f8121067cc4bf7a5765577f39e"));
    let parameters = CryptographicParameters {
        block_cipher_mode: Some(Mode::Ctr),
        initial_counter_value: Some(1),
        ..Default::default()
    };
    both_ways(
        &*key,
        &parameters,
        Some(&hex("000000300000000000000000")),
        &hex::encode(b"Single block msg"),
        "e4095d4fb7a7b3792d6175a3261311b8",
    );
    // A counter of one byte can't count further than 256 blocks.
    let parameters = CryptographicParameters {
        block_cipher_mode: Some(Mode::Ctr),
        counter_length: Some(8),
        ..Default::default()
    };
    assert!(key.encrypt(cipher(&parameters, Some(&[0; 16]), &[0; 4096])).is_ok());
    let result = key.encrypt(cipher(&parameters, Some(&[0; 16]), &[0; 4097]));
    assert!(matches!(result.err(), Some(CryptoError::InvalidParameter(_))));
}

#[test]
fn nist_ccm() {
    // SP 800-38C, examples 1 to 3.
    let key = symmetric(Algorithm::Aes, &hex("404142434445464748494a4b4c4d4e4f"));
    for (nonce, additional_data, plaintext, sealed, tag_length) in [
        ("10111213141516", "0001020304050607", "20212223", "7162015b4dac255d", 4),
        (
            "1011121314151617",
            "000102030405060708090a0b0c0d0e0f",
            "202122232425262728292a2b2c2d2e2f",
            "d2a1f0e051ea5f62081a7792073d593d1fc64fbfaccd",
            6,
        ),
        (
            "101112131415161718191a1b",
            "000102030405060708090a0b0c0d0e0f10111213",
            "202122232425262728292a2b2c2d2e2f3031323334353637",
            "e3b201a9f5b71a7a9b1ceaeccd97e70b6176aad9a4428aa5484392fbc1b09951",
            8,
        ),
    ] {
        let (nonce, additional_data, plaintext) =
            (hex(nonce), hex(additional_data), hex(plaintext));
        let parameters = CryptographicParameters {
            block_cipher_mode: Some(Mode::Ccm),
            tag_length: Some(tag_length),
            ..Default::default()
        };
        let request = |input, tag| ParametricCipher {
            parameters: &parameters,
            nonce: Some(&nonce),
            additional_data: &additional_data,
            input,
            tag,
        };
        let encrypted = key.encrypt(request(&plaintext, None)).unwrap();
        let tag = encrypted.tag.unwrap();
        assert_eq!([&encrypted.output[..], &tag].concat(), hex(sealed));
        let decrypted = key.decrypt(request(&encrypted.output, Some(&tag))).unwrap();
        assert_eq!(open(&decrypted), plaintext);
        let wrong = vec![0; tag.len()];
        let failed = key.decrypt(request(&encrypted.output, Some(&wrong)));
        assert_eq!(failed.err(), Some(CryptoError::Failed));
    }
}

#[test]
fn ieee_xts() {
    // IEEE 1619-2007, vectors 2 and 15 (17 bytes: the last block steals).
    let parameters = mode(Mode::Xts, None);
    let key = hex("11111111111111111111111111111111 22222222222222222222222222222222");
    let mut tweak = [0; 16];
    tweak[..5].copy_from_slice(&[0x33; 5]);
    both_ways(
        &*symmetric(Algorithm::Aes, &key),
        &parameters,
        Some(&tweak),
        &"44".repeat(32),
        "c454185e6a16936e39334038acef838bfb186fff7480adc4289382ecd6d394f0",
    );
    let key = hex("fffefdfcfbfaf9f8f7f6f5f4f3f2f1f0 bfbebdbcbbbab9b8b7b6b5b4b3b2b1b0");
    let tweak = hex("9a785634120000000000000000000000");
    both_ways(
        &*symmetric(Algorithm::Aes, &key),
        &parameters,
        Some(&tweak),
        "000102030405060708090a0b0c0d0e0f10",
        "6c1625db4671522d3d7599601de7ca09ed",
    );
    let same = symmetric(Algorithm::Aes, &[1; 64]);
    let refused = same.encrypt(cipher(&parameters, Some(&[0; 16]), &[0; 16])).err();
    assert!(matches!(refused, Some(CryptoError::InvalidKey(_))), "both halves are the same");
}

#[test]
fn key_wrap() {
    // RFC 3394 §4.1 and RFC 5649 §6.
    let key = symmetric(Algorithm::Aes, &hex("000102030405060708090a0b0c0d0e0f"));
    let material = "00112233445566778899aabbccddeeff";
    let wrapped = "1fa68b0a8112b447aef34bd8fb5a7b829d3e862371d2cfe5";
    both_ways(&*key, &mode(Mode::NistKeyWrap, None), None, material, wrapped);
    let parameters = mode(Mode::NistKeyWrap, None);
    let material = hex(material);
    let done = key.wrap(Direction::Wrap, cipher(&parameters, None, &material)).unwrap();
    assert_eq!(done.output, hex(wrapped));
    let undone = key.wrap(Direction::Unwrap, cipher(&parameters, None, &done.output)).unwrap();
    assert_eq!(undone.output, material);
    let key = symmetric(Algorithm::Aes, &hex("5840df6e29b02af1ab493b705bf16ea1ae8338f4dcc176a8"));
    let padded = mode(Mode::AesKeyWrapPadding, None);
    both_ways(
        &*key,
        &padded,
        None,
        "c37b7e6492584340bed12207808941155068f738",
        "138bdeaa9b8fa7fc61f97742e72248ee5ae6ae5360d1ae6a5f54f373fa543b6a",
    );
    both_ways(&*key, &padded, None, "466f7250617369", "afbeb0f07dfbf5419200f2ccb50bb24f");
    for wrong in [&hex(wrapped)[..], &[0; 24], &[0; 23], &[]] {
        for parameters in [&parameters, &padded] {
            let failed = key.wrap(Direction::Unwrap, cipher(parameters, None, wrong)).err();
            assert_eq!(failed, Some(CryptoError::Failed));
        }
    }
}

#[test]
fn a_wrapped_key_carries_its_tag() {
    let key = symmetric(Algorithm::Aes, &[9; 32]);
    let parameters = mode(Mode::Gcm, None);
    let wrapped = key.wrap(Direction::Wrap, cipher(&parameters, None, b"key material")).unwrap();
    assert_eq!(wrapped.output.len(), 12 + 16);
    let nonce = wrapped.nonce.unwrap();
    let request = |input| cipher(&parameters, Some(&nonce), input);
    let unwrapped = key.wrap(Direction::Unwrap, request(&wrapped.output)).unwrap();
    assert_eq!(unwrapped.output, b"key material");
    for wrong in [&wrapped.output[1..], &wrapped.output[..8], &[]] {
        let failed = key.wrap(Direction::Unwrap, request(wrong)).err();
        assert_eq!(failed, Some(CryptoError::Failed));
    }
}

#[test]
fn what_nobody_said_is_the_default() {
    // A client that names nothing gets AES-GCM, a nonce of 12 and a tag of 16 bytes, and can decrypt with them.
    let none = CryptographicParameters::default();
    for length in [16, 24, 32] {
        let key = symmetric(Algorithm::Aes, &vec![3; length]);
        let encrypted = key.encrypt(cipher(&none, None, b"message")).unwrap();
        let (nonce, tag) = (encrypted.nonce.unwrap(), encrypted.tag.unwrap());
        assert_eq!((encrypted.output.len(), nonce.len(), tag.len()), (7, 12, 16));
        let mut request = cipher(&none, Some(&nonce), &encrypted.output);
        request.tag = Some(&tag);
        assert_eq!(open(&key.decrypt(request).unwrap()), b"message");
        // The quick way and the other one are the same cipher.
        let gcm = CryptographicParameters { tag_length: Some(15), ..mode(Mode::Gcm, None) };
        let other = key.encrypt(cipher(&gcm, Some(&nonce), b"message")).unwrap();
        assert_eq!(other.output, encrypted.output);
        assert_eq!(other.tag.unwrap(), tag[..15]);
    }
    let key = symmetric(Algorithm::TripleDes, &[5; 24]);
    let encrypted = key.encrypt(cipher(&none, None, b"message")).unwrap();
    assert_eq!((encrypted.output.len(), encrypted.nonce.unwrap().len()), (8, 8));
}
