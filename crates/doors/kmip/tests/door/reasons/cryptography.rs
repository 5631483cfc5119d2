//! Uses of keys with data: KMIP 1.4 §11.30 to §11.38, KMIP 2.1 §6.1.11, §6.1.17, §6.1.24, §6.1.32, §6.1.33, §6.1.55, §6.1.56.

use claviger_wire_kmip::payload::{
    DecryptRequest, EncryptRequest, HashRequest, MacRequest, SignRequest,
};
use claviger_wire_kmip::{CryptographicParameters, RequestPayload as Ask, UniqueIdentifier, Value};
use claviger_wire_ttlv::enumeration::{
    BlockCipherMode, HashingAlgorithm, PaddingMethod, ResultReason as Reason,
};
use claviger_wire_ttlv::tag;

use super::{asleep, create_of, gone, key, row, walk};
use crate::requests::{attribute, bytes, create_with, made, revoke};

type Id = Option<UniqueIdentifier>;

fn encrypt(id: &Id, parameters: CryptographicParameters, data: &[u8]) -> Ask {
    Ask::Encrypt(EncryptRequest {
        unique_identifier: id.clone(),
        cryptographic_parameters: Some(parameters),
        data: Some(bytes(data)),
        ..EncryptRequest::default()
    })
}

fn decrypt(id: &Id, parameters: CryptographicParameters, data: &[u8]) -> Ask {
    Ask::Decrypt(DecryptRequest {
        unique_identifier: id.clone(),
        cryptographic_parameters: Some(parameters),
        data: Some(bytes(data)),
        ..DecryptRequest::default()
    })
}

fn mode(mode: BlockCipherMode) -> CryptographicParameters {
    CryptographicParameters { block_cipher_mode: Some(mode), ..CryptographicParameters::default() }
}

#[tokio::test]
async fn keys_that_may_not_be_used() {
    walk("uses", async |client| {
        let ecb = || mode(BlockCipherMode::ECB);
        let decrypting = key(client, 8).await;
        let pending = Some(made(&client.done(create_of(asleep(4))).await));
        let revoked = key(client, 4).await;
        client.done(revoke(revoked.clone())).await;
        let destroyed = key(client, 4).await;
        let destroyed = gone(client, destroyed).await;
        let limits = vec![
            (tag::USAGE_LIMITS_TOTAL, Value::LongInteger(8)),
            (tag::USAGE_LIMITS_UNIT, Value::Enumeration(1)),
        ];
        let limits = attribute(tag::USAGE_LIMITS, Value::Structure(limits));
        let limited = Some(made(&client.done(create_with(vec![limits])).await));
        let denied = Reason::PermissionDenied;
        let wrong_state = Reason::WrongKeyLifecycleState;
        vec![
            row(
                encrypt(&decrypting, ecb(), &[0; 16]),
                denied,
                Reason::IncompatibleCryptographicUsageMask,
            ),
            row(encrypt(&pending, ecb(), &[0; 16]), denied, wrong_state),
            row(encrypt(&revoked, ecb(), &[0; 16]), denied, wrong_state),
            row(encrypt(&destroyed, ecb(), &[0; 16]), denied, Reason::ObjectDestroyed),
            row(encrypt(&limited, ecb(), &[0; 16]), denied, denied),
        ]
    })
    .await;
}

#[tokio::test]
async fn parameters_that_do_not_fit() {
    walk("parameters", async |client| {
        let both = key(client, 0x8c).await;
        let unknown = || mode(BlockCipherMode::Other(0x8000_0001));
        let failure = Reason::CryptographicFailure;
        let unsupported = Reason::UnsupportedCryptographicParameters;
        let mac = |parameters| {
            Ask::MAC(MacRequest {
                unique_identifier: both.clone(),
                cryptographic_parameters: Some(parameters),
                data: Some(bytes(b"data")),
                ..MacRequest::default()
            })
        };
        let tag_length =
            CryptographicParameters { tag_length: Some(1), ..mode(BlockCipherMode::GCM) };
        let padded = CryptographicParameters {
            padding_method: Some(PaddingMethod::PKCS5),
            ..mode(BlockCipherMode::CBC)
        };
        let ragged = Reason::BadCryptographicParameters;
        vec![
            row(encrypt(&both, unknown(), b"x"), Reason::InvalidField, unsupported),
            row(decrypt(&both, unknown(), b"x"), Reason::InvalidField, unsupported),
            row(mac(unknown()), Reason::InvalidField, Reason::BadCryptographicParameters),
            // A mode without padding, of data that are no whole blocks.
            row(encrypt(&both, mode(BlockCipherMode::ECB), b"x"), failure, ragged),
            // The cases say so of tags of impossible length (CS-BC-M-GCM-1), and of vectors that are missing (CS-BC-M-11).
            row(encrypt(&both, tag_length, b"x"), Reason::GeneralFailure, Reason::GeneralFailure),
            row(
                decrypt(&both, mode(BlockCipherMode::CBC), &[0; 16]),
                Reason::InvalidMessage,
                Reason::InvalidMessage,
            ),
            row(
                Ask::Decrypt(DecryptRequest {
                    unique_identifier: both.clone(),
                    cryptographic_parameters: Some(padded),
                    data: Some(bytes(&[1; 16])),
                    iv_counter_nonce: Some(vec![0; 16]),
                    ..DecryptRequest::default()
                }),
                failure,
                failure,
            ),
        ]
    })
    .await;
}

#[tokio::test]
async fn hashes() {
    walk("hashes", async |_| {
        let hash = |hashing_algorithm, correlation_value: Option<Vec<u8>>| {
            Ask::Hash(HashRequest {
                cryptographic_parameters: CryptographicParameters {
                    hashing_algorithm,
                    ..CryptographicParameters::default()
                },
                data: Some(bytes(b"data")),
                correlation_value,
                init_indicator: None,
                final_indicator: None,
            })
        };
        vec![
            row(hash(None, None), Reason::InvalidMessage, Reason::InvalidMessage),
            row(
                hash(Some(HashingAlgorithm::Other(0x8000_0001)), None),
                Reason::InvalidField,
                Reason::FeatureNotSupported,
            ),
            row(
                hash(None, Some(vec![7; 16])),
                Reason::ItemNotFound,
                Reason::InvalidCorrelationValue,
            ),
        ]
    })
    .await;
}

/// No outstanding operation with the specified Correlation Value exists.
#[tokio::test]
async fn streams_that_nobody_began() {
    walk("streams", async |client| {
        let id = key(client, 0x8d).await;
        let correlation_value = Some(vec![7; 16]);
        let data = || Some(bytes(b"data"));
        let requests = [
            Ask::Encrypt(EncryptRequest {
                unique_identifier: id.clone(),
                correlation_value: correlation_value.clone(),
                data: data(),
                ..EncryptRequest::default()
            }),
            Ask::Decrypt(DecryptRequest {
                unique_identifier: id.clone(),
                correlation_value: correlation_value.clone(),
                data: data(),
                ..DecryptRequest::default()
            }),
            Ask::MAC(MacRequest {
                unique_identifier: id.clone(),
                correlation_value: correlation_value.clone(),
                data: data(),
                ..MacRequest::default()
            }),
            Ask::Sign(SignRequest {
                unique_identifier: id,
                correlation_value,
                data: data(),
                ..SignRequest::default()
            }),
        ];
        requests
            .into_iter()
            .map(|request| row(request, Reason::ItemNotFound, Reason::InvalidCorrelationValue))
            .collect()
    })
    .await;
}
