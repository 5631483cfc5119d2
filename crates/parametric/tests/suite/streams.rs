//! Messages in parts: any parts give the bytes of the message at once.

use claviger_model::{
    BlockCipherMode as Mode, CryptographicAlgorithm as Algorithm, CryptographicParameters,
    HashingAlgorithm as Hash, PaddingMethod,
};
use claviger_ports::{
    CryptoError, ParametricCipher, ParametricCiphertext, ParametricKey, StreamKind,
};
use proptest::prelude::*;

use crate::keys::{cipher, hex, message, open, symmetric};

const MODES: [(Algorithm, Option<Mode>, Option<PaddingMethod>, usize); 17] = [
    (Algorithm::Aes, Some(Mode::Ecb), Some(PaddingMethod::Pkcs5), 0),
    (Algorithm::Aes, Some(Mode::Cbc), Some(PaddingMethod::Pkcs5), 16),
    (Algorithm::Aes, Some(Mode::Cbc), Some(PaddingMethod::AnsiX923), 16),
    (Algorithm::Aes, Some(Mode::Cbc), Some(PaddingMethod::Iso10126), 16),
    (Algorithm::Aes, Some(Mode::Pcbc), Some(PaddingMethod::Pkcs5), 16),
    (Algorithm::Aes, Some(Mode::Cfb), None, 16),
    (Algorithm::Aes, Some(Mode::Ofb), None, 16),
    (Algorithm::Aes, Some(Mode::Ctr), None, 16),
    (Algorithm::Aes, Some(Mode::Ctr), None, 9),
    (Algorithm::Aes, Some(Mode::Gcm), None, 12),
    (Algorithm::Aes, Some(Mode::Gcm), None, 33),
    (Algorithm::Aes, Some(Mode::Ccm), None, 11),
    (Algorithm::ChaCha20, None, None, 8),
    (Algorithm::ChaCha20, None, None, 12),
    (Algorithm::ChaCha20Poly1305, None, None, 12),
    (Algorithm::TripleDes, Some(Mode::Cbc), Some(PaddingMethod::Pkcs5), 8),
    (Algorithm::Rc4, None, None, 0),
];

fn key_of(algorithm: Algorithm) -> std::sync::Arc<dyn ParametricKey> {
    let length = match algorithm {
        Algorithm::TripleDes => 24,
        _ => 32,
    };
    symmetric(algorithm, &(0..length).collect::<Vec<u8>>())
}

/// Passes a message in parts of these lengths.
fn in_parts(
    key: &dyn ParametricKey,
    kind: StreamKind,
    request: ParametricCipher<'_>,
    data: &[u8],
    lengths: &[usize],
    proof: Option<&[u8]>,
) -> Result<ParametricCiphertext, CryptoError> {
    let mut stream = key.stream(kind, request)?;
    let (mut rest, mut output) = (data, Vec::new());
    for length in lengths {
        let (part, later) = rest.split_at((*length).min(rest.len()));
        output.extend(stream.update(part)?);
        rest = later;
    }
    let last = stream.finish(rest, proof)?;
    output.extend(last.output);
    Ok(ParametricCiphertext { output, ..last })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_parts_give_the_same_bytes(
        data in proptest::collection::vec(any::<u8>(), 0..200),
        lengths in proptest::collection::vec(0..40_usize, 0..12),
    ) {
        for (algorithm, mode, padding, nonce_length) in MODES {
            let key = key_of(algorithm);
            let parameters = CryptographicParameters {
                block_cipher_mode: mode,
                padding_method: padding,
                ..Default::default()
            };
            let nonce = vec![0x5a; nonce_length];
            let nonce = (nonce_length > 0).then_some(&nonce[..]);
            let request = cipher(&parameters, nonce, &[]);
            let encrypted =
                in_parts(&*key, StreamKind::Encrypt, request, &data, &lengths, None).unwrap();
            if padding != Some(PaddingMethod::Iso10126) {
                let at_once = key.encrypt(cipher(&parameters, nonce, &data)).unwrap();
                prop_assert_eq!(&encrypted.output, &at_once.output);
                prop_assert_eq!(&encrypted.tag, &at_once.tag);
            }
            let mut whole = cipher(&parameters, nonce, &encrypted.output);
            whole.tag = encrypted.tag.as_deref();
            prop_assert_eq!(open(&key.decrypt(whole).unwrap()), &data[..]);
            let decrypted = in_parts(
                &*key,
                StreamKind::Decrypt,
                request,
                &encrypted.output,
                &lengths,
                encrypted.tag.as_deref(),
            );
            prop_assert_eq!(decrypted.unwrap().output, &data[..]);
            if let Some(mut tag) = encrypted.tag {
                tag[0] ^= 1;
                let failed = in_parts(
                    &*key, StreamKind::Decrypt, request, &encrypted.output, &lengths, Some(&tag),
                );
                prop_assert_eq!(failed.err(), Some(CryptoError::Failed));
            }
        }
    }

    #[test]
    fn any_parts_give_the_same_code(
        data in proptest::collection::vec(any::<u8>(), 0..200),
        lengths in proptest::collection::vec(0..40_usize, 0..12),
    ) {
        let key = key_of(Algorithm::Aes);
        for parameters in [
            CryptographicParameters::default(),
            CryptographicParameters { block_cipher_mode: Some(Mode::CbcMac), ..Default::default() },
            CryptographicParameters { hashing_algorithm: Some(Hash::Sha512), ..Default::default() },
        ] {
            let request = cipher(&parameters, None, &[]);
            let code = in_parts(&*key, StreamKind::Mac, request, &data, &lengths, None).unwrap();
            prop_assert_eq!(&code.output, &key.mac(message(&parameters, &data)).unwrap());
            let proof = Some(&code.output[..]);
            in_parts(&*key, StreamKind::MacVerify, request, &data, &lengths, proof).unwrap();
            let mut wrong = code.output.clone();
            wrong[0] ^= 1;
            let failed =
                in_parts(&*key, StreamKind::MacVerify, request, &data, &lengths, Some(&wrong));
            prop_assert_eq!(failed.err(), Some(CryptoError::Failed));
        }
    }
}

#[test]
fn oasis_streams_give_whole_blocks_as_they_come() {
    // TC-STREAM-ENC-2.
    let key = symmetric(Algorithm::TripleDes, &[1; 24]);
    let ecb = CryptographicParameters { block_cipher_mode: Some(Mode::Ecb), ..Default::default() };
    let expected = hex("cead373db80eabf8");
    let mut stream = key.stream(StreamKind::Encrypt, cipher(&ecb, None, &[])).unwrap();
    assert_eq!(stream.update(&[1, 2, 3, 4]).unwrap(), b"");
    assert_eq!(stream.update(&[5, 6, 7, 8]).unwrap(), expected);
    assert_eq!(stream.finish(&[], None).unwrap().output, b"");
    let mut stream = key.stream(StreamKind::Encrypt, cipher(&ecb, None, &[])).unwrap();
    assert_eq!(stream.update(&[1, 2, 3, 4]).unwrap(), b"");
    assert_eq!(stream.update(&[5, 6, 7]).unwrap(), b"");
    assert_eq!(stream.finish(&[8], None).unwrap().output, expected);
    // TC-STREAM-ENCDEC-1: on decryption with padding, one block stays behind.
    let key = symmetric(Algorithm::Aes, &hex("0123456789abcdef0123456789abcdef"));
    let cbc = CryptographicParameters {
        block_cipher_mode: Some(Mode::Cbc),
        padding_method: Some(PaddingMethod::Pkcs5),
        ..Default::default()
    };
    let iv = hex("01020304050607080910111213141516");
    let mut stream = key.stream(StreamKind::Encrypt, cipher(&cbc, Some(&iv), &[])).unwrap();
    assert_eq!(stream.update(&hex("0102030405060708")).unwrap(), b"");
    assert_eq!(
        stream.update(&hex("0910111213141516")).unwrap(),
        hex("79abc5c23868ad84d388ce61110a6274")
    );
    let rest = stream.finish(&hex("0102030405060708091011121314151601"), None).unwrap();
    assert_eq!(
        rest.output,
        hex("2bda19d694bbcb757dd06617c0d80fb1df2e71864ad9633d7d797e30860df00d")
    );
    let mut stream = key.stream(StreamKind::Decrypt, cipher(&cbc, Some(&iv), &[])).unwrap();
    assert_eq!(stream.update(&hex("79abc5c23868ad84d388ce61110a6274")).unwrap(), b"");
    assert_eq!(
        stream.update(&hex("2bda19d694bbcb757dd06617c0d80fb1")).unwrap(),
        hex("01020304050607080910111213141516")
    );
    let rest = stream.finish(&hex("df2e71864ad9633d7d797e30860df00d"), None).unwrap();
    assert_eq!(rest.output, hex("0102030405060708091011121314151601"));
}

#[test]
fn a_stream_makes_its_nonce_at_the_start() {
    let key = key_of(Algorithm::Aes);
    let none = CryptographicParameters::default();
    let mut stream = key.stream(StreamKind::Encrypt, cipher(&none, None, &[])).unwrap();
    let nonce = stream.nonce().unwrap().to_vec();
    let mut output = stream.update(b"mess").unwrap();
    let last = stream.finish(b"age", None).unwrap();
    output.extend(last.output);
    assert_eq!(last.nonce.as_deref(), Some(&nonce[..]));
    let mut request = cipher(&none, Some(&nonce), &output);
    request.tag = last.tag.as_deref();
    assert_eq!(open(&key.decrypt(request).unwrap()), b"message");
    let with_data = key.stream(StreamKind::Encrypt, cipher(&none, None, b"data")).err();
    assert!(matches!(with_data, Some(CryptoError::InvalidParameter(_))));
}

#[test]
fn a_stream_that_failed_stays_failed() {
    let key = symmetric(Algorithm::OneTimePad, &[1; 4]);
    let none = CryptographicParameters::default();
    let mut stream = key.stream(StreamKind::Encrypt, cipher(&none, None, &[])).unwrap();
    stream.update(&[0; 3]).unwrap();
    assert!(stream.update(&[0; 2]).is_err());
    assert!(stream.update(&[0; 1]).is_err());
}
