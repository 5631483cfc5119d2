//! Signatures: with which parameters they verify, and whose keys verify.

use claviger_core::ErrorKind;
use claviger_core::operations::objects::{
    Content, CreateObjectPair, Generation, Part, SignData, SignedData, Validity, VerifySignature,
};
use claviger_model::{
    AttributeKind, CryptographicAlgorithm as A, CryptographicParameters, DigitalSignatureAlgorithm,
    HashingAlgorithm, PaddingMethod, UniqueIdentifier, Usage, Value,
};

use super::{NONE, active, bytes, done, hashed, register, standard, symmetric};
use crate::service::{Service, refused};

const BLOCK: &str = "01020304050607080910111213141516";

fn signature(
    identifier: &UniqueIdentifier,
    parameters: Option<CryptographicParameters>,
    data: SignedData,
    signature: Vec<u8>,
) -> VerifySignature {
    VerifySignature {
        identifier: identifier.clone(),
        parameters,
        data,
        signature: Some(signature),
        part: Part::default(),
    }
}

fn sign(
    identifier: &UniqueIdentifier,
    parameters: Option<CryptographicParameters>,
    data: SignedData,
) -> SignData {
    SignData { identifier: identifier.clone(), parameters, data, part: Part::default() }
}

async fn pair(
    service: &Service,
    algorithm: A,
    bits: i32,
    private: Usage,
    public: Usage,
) -> (UniqueIdentifier, UniqueIdentifier) {
    let create = CreateObjectPair {
        common: vec![
            standard(AttributeKind::CryptographicAlgorithm, Value::Enumeration(algorithm.code())),
            standard(AttributeKind::CryptographicLength, Value::Integer(bits)),
        ],
        private: active(private),
        public: active(public),
        common_templates: Vec::new(),
        private_templates: Vec::new(),
        public_templates: Vec::new(),
        generation: Generation::Two,
    };
    let pair = done(service, create).await;
    (pair.private, pair.public)
}

#[tokio::test]
async fn signatures_verify_with_the_parameters_that_made_them_only() {
    let service = Service::new().await;
    let (private, public) = pair(&service, A::Rsa, 2048, Usage::SIGN, Usage::VERIFY).await;
    let data = || SignedData::Data(b"data".to_vec());
    let pss = CryptographicParameters {
        padding_method: Some(PaddingMethod::Pss),
        cryptographic_algorithm: Some(A::Rsa),
        ..hashed(HashingAlgorithm::Sha256)
    };
    let long_salt = CryptographicParameters { salt_length: Some(222), ..pss };
    let pkcs1 = CryptographicParameters { cryptographic_algorithm: Some(A::Rsa), ..NONE };
    let named = CryptographicParameters {
        digital_signature_algorithm: Some(DigitalSignatureAlgorithm::Sha384WithRsa),
        ..NONE
    };
    for (parameters, same, other) in [
        (Some(pss), Some(pss), Some(pkcs1)),
        (Some(long_salt), Some(pss), Some(named)),
        (Some(pkcs1), Some(pkcs1), Some(pss)),
        (Some(named), Some(named), Some(pkcs1)),
        // Nobody names anything: PKCS#1 v1.5 with SHA-256.
        (None, Some(pkcs1), Some(pss)),
    ] {
        let made = done(&service, sign(&private, parameters, data())).await.signature.unwrap();
        let check = |parameters, data| signature(&public, parameters, data, made.clone());
        let ask = done(&service, check(same, data())).await;
        assert_eq!(ask.validity, Some(Validity::Valid));
        let ask = done(&service, check(other, data())).await;
        assert_eq!(ask.validity, Some(Validity::Invalid));
        let ask = done(&service, check(same, SignedData::Data(b"date".to_vec()))).await;
        assert_eq!(ask.validity, Some(Validity::Invalid));
    }
    // TC-RSA-SIGN-DIGESTEDDATA: nobody knows what made the digest.
    let digest = || SignedData::Digest(bytes(BLOCK));
    let made = done(&service, sign(&private, Some(pkcs1), digest())).await.signature.unwrap();
    let ask = done(&service, signature(&public, Some(pkcs1), digest(), made.clone())).await;
    assert_eq!(ask.validity, Some(Validity::Valid));
    let ask = signature(&public, Some(pss), SignedData::Data(bytes(BLOCK)), made);
    assert_eq!(done(&service, ask).await.validity, Some(Validity::Invalid));
}

#[tokio::test]
async fn elliptic_curves_sign_in_der_and_certificates_verify() {
    let service = Service::new().await;
    let (private, public) = pair(&service, A::Ec, 256, Usage::SIGN, Usage::VERIFY).await;
    let parameters = CryptographicParameters {
        cryptographic_algorithm: Some(A::Ecdsa),
        ..hashed(HashingAlgorithm::Sha256)
    };
    let data = || SignedData::Data(b"data".to_vec());
    let made = done(&service, sign(&private, Some(parameters), data())).await.signature.unwrap();
    assert_eq!(made[0], 0x30);
    let digest = "3a6eb0790f39ac87c94f3856b2dd2c5d110e6811602261a9a923d3bb23adc8b7";
    for data in [data(), SignedData::Digest(bytes(digest))] {
        let ask = done(&service, signature(&public, None, data, made.clone())).await;
        assert_eq!(ask.validity, Some(Validity::Valid));
    }
    let certificate = Content::Certificate { kind: 1, value: bytes(CERTIFICATE) };
    let activation = vec![standard(AttributeKind::ActivationDate, Value::DateTime(0))];
    let certificate = register(&service, activation, certificate).await;
    let message = || SignedData::Data(b"a message".to_vec());
    let ask = signature(&certificate, None, message(), bytes(CERTIFIED));
    assert_eq!(done(&service, ask).await.validity, Some(Validity::Valid));
    let ask = signature(&certificate, None, data(), bytes(CERTIFIED));
    assert_eq!(done(&service, ask).await.validity, Some(Validity::Invalid));
    let kind = refused(service.call(sign(&certificate, None, message())).await);
    assert_eq!(kind, ErrorKind::IncompatibleUsageMask);
}

#[tokio::test]
async fn a_symmetric_key_does_not_sign() {
    let service = Service::new().await;
    let key = symmetric(&service, A::Aes, BLOCK).await;
    let kind = refused(service.call(sign(&key, None, SignedData::Data(vec![1]))).await);
    assert_eq!(kind, ErrorKind::Unsupported);
}

/// A self-signed certificate of a key on P-256, and a signature of `a message` by that key.
const CERTIFICATE: &str = "\
    3082017a3082011fa00302010202142b3795827166f55a89578b8f75ea7bfc512d5ba9300a06082a8648ce3d04030230\
    11310f300d06035504030c065369676e65723020170d3236313132323039353230345a180f3231323631303239303935\
    3230345a3011310f300d06035504030c065369676e65723059301306072a8648ce3d020106082a8648ce3d0301070342\
    000404e0e08b59ba63a659b858cc3a63289fa6ede9eddbf3baefdbd1d624129efc48d4bd205952f290621c03b66de929\
    0fc7a2aeebf438346287d70b11ae2c5355f0a3533051301d0603551d0e04160414ffc8a717e176868c07b51a42c6754a\
    fb4aca2678301f0603551d23041830168014ffc8a717e176868c07b51a42c6754afb4aca2678300f0603551d130101ff\
    040530030101ff300a06082a8648ce3d0403020349003046022100cbe79bfec11036d9dd11e36602978e3953dc79cd2f\
    9d60f200e6af3fb74730e4022100bddb4b89b469c06cf967c5bc766773e529ee53547f319afc4e53c2bd0103492d";
const CERTIFIED: &str = "\
    3046022100ba3aa6fd1d2c240ac0d96e9dfe5770028af009888b1e165b63368c0e091c65ef0221008056ab2cc714a560\
    7524239cb157bc2460cf28dc4ae98bbe53313a160c9c8bb5";
