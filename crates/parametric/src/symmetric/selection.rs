//! From parameters to a cipher: which engine processes a message, with which nonce and tag.

use std::sync::Arc;

use claviger_model::{BlockCipherMode, CryptographicAlgorithm, CryptographicParameters};
use claviger_ports::{CryptoError, INVALID_TAG_LENGTH, MISSING_NONCE, ParametricCipher};
use claviger_secret::SecretBytes;

use super::ccm::Ccm;
use super::chacha20_poly1305::ChaCha20Poly1305;
use super::chained::{Chained, Chaining};
use super::gcm::Gcm;
use super::key_stream::{BlockStream, Feedback, Pad, Streamed, chacha20, rc4};
use super::whole::{AtOnce, Whole};
use super::{Block, Engine, Padding};
use crate::legacy::{Fence, Use};
use crate::{defaults, random};

/// An engine, ready for a message.
pub(crate) struct Selection {
    pub(crate) engine: Box<dyn Engine>,
    /// The nonce, if it was made here.
    pub(crate) nonce: Option<Vec<u8>>,
    /// The length of the tag, where there is one.
    pub(crate) tag_length: Option<usize>,
}

impl Selection {
    fn plain(engine: impl Engine + 'static) -> Self {
        Self { engine: Box::new(engine), nonce: None, tag_length: None }
    }
}

/// A nonce: the caller's, or made here.
pub(crate) struct Nonce {
    pub(crate) bytes: Vec<u8>,
    made: bool,
}

impl Nonce {
    /// The caller's nonce, or a new one of the named or usual length where that is allowed.
    pub(crate) fn new(
        request: &ParametricCipher<'_>,
        encrypts: bool,
        usual_length: usize,
    ) -> Result<Self, CryptoError> {
        if let Some(nonce) = request.nonce {
            return Ok(Self { bytes: nonce.to_vec(), made: false });
        }
        let parameters = request.parameters;
        if !encrypts || parameters.random_iv == Some(false) {
            return Err(MISSING_NONCE);
        }
        if parameters.fixed_field_length.is_some() || parameters.invocation_field_length.is_some() {
            return Err(CryptoError::Unsupported);
        }
        let length = match parameters.iv_length {
            None => usual_length,
            Some(length) => usize::try_from(length)
                .ok()
                .filter(|length| (1..=LONGEST_NONCE).contains(length))
                .ok_or(CryptoError::InvalidParameter("an IV has 1 to 64 bytes"))?,
        };
        Ok(Self { bytes: random::bytes(length)?, made: true })
    }

    /// The nonce, if it has one of these lengths.
    fn of(self, right: impl FnOnce(usize) -> bool) -> Result<Self, CryptoError> {
        if right(self.bytes.len()) {
            Ok(self)
        } else {
            Err(CryptoError::InvalidParameter(
                "the IV or nonce has not the length that the mode takes: a block for CBC, CFB, OFB and XTS; 12 bytes for \
                 GCM, CCM and ChaCha20",
            ))
        }
    }

    fn into_made(self) -> Option<Vec<u8>> {
        self.made.then_some(self.bytes)
    }
}

/// The longest nonce that is made here.
const LONGEST_NONCE: usize = 64;

/// The length of the tag that the parameters name, if the mode has such.
pub(crate) fn tag_length(
    parameters: &CryptographicParameters,
    right: impl FnOnce(usize) -> bool,
    fence: Fence,
) -> Result<usize, CryptoError> {
    let length = match parameters.tag_length {
        None => defaults::TAG_LENGTH,
        Some(length) => usize::try_from(length).map_err(|_| INVALID_TAG_LENGTH)?,
    };
    if !right(length) {
        return Err(INVALID_TAG_LENGTH);
    }
    fence.check(Use::TagLength(length))?;
    Ok(length)
}

/// Whether GCM has tags of this length (SP 800-38D §5.2.1.2).
pub(crate) const fn is_gcm_tag(length: usize) -> bool {
    matches!(length, 4 | 8 | 12..=16)
}

/// A key and what a message is processed with.
pub(crate) struct Source<'a> {
    pub(crate) algorithm: CryptographicAlgorithm,
    pub(crate) key: &'a SecretBytes,
    /// The block cipher, kept ready, unless the algorithm is none or the key has not its length.
    pub(crate) block: &'a dyn Fn() -> Result<Arc<dyn Block>, CryptoError>,
    pub(crate) fence: Fence,
}

/// Chooses the engine.
pub(crate) fn select(
    source: &Source<'_>,
    request: &ParametricCipher<'_>,
    encrypts: bool,
) -> Result<Selection, CryptoError> {
    source.fence.check(Use::Algorithm(source.algorithm))?;
    match source.algorithm {
        CryptographicAlgorithm::ChaCha20 => match request.parameters.block_cipher_mode {
            None => chacha20_of(source, request, encrypts),
            Some(BlockCipherMode::Aead) => chacha20_poly1305_of(source, request, encrypts),
            Some(_) => Err(NO_MODE),
        },
        CryptographicAlgorithm::ChaCha20Poly1305 => {
            match defaults::mode_of(source.algorithm, request.parameters).0 {
                BlockCipherMode::Aead => chacha20_poly1305_of(source, request, encrypts),
                _ => Err(NO_MODE),
            }
        }
        CryptographicAlgorithm::Rc4 => {
            without(request, false)?;
            let engine = rc4(source.key.expose("RC4"))?;
            Ok(Selection { engine, nonce: None, tag_length: None })
        }
        CryptographicAlgorithm::OneTimePad => {
            without(request, false)?;
            Ok(Selection::plain(Streamed(Pad::new(source.key.duplicate("the pad of a message")))))
        }
        _ => block_mode(source, request, encrypts),
    }
}

const NO_MODE: CryptoError = CryptoError::InvalidParameter(
    "ChaCha20 has no block cipher mode: name none, or AEAD for ChaCha20-Poly1305",
);

/// Refuses what a mode doesn't have: additional data, and a nonce unless `nonce`.
const fn without(request: &ParametricCipher<'_>, nonce: bool) -> Result<(), CryptoError> {
    if request.nonce.is_some() && !nonce {
        return Err(CryptoError::InvalidParameter("the cipher has no IV or nonce: leave it out"));
    }
    if !request.additional_data.is_empty() {
        return Err(CryptoError::InvalidParameter(
            "only GCM, CCM and ChaCha20-Poly1305 have additional authenticated data",
        ));
    }
    Ok(())
}

fn counter_of(parameters: &CryptographicParameters) -> Result<u32, CryptoError> {
    u32::try_from(parameters.initial_counter_value.unwrap_or(0))
        .map_err(|_| CryptoError::InvalidParameter("a counter starts at 0 or above"))
}

fn chacha20_of(
    source: &Source<'_>,
    request: &ParametricCipher<'_>,
    encrypts: bool,
) -> Result<Selection, CryptoError> {
    without(request, true)?;
    let nonce = Nonce::new(request, encrypts, defaults::NONCE_LENGTH)?
        .of(|length| matches!(length, 8 | 12 | 16))?;
    let counter = counter_of(request.parameters)?;
    let engine = chacha20(source.key.expose("ChaCha20"), &nonce.bytes, counter)?;
    Ok(Selection { engine, nonce: nonce.into_made(), tag_length: None })
}

fn chacha20_poly1305_of(
    source: &Source<'_>,
    request: &ParametricCipher<'_>,
    encrypts: bool,
) -> Result<Selection, CryptoError> {
    let tag_length =
        tag_length(request.parameters, |length| matches!(length, 4..=16), source.fence)?;
    let nonce = Nonce::new(request, encrypts, defaults::NONCE_LENGTH)?.of(|length| length == 12)?;
    let engine = ChaCha20Poly1305::new(
        source.key.expose("ChaCha20-Poly1305"),
        encrypts,
        &nonce.bytes,
        request.additional_data,
        tag_length,
    )?;
    Ok(Selection {
        engine: Box::new(engine),
        nonce: nonce.into_made(),
        tag_length: Some(tag_length),
    })
}

fn block_mode(
    source: &Source<'_>,
    request: &ParametricCipher<'_>,
    encrypts: bool,
) -> Result<Selection, CryptoError> {
    let (mode, padding) = defaults::mode_of(source.algorithm, request.parameters);
    match mode {
        BlockCipherMode::Cbc => chained(source, request, encrypts, Chaining::Cbc, padding),
        BlockCipherMode::Ecb => chained(source, request, encrypts, Chaining::Ecb, padding),
        BlockCipherMode::Pcbc => chained(source, request, encrypts, Chaining::Pcbc, padding),
        BlockCipherMode::Cfb => streamed(source, request, encrypts, Feedback::Cfb(encrypts)),
        BlockCipherMode::Ofb => streamed(source, request, encrypts, Feedback::Ofb),
        BlockCipherMode::Ctr => counted(source, request, encrypts),
        BlockCipherMode::Gcm | BlockCipherMode::Ccm => {
            authenticated(source, request, encrypts, mode)
        }
        BlockCipherMode::Xts
        | BlockCipherMode::NistKeyWrap
        | BlockCipherMode::AesKeyWrapPadding => at_once(source, request, encrypts, mode),
        BlockCipherMode::Cmac | BlockCipherMode::CbcMac => Err(CryptoError::InvalidParameter(
            "CMAC and CBC-MAC make codes and encrypt nothing: use the operation MAC",
        )),
        BlockCipherMode::Aead
        | BlockCipherMode::X9102Aeskw
        | BlockCipherMode::X9102Tdkw
        | BlockCipherMode::X9102Akw1
        | BlockCipherMode::X9102Akw2 => Err(CryptoError::Unsupported),
    }
}

fn chained(
    source: &Source<'_>,
    request: &ParametricCipher<'_>,
    encrypts: bool,
    chaining: Chaining,
    padding: claviger_model::PaddingMethod,
) -> Result<Selection, CryptoError> {
    let padding = Padding::new(padding)?;
    let cipher = (source.block)()?;
    let size = cipher.size();
    if chaining == Chaining::Ecb {
        without(request, false)?;
        return Ok(Selection::plain(Chained::new(cipher, chaining, padding, encrypts, &[])));
    }
    without(request, true)?;
    let nonce = Nonce::new(request, encrypts, size)?.of(|length| length == size)?;
    let engine = Chained::new(cipher, chaining, padding, encrypts, &nonce.bytes);
    Ok(Selection { engine: Box::new(engine), nonce: nonce.into_made(), tag_length: None })
}

fn streamed(
    source: &Source<'_>,
    request: &ParametricCipher<'_>,
    encrypts: bool,
    feedback: Feedback,
) -> Result<Selection, CryptoError> {
    without(request, true)?;
    let cipher = (source.block)()?;
    let size = cipher.size();
    let nonce = Nonce::new(request, encrypts, size)?.of(|length| length == size)?;
    let engine = Streamed(BlockStream::new(cipher, feedback, &nonce.bytes));
    Ok(Selection { engine: Box::new(engine), nonce: nonce.into_made(), tag_length: None })
}

/// CTR: the nonce is the first counter block, or its beginning, with the counter behind it.
fn counted(
    source: &Source<'_>,
    request: &ParametricCipher<'_>,
    encrypts: bool,
) -> Result<Selection, CryptoError> {
    without(request, true)?;
    let cipher = (source.block)()?;
    let size = cipher.size();
    let nonce = Nonce::new(request, encrypts, size)?.of(|length| length <= size)?;
    let mut register = nonce.bytes.clone();
    let counter = u64::from(counter_of(request.parameters)?).to_be_bytes();
    let named = match request.parameters.counter_length {
        None => None,
        Some(bits) => Some(
            usize::try_from(bits)
                .ok()
                .filter(|bits| bits.is_multiple_of(8) && (8..=8 * size).contains(bits))
                .map(|bits| bits / 8)
                .ok_or(CryptoError::InvalidParameter(
                    "a counter has 8 bits to a whole block, a multiple of 8",
                ))?,
        ),
    };
    let missing = size - register.len();
    let counter_length = if missing == 0 {
        if request.parameters.initial_counter_value.is_some_and(|value| value != 0) {
            return Err(CryptoError::InvalidParameter(
                "an IV of a whole block says where the counter starts: leave the initial counter value out",
            ));
        }
        named.unwrap_or(size)
    } else {
        register.resize(size, 0);
        let at = counter.len().min(missing);
        register[size - at..].copy_from_slice(&counter[counter.len() - at..]);
        named.unwrap_or(missing)
    };
    let engine = Streamed(BlockStream::new(cipher, Feedback::Ctr { counter_length }, &register));
    Ok(Selection { engine: Box::new(engine), nonce: nonce.into_made(), tag_length: None })
}

fn authenticated(
    source: &Source<'_>,
    request: &ParametricCipher<'_>,
    encrypts: bool,
    mode: BlockCipherMode,
) -> Result<Selection, CryptoError> {
    let cipher = (source.block)()?;
    if cipher.size() != 16 {
        return Err(CryptoError::Unsupported);
    }
    let additional_data = request.additional_data;
    let (engine, nonce, tag_length): (Box<dyn Engine>, _, _) = if mode == BlockCipherMode::Gcm {
        let tag_length = tag_length(request.parameters, is_gcm_tag, source.fence)?;
        let nonce =
            Nonce::new(request, encrypts, defaults::NONCE_LENGTH)?.of(|length| length > 0)?;
        let engine = Gcm::new(cipher, encrypts, &nonce.bytes, additional_data, tag_length)?;
        (Box::new(engine), nonce, tag_length)
    } else {
        let right = |length| matches!(length, 4 | 6 | 8 | 10 | 12 | 14 | 16);
        let tag_length = tag_length(request.parameters, right, source.fence)?;
        let nonce = Nonce::new(request, encrypts, defaults::NONCE_LENGTH)?
            .of(|length| matches!(length, 7..=13))?;
        let engine = Ccm::new(cipher, encrypts, &nonce.bytes, additional_data, tag_length);
        (Box::new(engine), nonce, tag_length)
    };
    Ok(Selection { engine, nonce: nonce.into_made(), tag_length: Some(tag_length) })
}

fn at_once(
    source: &Source<'_>,
    request: &ParametricCipher<'_>,
    encrypts: bool,
    mode: BlockCipherMode,
) -> Result<Selection, CryptoError> {
    if source.algorithm != CryptographicAlgorithm::Aes {
        return Err(CryptoError::Unsupported);
    }
    let key = source.key.duplicate("the message keeps it until its end");
    if mode == BlockCipherMode::Xts {
        without(request, true)?;
        if !matches!(key.len(), 32 | 64) {
            return Err(CryptoError::InvalidKey(
                "an XTS key has 32 or 64 bytes: two AES keys, one behind the other",
            ));
        }
        let nonce = Nonce::new(request, encrypts, 16)?.of(|length| length == 16)?;
        let tweak = nonce.bytes.as_slice().try_into().map_err(|_| CryptoError::Internal)?;
        let engine = Box::new(AtOnce::new(Whole::Xts { key, tweak }, encrypts));
        return Ok(Selection { engine, nonce: nonce.into_made(), tag_length: None });
    }
    without(request, false)?;
    let whole = match mode {
        BlockCipherMode::NistKeyWrap => Whole::KeyWrap { key },
        _ => Whole::PaddedKeyWrap { key },
    };
    Ok(Selection::plain(AtOnce::new(whole, encrypts)))
}
