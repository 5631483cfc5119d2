//! Bytes as base64 text (RFC 4648 §4, with padding), decoded straight into the buffer that they stay in.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use base64_simd::{AsOut, STANDARD};
use claviger_secret::{SealBuffer, SecretBytes};
use serde::de::{self, Deserialize, Deserializer, Visitor};
use serde::ser::{Serialize, Serializer};
use utoipa::openapi::{ObjectBuilder, RefOr, Schema, Type};
use utoipa::{PartialSchema, ToSchema};
use zeroize::Zeroizing;

/// Bytes that anybody may see.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Base64Bytes(pub Vec<u8>);

/// Secret bytes: keys and opened plaintexts. Wiped when dropped.
pub struct Base64Secret(SecretBytes);

/// A plaintext on its way to being encrypted, in a buffer in which that happens in place. Wiped when dropped.
pub struct Base64Plaintext(SealBuffer);

impl Base64Bytes {
    /// Reads base64 text.
    ///
    /// # Errors
    /// [`InvalidBase64`] if it isn't base64 with padding.
    pub fn from_text(text: &str) -> Result<Self, InvalidBase64> {
        decode(text)
    }

    /// The base64 text.
    #[must_use]
    pub fn to_text(&self) -> String {
        STANDARD.encode_to_string(&self.0)
    }
}

impl Base64Secret {
    /// Takes over secret bytes.
    #[must_use]
    pub fn new(secret: SecretBytes) -> Self {
        Self(secret)
    }

    /// Copies secret bytes. The caller keeps (and wipes) its own.
    #[must_use]
    pub fn copy_from(bytes: &[u8]) -> Self {
        Self(SecretBytes::copy_from(bytes))
    }

    /// The bytes. `why` says, to the reader of the code, what they are exposed for.
    #[must_use]
    pub fn expose(&self, why: &'static str) -> &[u8] {
        self.0.expose(why)
    }

    /// The secret without its encoding.
    #[must_use]
    pub fn into_secret(self) -> SecretBytes {
        self.0
    }

    /// The bytes in a buffer of the caller, still wiped on drop. `why` as in [`Self::expose`].
    #[must_use]
    pub fn into_zeroizing(self, why: &'static str) -> Zeroizing<Vec<u8>> {
        self.0.into_zeroizing(why)
    }
}

impl Base64Plaintext {
    /// Copies a plaintext. The caller keeps (and wipes) its own.
    #[must_use]
    pub fn copy_from(plaintext: &[u8]) -> Self {
        Self(SealBuffer::copy_from(plaintext))
    }

    /// The plaintext. `why` says, to the reader of the code, what it is exposed for.
    #[must_use]
    pub fn expose(&self, why: &'static str) -> &[u8] {
        self.0.expose(why)
    }

    /// The plaintext in the buffer in which it can be sealed.
    #[must_use]
    pub fn into_seal_buffer(self) -> SealBuffer {
        self.0
    }
}

impl From<Vec<u8>> for Base64Bytes {
    fn from(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }
}

/// The text isn't base64 as RFC 4648 §4 has it: the standard alphabet, with padding, without line breaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidBase64;

impl fmt::Display for InvalidBase64 {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("not base64 (RFC 4648 section 4: standard alphabet, with padding)")
    }
}

impl std::error::Error for InvalidBase64 {}

/// A buffer that base64 is decoded into.
trait Buffer: Sized {
    /// Makes `length` bytes that `fill` writes.
    fn filled(
        length: usize,
        fill: impl FnOnce(&mut [u8]) -> Result<(), InvalidBase64>,
    ) -> Result<Self, InvalidBase64>;

    /// The bytes, for encoding.
    fn bytes(&self) -> &[u8];
}

impl Buffer for Base64Bytes {
    fn filled(
        length: usize,
        fill: impl FnOnce(&mut [u8]) -> Result<(), InvalidBase64>,
    ) -> Result<Self, InvalidBase64> {
        let mut bytes = vec![0; length];
        fill(&mut bytes).map(|()| Self(bytes))
    }

    fn bytes(&self) -> &[u8] {
        &self.0
    }
}

impl Buffer for Base64Secret {
    fn filled(
        length: usize,
        fill: impl FnOnce(&mut [u8]) -> Result<(), InvalidBase64>,
    ) -> Result<Self, InvalidBase64> {
        SecretBytes::try_init(length, fill).map(Self)
    }

    fn bytes(&self) -> &[u8] {
        self.0.expose("encoding for the message that carries it")
    }
}

impl Buffer for Base64Plaintext {
    fn filled(
        length: usize,
        fill: impl FnOnce(&mut [u8]) -> Result<(), InvalidBase64>,
    ) -> Result<Self, InvalidBase64> {
        SealBuffer::try_init(length, fill).map(Self)
    }

    fn bytes(&self) -> &[u8] {
        self.0.expose("encoding for the message that carries it")
    }
}

fn decode<B: Buffer>(text: &str) -> Result<B, InvalidBase64> {
    let length = STANDARD.decoded_length(text.as_bytes()).map_err(|_| InvalidBase64)?;
    B::filled(length, |out| {
        STANDARD.decode(text.as_bytes(), out.as_out()).map(|_| ()).map_err(|_| InvalidBase64)
    })
}

/// Reads base64 out of a JSON text without copying it first.
struct TextVisitor<B>(PhantomData<B>);

impl<B: Buffer> Visitor<'_> for TextVisitor<B> {
    type Value = B;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("base64 text")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<B, E> {
        decode(text).map_err(E::custom)
    }

    fn visit_string<E: de::Error>(self, text: String) -> Result<B, E> {
        self.visit_str(&Zeroizing::new(text))
    }
}

fn base64_schema(description: &str) -> RefOr<Schema> {
    let object = ObjectBuilder::new().schema_type(Type::String).content_encoding("base64");
    RefOr::T(Schema::Object(object.description(Some(description)).build()))
}

macro_rules! as_base64_text {
    ($($name:ident: $description:literal;)*) => {$(
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_str(TextVisitor(PhantomData))
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let text: Zeroizing<String> =
                    Zeroizing::new(STANDARD.encode_to_string(Buffer::bytes(self)));
                serializer.serialize_str(&text)
            }
        }

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                base64_schema($description)
            }
        }

        impl ToSchema for $name {
            fn name() -> Cow<'static, str> {
                Cow::Borrowed(stringify!($name))
            }
        }
    )*};
}

as_base64_text! {
    Base64Bytes: "Bytes as base64 (RFC 4648 section 4, with padding).";
    Base64Secret: "Secret bytes as base64 (RFC 4648 section 4, with padding).";
    Base64Plaintext: "A plaintext as base64 (RFC 4648 section 4, with padding); may be empty.";
}

#[cfg(test)]
mod tests {
    use super::{Base64Bytes, Base64Plaintext, Base64Secret};

    #[test]
    fn bytes_of_every_length_are_read_back() {
        for length in 0..200_usize {
            let bytes: Vec<u8> = (0..length).map(|index| (index * 7) as u8).collect();
            let text = serde_json::to_string(&Base64Bytes(bytes.clone())).unwrap();
            assert_eq!(serde_json::from_str::<Base64Bytes>(&text).unwrap().0, bytes);
            let plaintext: Base64Plaintext = serde_json::from_str(&text).unwrap();
            assert_eq!(plaintext.expose("test"), bytes);
            assert_eq!(serde_json::to_string(&plaintext).unwrap(), text);
            let secret: Base64Secret = serde_json::from_str(&text).unwrap();
            assert_eq!(secret.expose("test"), bytes);
            assert_eq!(serde_json::to_string(&secret).unwrap(), text);
        }
    }

    #[test]
    fn escaped_text_is_read_too() {
        let bytes: Base64Bytes = serde_json::from_str(r#""aGk\u003d""#).unwrap();
        assert_eq!(bytes.0, b"hi");
        assert_eq!(serde_json::from_str::<Base64Bytes>(r#""\/\/\/\/""#).unwrap().0, [255; 3]);
    }

    #[test]
    fn anything_else_is_refused_without_repeating_it() {
        for text in ["aGk", "aGk1a", "aGk==", "aG k=", "aGk=\n", "_-_-", "aGk=aGk=", "aGl=", "€€€€"]
        {
            let json = serde_json::to_string(text).unwrap();
            let error = serde_json::from_str::<Base64Secret>(&json).err().unwrap().to_string();
            assert!(error.starts_with("not base64"), "{text}: {error}");
            assert!(!error.contains(text), "{error}");
        }
        assert!(serde_json::from_str::<Base64Secret>("5").is_err());
        assert!(serde_json::from_str::<Base64Secret>("null").is_err());
        assert!(serde_json::from_str::<Base64Secret>("[1]").is_err());
    }
}
