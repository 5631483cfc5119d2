//! What the versions of KMIP 1.x do otherwise than those after them.

use claviger_wire_kmip::payload::{DecryptRequest, EncryptRequest, RevokeRequest};
use claviger_wire_kmip::{
    CryptographicParameters, DateTime, RequestPayload, ResponsePayload, RevocationReason,
    UniqueIdentifier, Value,
};
use claviger_wire_ttlv::enumeration::{
    BlockCipherMode, ResultReason, ResultStatus, RevocationReasonCode,
};
use claviger_wire_ttlv::{Version, tag};

use crate::requests::{attributes, bytes, create, data, made, value};
use crate::service::Service;

/// The versions that have Encrypt and no field for its tag, and the first one with such a field.
const CIPHERS: [Version; 3] = [Version::V1_2, Version::V1_3, Version::V1_4];

fn gcm() -> CryptographicParameters {
    CryptographicParameters {
        block_cipher_mode: Some(BlockCipherMode::GCM),
        ..CryptographicParameters::default()
    }
}

#[tokio::test]
async fn before_1_4_tags_stand_behind_the_ciphertext() {
    let service = Service::new().await;
    let text: Vec<u8> = (0..100).collect();
    for version in CIPHERS {
        let mut client = service.connect(&format!("gcm {version}"), version);
        let id = Some(made(&client.done(create()).await));
        let encrypt = RequestPayload::Encrypt(EncryptRequest {
            unique_identifier: id.clone(),
            cryptographic_parameters: Some(gcm()),
            data: Some(bytes(&text)),
            ..EncryptRequest::default()
        });
        let ResponsePayload::Encrypt(made) = client.done(encrypt).await else { panic!() };
        let ciphertext = made.data.unwrap().expose("sending it back in a test").to_vec();
        let tag = made.authenticated_encryption_tag;
        assert_eq!(tag.is_some(), version >= Version::V1_4, "{version}");
        assert_eq!(ciphertext.len() + tag.as_ref().map_or(0, Vec::len), 116, "{version}");
        let decrypt = RequestPayload::Decrypt(DecryptRequest {
            unique_identifier: id,
            cryptographic_parameters: Some(gcm()),
            data: Some(bytes(&ciphertext)),
            iv_counter_nonce: made.iv_counter_nonce,
            authenticated_encryption_tag: tag,
            ..DecryptRequest::default()
        });
        assert_eq!(data(&client.done(decrypt).await).unwrap(), text, "{version}");
    }
}

#[tokio::test]
async fn in_1_3_the_last_part_ends_with_the_tag() {
    let service = Service::new().await;
    let mut client = service.connect("parts", Version::V1_3);
    let id = Some(made(&client.done(create()).await));
    let text: Vec<u8> = (0..100).collect();
    let (mut ciphertext, mut nonce, mut correlation) = (Vec::new(), None, None);
    for (place, part) in text.chunks(30).enumerate() {
        let (first, last) = (place == 0, place == 3);
        let encrypt = RequestPayload::Encrypt(EncryptRequest {
            unique_identifier: id.clone(),
            cryptographic_parameters: first.then(gcm),
            data: Some(bytes(part)),
            correlation_value: correlation.take(),
            init_indicator: first.then_some(true),
            final_indicator: last.then_some(true),
            ..EncryptRequest::default()
        });
        let ResponsePayload::Encrypt(made) = client.done(encrypt).await else { panic!() };
        ciphertext.extend_from_slice(made.data.unwrap().expose("sending it back in a test"));
        nonce = nonce.or(made.iv_counter_nonce);
        correlation = made.correlation_value;
    }
    assert_eq!(ciphertext.len(), 116);
    // The tag lies in the last two parts.
    let cuts = [0, 40, 105, 116];
    let mut back = Vec::new();
    for (place, cut) in cuts.windows(2).enumerate() {
        let (first, last) = (place == 0, place == 2);
        let decrypt = RequestPayload::Decrypt(DecryptRequest {
            unique_identifier: id.clone(),
            cryptographic_parameters: first.then(gcm),
            data: Some(bytes(&ciphertext[cut[0]..cut[1]])),
            iv_counter_nonce: nonce.clone().filter(|_| first),
            correlation_value: correlation.take(),
            init_indicator: first.then_some(true),
            final_indicator: last.then_some(true),
            ..DecryptRequest::default()
        });
        let answer = client.done(decrypt).await;
        back.extend(data(&answer).unwrap_or_default());
        let ResponsePayload::Decrypt(answer) = answer else { panic!() };
        correlation = answer.correlation_value;
    }
    assert_eq!(back, text);
}

fn revoke(id: &UniqueIdentifier, code: RevocationReasonCode) -> RequestPayload {
    RequestPayload::Revoke(RevokeRequest {
        unique_identifier: Some(id.clone()),
        revocation_reason: RevocationReason {
            revocation_reason_code: code,
            revocation_message: None,
        },
        compromise_occurrence_date: Some(DateTime(6)),
    })
}

#[tokio::test]
async fn a_date_of_no_compromise_is_a_mistake_since_1_4() {
    let service = Service::new().await;
    for version in Version::ALL {
        let mut client = service.connect(&format!("revoke {version}"), version);
        let id = made(&client.done(create()).await);
        let answer = client.one(revoke(&id, RevocationReasonCode::CessationOfOperation)).await;
        if version >= Version::V1_4 {
            assert_eq!(answer.result_reason, Some(ResultReason::InvalidField), "{version}");
        } else {
            assert_eq!(answer.result_status, ResultStatus::Success, "{version}");
            let ask = [tag::STATE, tag::COMPROMISE_OCCURRENCE_DATE];
            let read = client.done(attributes(Some(id), &ask)).await;
            assert_eq!(value(&read, tag::STATE), Some(Value::Enumeration(3)), "{version}");
            assert_eq!(value(&read, tag::COMPROMISE_OCCURRENCE_DATE), None, "{version}");
        }

        let id = made(&client.done(create()).await);
        client.done(revoke(&id, RevocationReasonCode::CACompromise)).await;
        let read = client.done(attributes(Some(id), &[tag::STATE])).await;
        let state = if version >= Version::V1_3 { 4 } else { 3 };
        assert_eq!(value(&read, tag::STATE), Some(Value::Enumeration(state)), "{version}");
    }
}
