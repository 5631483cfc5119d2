//! RSA: encryption, signatures, sizes.

use claviger_model::{
    CryptographicAlgorithm as Algorithm, CryptographicParameters, HashingAlgorithm as Hash,
    KeyFormatType as Format, PaddingMethod,
};
use claviger_ports::{
    CryptoError, Direction, ParametricCipher, ParametricCrypto, ParametricMessage, StreamKind,
};

use crate::keys::{PROVIDER, cipher, hex, load, message, open};
use crate::oasis;

fn oaep(hash: Hash, mask_hash: Hash) -> CryptographicParameters {
    CryptographicParameters {
        padding_method: Some(PaddingMethod::Oaep),
        hashing_algorithm: Some(hash),
        mask_generator: Some(1),
        mask_generator_hashing_algorithm: Some(mask_hash),
        ..Default::default()
    }
}

#[test]
fn oasis_oaep_with_two_hashes() {
    let private = load(Some(Algorithm::Rsa), Format::Pkcs1, &hex(oasis::OAEP_PRIVATE));
    let public = load(Some(Algorithm::Rsa), Format::X509, &hex(oasis::OAEP_PUBLIC));
    let (label, plaintext) = (hex(oasis::OAEP_LABEL), hex(oasis::OAEP_PLAINTEXT));
    let parameters = oaep(Hash::Sha384, Hash::Sha256);
    for (label, ciphertext) in
        [(&label[..], oasis::OAEP_CIPHERTEXT), (&[], oasis::OAEP_CIPHERTEXT_WITHOUT_LABEL)]
    {
        let ciphertext = hex(ciphertext);
        let request =
            |input| ParametricCipher { additional_data: label, ..cipher(&parameters, None, input) };
        assert_eq!(open(&private.decrypt(request(&ciphertext)).unwrap()), plaintext);
        let encrypted = public.encrypt(request(&plaintext)).unwrap().output;
        assert_eq!(open(&private.decrypt(request(&encrypted)).unwrap()), plaintext);
        // Another label, hash or ciphertext: one failure.
        let other = oaep(Hash::Sha384, Hash::Sha384);
        let mut wrong = ciphertext.clone();
        wrong[255] ^= 1;
        for request in [
            ParametricCipher { additional_data: b"other", ..request(&ciphertext) },
            ParametricCipher { parameters: &other, ..request(&ciphertext) },
            request(&wrong),
            request(&ciphertext[1..]),
            request(&[]),
        ] {
            assert_eq!(private.decrypt(request).err(), Some(CryptoError::Failed));
        }
    }
}

#[test]
fn oaep_takes_every_pair_of_hashes() {
    let private = load(None, Format::Pkcs1, &hex(oasis::OAEP_PRIVATE));
    let hashes = [Hash::Sha1, Hash::Sha224, Hash::Sha256, Hash::Sha384, Hash::Sha512];
    for hash in hashes {
        for mask_hash in hashes {
            let parameters = oaep(hash, mask_hash);
            let encrypted = private.encrypt(cipher(&parameters, None, b"message")).unwrap().output;
            let decrypted = private.decrypt(cipher(&parameters, None, &encrypted)).unwrap();
            assert_eq!(open(&decrypted), b"message", "{hash:?} {mask_hash:?}");
        }
    }
    let parameters = oaep(Hash::Sha512, Hash::Sha512);
    let limit = 256 - 2 * 64 - 2;
    assert!(private.encrypt(cipher(&parameters, None, &vec![0; limit])).is_ok());
    let long = private.encrypt(cipher(&parameters, None, &vec![0; limit + 1])).err();
    assert_eq!(long, Some(CryptoError::TooLong { limit }));
}

#[test]
fn pkcs1_encryption_and_wrapping() {
    let private = load(None, Format::Pkcs1, &hex(oasis::OAEP_PRIVATE));
    let parameters = CryptographicParameters {
        padding_method: Some(PaddingMethod::Pkcs1V15),
        ..Default::default()
    };
    let wrapped = private.wrap(Direction::Wrap, cipher(&parameters, None, b"material")).unwrap();
    let unwrapped =
        private.wrap(Direction::Unwrap, cipher(&parameters, None, &wrapped.output)).unwrap();
    assert_eq!(unwrapped.output, b"material");
    let long = private.encrypt(cipher(&parameters, None, &[0; 246])).err();
    assert_eq!(long, Some(CryptoError::TooLong { limit: 245 }));
    for wrong in [&[0; 256][..], &[0xff; 256], &[1; 255], &[1; 257]] {
        let failed = private.decrypt(cipher(&parameters, None, wrong)).err();
        assert_eq!(failed, Some(CryptoError::Failed));
    }
}

#[test]
fn bare_rsa_is_a_permutation() {
    let private = load(None, Format::Pkcs1, &hex(oasis::OAEP_PRIVATE));
    let parameters =
        CryptographicParameters { padding_method: Some(PaddingMethod::None), ..Default::default() };
    let encrypted = private.encrypt(cipher(&parameters, None, b"message")).unwrap().output;
    let decrypted = open(&private.decrypt(cipher(&parameters, None, &encrypted)).unwrap());
    assert_eq!(&decrypted[256 - 7..], b"message");
    let signature = private.sign(message(&parameters, b"message")).unwrap();
    private.verify(message(&parameters, b"message"), &signature).unwrap();
    let above = private.encrypt(cipher(&parameters, None, &[0xff; 256])).err();
    assert!(matches!(above, Some(CryptoError::InvalidParameter(_))));
}

fn pss(hash: Hash, salt_length: Option<i32>) -> CryptographicParameters {
    CryptographicParameters {
        padding_method: Some(PaddingMethod::Pss),
        hashing_algorithm: Some(hash),
        cryptographic_algorithm: Some(Algorithm::Rsa),
        salt_length,
        ..Default::default()
    }
}

#[test]
fn oasis_pss() {
    // CS-AC-M-1 to -3. The given signature has a salt of 222 bytes, though the public key names none.
    let private = load(Some(Algorithm::Rsa), Format::Pkcs1, &hex(oasis::PSS_PRIVATE));
    let public = load(Some(Algorithm::Rsa), Format::Pkcs1, &hex(oasis::PSS_PUBLIC));
    let data = hex("01020304050607080910111213141516");
    let any = pss(Hash::Sha256, None);
    let given = hex(oasis::PSS_SIGNATURE);
    public.verify(message(&any, &data), &given).unwrap();
    let long = pss(Hash::Sha256, Some(222));
    public.verify(message(&long, &data), &given).unwrap();
    let other_salt = pss(Hash::Sha256, Some(32));
    assert_eq!(public.verify(message(&other_salt, &data), &given).err(), Some(CryptoError::Failed));
    for parameters in [&any, &long] {
        let signature = private.sign(message(parameters, &data)).unwrap();
        public.verify(message(parameters, &data), &signature).unwrap();
        let sha1 = pss(Hash::Sha1, None);
        assert_eq!(
            public.verify(message(&sha1, &data), &signature).err(),
            Some(CryptoError::Failed)
        );
        assert_eq!(
            public.verify(message(parameters, b"other"), &signature).err(),
            Some(CryptoError::Failed)
        );
    }
    let too_long = private.sign(message(&pss(Hash::Sha256, Some(223)), &data)).err();
    assert!(matches!(too_long, Some(CryptoError::InvalidParameter(_))));
    assert_eq!(public.sign(message(&any, &data)).err(), Some(CryptoError::Unsupported));
}

#[test]
fn digests_are_signed_as_they_are() {
    // TC-RSA-SIGN-DIGESTEDDATA-1: 16 bytes without a hash's name.
    let private = load(Some(Algorithm::Rsa), Format::Pkcs1, &hex(oasis::PSS_PRIVATE));
    let data = hex("01020304050607080910111213141516");
    let none = CryptographicParameters::default();
    let digested = ParametricMessage { parameters: &none, data: &data, digested: true };
    let signature = private.sign(digested).unwrap();
    private.verify(digested, &signature).unwrap();
    let sha1 = pss(Hash::Sha1, None);
    assert_eq!(private.verify(message(&sha1, &data), &signature).err(), Some(CryptoError::Failed));
    // With a name, the digest has its length, and the signature is that of the message.
    for parameters in [
        pss(Hash::Sha384, None),
        CryptographicParameters { hashing_algorithm: Some(Hash::Sha384), ..none },
    ] {
        let digest = PROVIDER.hash(Hash::Sha384, &data).unwrap();
        let digested = ParametricMessage { parameters: &parameters, data: &digest, digested: true };
        let signature = private.sign(digested).unwrap();
        private.verify(message(&parameters, &data), &signature).unwrap();
        let short = ParametricMessage { data: &digest[1..], ..digested };
        assert!(matches!(private.sign(short).err(), Some(CryptoError::InvalidParameter(_))));
    }
}

#[test]
fn signatures_of_messages_in_parts() {
    let private = load(None, Format::Pkcs1, &hex(oasis::PSS_PRIVATE));
    for parameters in [pss(Hash::Sha256, None), CryptographicParameters::default()] {
        let mut stream = private.stream(StreamKind::Sign, cipher(&parameters, None, &[])).unwrap();
        stream.update(b"mes").unwrap();
        let signature = stream.finish(b"sage", None).unwrap().output;
        private.verify(message(&parameters, b"message"), &signature).unwrap();
        let begin = || private.stream(StreamKind::Verify, cipher(&parameters, None, &[])).unwrap();
        let mut stream = begin();
        stream.update(b"m").unwrap();
        stream.finish(b"essage", Some(&signature)).unwrap();
        let failed = begin().finish(b"other", Some(&signature)).err();
        assert_eq!(failed, Some(CryptoError::Failed));
        assert!(matches!(begin().finish(b"", None).err(), Some(CryptoError::InvalidParameter(_))));
    }
}

#[test]
fn keys_of_all_sizes_are_made_and_used() {
    let none = CryptographicParameters::default();
    for bits in [1024, 2048, 3072] {
        let made = PROVIDER.generate(Algorithm::Rsa, Some(bits), None, true).unwrap();
        assert_eq!(made.bits, bits);
        let private = load(Some(Algorithm::Rsa), Format::Pkcs8, &open(&made.material));
        let public = load(Some(Algorithm::Rsa), Format::X509, &made.public_key.unwrap());
        let signature = private.sign(message(&none, b"message")).unwrap();
        assert_eq!(signature.len(), bits as usize / 8);
        public.verify(message(&none, b"message"), &signature).unwrap();
        let encrypted = public.encrypt(cipher(&none, None, b"message")).unwrap().output;
        assert_eq!(open(&private.decrypt(cipher(&none, None, &encrypted)).unwrap()), b"message");
    }
    for bits in [0, 512, 1000, 2047, 2049, u32::MAX] {
        let refused = PROVIDER.generate(Algorithm::Rsa, Some(bits), None, true).err();
        assert!(matches!(refused, Some(CryptoError::InvalidParameter(_))), "{bits}");
    }
}
