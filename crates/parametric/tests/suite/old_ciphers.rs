//! Ciphers of old devices, one-time pads, paddings.

use claviger_model::{
    BlockCipherMode as Mode, CryptographicAlgorithm as Algorithm, CryptographicParameters,
    PaddingMethod,
};
use claviger_ports::CryptoError;

use crate::keys::{both_ways, cipher, hex, mode, open, symmetric};

#[test]
fn old_block_ciphers() {
    // One block each of: FIPS 81, TC-STREAM-ENC-2, Schneier's list, RFC 2144 §B.1, ETH's IDEA list, RFC 2268 §5 (64
    // effective bits), RFC 3713, RFC 5794, the Twofish paper, GB/T 32907.
    for (algorithm, key, plaintext, ciphertext) in [
        (Algorithm::Des, "0123456789abcdef", "4e6f772069732074", "3fa40e8a984d4815"),
        (
            Algorithm::TripleDes,
            "010101010101010101010101010101010101010101010101",
            "0102030405060708",
            "cead373db80eabf8",
        ),
        (
            Algorithm::TripleDes,
            "0123456789abcdef23456789abcdef01456789abcdef0123",
            "6bc1bee22e409f96",
            "714772f339841d34",
        ),
        (Algorithm::Blowfish, "0123456789abcdef", "1111111111111111", "61f9c3802281b096"),
        (
            Algorithm::Cast5,
            "0123456712345678234567893456789a",
            "0123456789abcdef",
            "238b4fe5847e44b2",
        ),
        (
            Algorithm::Idea,
            "00010002000300040005000600070008",
            "0000000100020003",
            "11fbed2b01986de5",
        ),
        (
            Algorithm::Camellia,
            "0123456789abcdeffedcba9876543210",
            "0123456789abcdeffedcba9876543210",
            "67673138549669730857065648eabe43",
        ),
        (
            Algorithm::Aria,
            "000102030405060708090a0b0c0d0e0f",
            "00112233445566778899aabbccddeeff",
            "d718fbd6ab644c739da95f3be6451778",
        ),
        (
            Algorithm::Twofish,
            "00000000000000000000000000000000",
            "00000000000000000000000000000000",
            "9f589f5cf6122c32b6bfec2f2ae8c35a",
        ),
        (
            Algorithm::Sm4,
            "0123456789abcdeffedcba9876543210",
            "0123456789abcdeffedcba9876543210",
            "681edf34d206965e86b3e94f536e4246",
        ),
    ] {
        let key = symmetric(algorithm, &hex(key));
        both_ways(&*key, &mode(Mode::Ecb, None), None, plaintext, ciphertext);
    }
}

#[test]
fn old_stream_ciphers_and_pads() {
    let none = CryptographicParameters::default();
    let key = symmetric(Algorithm::Rc4, b"Key");
    both_ways(&*key, &none, None, &hex::encode(b"Plaintext"), "bbf316e8d940af0ad3");
    let key = symmetric(Algorithm::OneTimePad, &hex("fc90170d29bd"));
    both_ways(&*key, &none, None, "010203040506", "fd9214092cbb");
    let long = key.encrypt(cipher(&none, None, &[0; 7])).err();
    assert_eq!(long, Some(CryptoError::TooLong { limit: 6 }));
}

#[test]
fn paddings() {
    let key = symmetric(Algorithm::Aes, &[1; 16]);
    let iv = [0; 16];
    let bare = mode(Mode::Cbc, Some(PaddingMethod::None));
    let last = |method, length: usize| {
        let parameters = mode(Mode::Cbc, Some(method));
        let data = vec![0xaa; length];
        let encrypted = key.encrypt(cipher(&parameters, Some(&iv), &data)).unwrap().output;
        let padded = open(&key.decrypt(cipher(&bare, Some(&iv), &encrypted)).unwrap());
        let back = open(&key.decrypt(cipher(&parameters, Some(&iv), &encrypted)).unwrap());
        (padded[length..].to_vec(), back)
    };
    assert_eq!(last(PaddingMethod::Pkcs5, 13), (vec![3; 3], vec![0xaa; 13]));
    assert_eq!(last(PaddingMethod::Pkcs5, 16), (vec![16; 16], vec![0xaa; 16]));
    assert_eq!(last(PaddingMethod::AnsiX923, 13), (vec![0, 0, 3], vec![0xaa; 13]));
    let (random, back) = last(PaddingMethod::Iso10126, 3);
    assert_eq!((random.len(), random[12], back), (13, 13, vec![0xaa; 3]));
    let (zeros, back) = last(PaddingMethod::Zeros, 14);
    assert_eq!((zeros, back.len()), (vec![0, 0], 16), "zeros can't be told from data");
    assert!(last(PaddingMethod::Zeros, 16).0.is_empty());
    let refused = key.encrypt(cipher(&bare, Some(&iv), &[0; 17])).err();
    assert!(matches!(refused, Some(CryptoError::InvalidParameter(_))));
    // Every wrong padding is the same failure.
    for method in [PaddingMethod::Pkcs5, PaddingMethod::AnsiX923, PaddingMethod::Iso10126] {
        let parameters = mode(Mode::Cbc, Some(method));
        for end in [[0, 0, 0, 0], [0, 0, 0, 17], [0, 0, 0, 255]] {
            let block = [[0xaa; 4], [0xaa; 4], [0xaa; 4], end].concat();
            let encrypted = key.encrypt(cipher(&bare, Some(&iv), &block)).unwrap().output;
            let failed = key.decrypt(cipher(&parameters, Some(&iv), &encrypted)).err();
            assert_eq!(failed, Some(CryptoError::Failed));
        }
        for length in [0, 1, 15, 17] {
            let failed = key.decrypt(cipher(&parameters, Some(&iv), &vec![0; length])).err();
            assert_eq!(failed, Some(CryptoError::Failed));
        }
    }
}

#[test]
fn pcbc_passes_errors_on() {
    let key = symmetric(Algorithm::Des, &hex("0123456789abcdef"));
    let parameters = mode(Mode::Pcbc, None);
    let iv = hex("fedcba9876543210");
    let plaintext = b"7654321 Now is the time ";
    let encrypted = key.encrypt(cipher(&parameters, Some(&iv), plaintext)).unwrap().output;
    // Of libdes, the first three blocks.
    assert_eq!(hex::encode(&encrypted), "ccd173ffab2039f46decb470a0e56b15aea6bf61ed7d9c9f");
    assert_eq!(open(&key.decrypt(cipher(&parameters, Some(&iv), &encrypted)).unwrap()), plaintext);
    let mut wrong = encrypted.clone();
    wrong[0] ^= 1;
    let decrypted = open(&key.decrypt(cipher(&parameters, Some(&iv), &wrong)).unwrap());
    assert!(decrypted.chunks(8).zip(plaintext.chunks(8)).all(|(one, other)| one != other));
}
