//! Encrypt, Decrypt, Sign, Signature Verify, MAC, MAC Verify, Hash, RNG Retrieve, RNG Seed.

use claviger_core::operations::GenerateRandom;
use claviger_core::operations::objects::{
    CheckMac, DecryptData, EncryptData, HashMessage, MakeMac, Part, SignData, SignedData,
    VerifySignature,
};
use claviger_model::CryptographicParameters;
use claviger_secret::SecretBytes;
use claviger_wire_kmip::payload::{
    DecryptRequest, DecryptResponse, EncryptRequest, EncryptResponse, HashRequest, HashResponse,
    MacRequest, MacResponse, MacVerifyRequest, MacVerifyResponse, RngRetrieveRequest,
    RngRetrieveResponse, RngSeedRequest, RngSeedResponse, SignRequest, SignResponse,
    SignatureVerifyRequest, SignatureVerifyResponse,
};
use claviger_wire_kmip::{CryptographicParameters as GivenParameters, Data, MessageError};
use claviger_wire_ttlv::Version;
use claviger_wire_ttlv::enumeration::ResultReason;

use super::lifecycle::validity_indicator;
use super::{answer_identifier, parameters};
use crate::batch::Batch;
use crate::errors::Outcome;
use crate::options::RngSeedPolicy;

/// The most random bytes of one request.
const RANDOM_LIMIT: i32 = 1 << 20;

pub(crate) async fn encrypt(
    batch: &Batch<'_>,
    request: EncryptRequest,
) -> Outcome<EncryptResponse> {
    let identifier = batch.identifier(request.unique_identifier.as_ref())?;
    let unique_identifier = answer_identifier(&identifier);
    let is_part = request.correlation_value.is_some() || request.init_indicator.is_some();
    let encrypted = batch
        .call(EncryptData {
            identifier,
            additional: label(
                request.authenticated_encryption_additional_data,
                request.cryptographic_parameters.as_ref(),
            ),
            parameters: given(batch, request.cryptographic_parameters)?,
            data: data(batch, request.data)?,
            nonce: request.iv_counter_nonce,
            part: part(request.correlation_value, request.init_indicator, request.final_indicator),
        })
        .await?;
    // An answer to a part without output has none; an encryption of nothing has an empty one.
    let whole = encrypted.correlation.is_none() && !is_part;
    let (mut data, mut tag) = (encrypted.data, encrypted.tag);
    if !has_tag_field(batch) {
        data.extend(tag.take().unwrap_or_default());
    }
    Ok(EncryptResponse {
        unique_identifier,
        data: output(data, whole),
        iv_counter_nonce: encrypted.nonce,
        correlation_value: encrypted.correlation,
        authenticated_encryption_tag: tag,
    })
}

pub(crate) async fn decrypt(
    batch: &Batch<'_>,
    request: DecryptRequest,
) -> Outcome<DecryptResponse> {
    let identifier = batch.identifier(request.unique_identifier.as_ref())?;
    let unique_identifier = answer_identifier(&identifier);
    let is_part = request.correlation_value.is_some() || request.init_indicator.is_some();
    let decrypted = batch
        .call(DecryptData {
            identifier,
            additional: label(
                request.authenticated_encryption_additional_data,
                request.cryptographic_parameters.as_ref(),
            ),
            parameters: given(batch, request.cryptographic_parameters)?,
            data: bytes(batch, request.data)?,
            nonce: request.iv_counter_nonce,
            tag: request.authenticated_encryption_tag,
            tag_trails: !has_tag_field(batch),
            part: part(request.correlation_value, request.init_indicator, request.final_indicator),
        })
        .await?;
    let whole = decrypted.correlation.is_none() && !is_part;
    Ok(DecryptResponse {
        unique_identifier,
        data: (whole || !decrypted.data.is_empty()).then_some(decrypted.data),
        correlation_value: decrypted.correlation,
    })
}

/// Whether messages of the version have a field for the tag of authenticated encryption. Where they have none, it stands at the
/// end of the ciphertext.
fn has_tag_field(batch: &Batch<'_>) -> bool {
    batch.version >= Version::V1_4
}

pub(crate) async fn sign(batch: &Batch<'_>, request: SignRequest) -> Outcome<SignResponse> {
    let identifier = batch.identifier(request.unique_identifier.as_ref())?;
    let unique_identifier = answer_identifier(&identifier);
    let signed = batch
        .call(SignData {
            identifier,
            parameters: given(batch, request.cryptographic_parameters)?,
            data: signed_data(batch, request.data, request.digested_data)?,
            part: part(request.correlation_value, request.init_indicator, request.final_indicator),
        })
        .await?;
    Ok(SignResponse {
        unique_identifier,
        signature_data: signed.signature,
        correlation_value: signed.correlation,
    })
}

pub(crate) async fn signature_verify(
    batch: &Batch<'_>,
    request: SignatureVerifyRequest,
) -> Outcome<SignatureVerifyResponse> {
    let identifier = batch.identifier(request.unique_identifier.as_ref())?;
    let unique_identifier = answer_identifier(&identifier);
    let verified = batch
        .call(VerifySignature {
            identifier,
            parameters: given(batch, request.cryptographic_parameters)?,
            data: signed_data(batch, request.data, request.digested_data)?,
            signature: request.signature_data,
            part: part(request.correlation_value, request.init_indicator, request.final_indicator),
        })
        .await?;
    Ok(SignatureVerifyResponse {
        unique_identifier,
        validity_indicator: verified.validity.map(validity_indicator),
        data: None,
        correlation_value: verified.correlation,
    })
}

pub(crate) async fn mac(batch: &Batch<'_>, request: MacRequest) -> Outcome<MacResponse> {
    let identifier = batch.identifier(request.unique_identifier.as_ref())?;
    let unique_identifier = answer_identifier(&identifier);
    let made = batch
        .call(MakeMac {
            identifier,
            parameters: given(batch, request.cryptographic_parameters)?,
            data: bytes(batch, request.data)?,
            part: part(request.correlation_value, request.init_indicator, request.final_indicator),
        })
        .await?;
    Ok(MacResponse { unique_identifier, mac_data: made.mac, correlation_value: made.correlation })
}

pub(crate) async fn mac_verify(
    batch: &Batch<'_>,
    request: MacVerifyRequest,
) -> Outcome<MacVerifyResponse> {
    let identifier = batch.identifier(request.unique_identifier.as_ref())?;
    let unique_identifier = answer_identifier(&identifier);
    let checked = batch
        .call(CheckMac {
            identifier,
            parameters: given(batch, request.cryptographic_parameters)?,
            data: bytes(batch, request.data)?,
            mac: request.mac_data,
            part: part(request.correlation_value, request.init_indicator, request.final_indicator),
        })
        .await?;
    Ok(MacVerifyResponse {
        unique_identifier,
        validity_indicator: checked.validity.map(validity_indicator),
        correlation_value: checked.correlation,
    })
}

pub(crate) async fn hash(batch: &Batch<'_>, request: HashRequest) -> Outcome<HashResponse> {
    let hashed = batch
        .call(HashMessage {
            parameters: given(batch, Some(request.cryptographic_parameters))?,
            data: bytes(batch, request.data)?,
            part: part(request.correlation_value, request.init_indicator, request.final_indicator),
        })
        .await?;
    Ok(HashResponse {
        data: hashed.hash.map(SecretBytes::new),
        correlation_value: hashed.correlation,
    })
}

pub(crate) async fn rng_retrieve(
    batch: &Batch<'_>,
    request: RngRetrieveRequest,
) -> Outcome<RngRetrieveResponse> {
    let length = usize::try_from(request.data_length)
        .ok()
        .filter(|_| (1..=RANDOM_LIMIT).contains(&request.data_length))
        .ok_or_else(|| {
            MessageError::invalid_field(format!("ask for 1 to {RANDOM_LIMIT} random bytes"))
        })?;
    batch.with_data(length)?;
    let random = batch.call(GenerateRandom { length }).await?;
    Ok(RngRetrieveResponse { data: random })
}

pub(crate) async fn rng_seed(
    batch: &Batch<'_>,
    request: RngSeedRequest,
) -> Outcome<RngSeedResponse> {
    let seed = data(batch, Some(request.data))?.len();
    let taken = match batch.door.options.rng_seed_policy {
        RngSeedPolicy::Accept => seed,
        RngSeedPolicy::Partial => seed / 2,
        RngSeedPolicy::Ignore => 0,
        RngSeedPolicy::Deny => {
            return Err(MessageError::new(
                ResultReason::PermissionDenied,
                "the service takes no seeds; its generator is seeded by the operating system",
            ));
        }
    };
    Ok(RngSeedResponse { data_length: i32::try_from(taken).unwrap_or(i32::MAX) })
}

/// The parameters of a request.
fn given(
    batch: &Batch<'_>,
    parameters: Option<GivenParameters>,
) -> Outcome<Option<CryptographicParameters>> {
    parameters.map(|parameters| parameters::to_core(batch, &parameters)).transpose()
}

/// Additional data, or for OAEP the label (P Source).
fn label(additional: Option<Vec<u8>>, parameters: Option<&GivenParameters>) -> Vec<u8> {
    additional
        .or_else(|| parameters.and_then(|parameters| parameters.p_source.clone()))
        .unwrap_or_default()
}

/// The data of a request: what it carries, or what an earlier operation of the batch left behind. A part may have none.
fn data(batch: &Batch<'_>, data: Option<Data>) -> Outcome<SecretBytes> {
    let left = match data {
        None => return Ok(SecretBytes::new(Vec::new())),
        Some(Data::Bytes(bytes)) => {
            batch.with_data(bytes.len())?;
            return Ok(bytes);
        }
        Some(Data::Placeholder(placeholder)) => batch.placeholders.data_of(placeholder),
        Some(Data::Index(index)) => batch.placeholders.nth_data(index),
    };
    let left = left.ok_or_else(|| {
        MessageError::invalid_field(
            "the data refer to an operation of the batch that left none behind",
        )
    })?;
    batch.with_data(left.len())?;
    Ok(SecretBytes::copy_from(left))
}

/// The same for operations whose input is no secret.
fn bytes(batch: &Batch<'_>, given: Option<Data>) -> Outcome<Vec<u8>> {
    let mut bytes = data(batch, given)?.into_zeroizing("handing a message or a ciphertext on");
    Ok(std::mem::take(&mut *bytes))
}

/// What to sign or verify.
fn signed_data(
    batch: &Batch<'_>,
    data: Option<Data>,
    digest: Option<Vec<u8>>,
) -> Outcome<SignedData> {
    match (data, digest) {
        (None, Some(digest)) => {
            batch.with_data(digest.len())?;
            Ok(SignedData::Digest(digest))
        }
        (data, None) => Ok(SignedData::Data(bytes(batch, data)?)),
        (Some(_), Some(_)) => Err(MessageError::invalid_field(
            "the request has data and digested data; send one of them",
        )),
    }
}

/// Where a part stands in its message. Who says nothing means the whole.
fn part(correlation: Option<Vec<u8>>, first: Option<bool>, last: Option<bool>) -> Part {
    Part { correlation, first: first.unwrap_or(false), last: last.unwrap_or(false) }
}

fn output(data: Vec<u8>, whole: bool) -> Option<SecretBytes> {
    (whole || !data.is_empty()).then(|| SecretBytes::new(data))
}
