//! The answers of the hot path, written in one pass into one buffer of the right size.

use base64_simd::STANDARD;
use claviger_secret::SecretBytes;

use crate::ItemError;

/// Room for the member names, quotes and the version number.
const FRAME: usize = 64;

/// How long a reply is at most: its text, and its key's name with every character escaped.
const fn reply_length(text_length: usize, key: &str) -> usize {
    FRAME + text_length + 6 * key.len()
}

/// A ciphertext that is written where it is needed.
pub trait WriteCiphertext {
    /// About how long the ciphertext is, and never less.
    fn length(&self) -> usize;

    /// Appends the ciphertext, which must need no JSON escapes, as the service's ciphertexts never do.
    fn write(&self, out: &mut Vec<u8>);
}

/// What one item of a batch came to, besides errors: a ciphertext or a plaintext, with its key and version.
pub struct Keyed<'a, T> {
    /// The ciphertext or the plaintext.
    pub content: T,
    /// The key's name.
    pub key: &'a str,
    /// The version.
    pub version: u32,
}

/// Writes [`crate::EncryptReply`].
#[must_use]
pub fn write_encrypt_reply(ciphertext: &impl WriteCiphertext, key: &str, version: u32) -> Vec<u8> {
    let mut out = Vec::with_capacity(reply_length(ciphertext.length(), key));
    append_encrypt_reply(&mut out, ciphertext, key, version);
    out
}

/// Writes [`crate::EncryptBatchReply`].
#[must_use]
pub fn write_encrypt_batch_reply<C: WriteCiphertext>(
    items: &[Result<Keyed<'_, C>, ItemError>],
) -> Vec<u8> {
    write_batch(
        items,
        |item| reply_length(item.content.length(), item.key),
        |out, item| append_encrypt_reply(out, &item.content, item.key, item.version),
    )
}

/// Writes [`crate::DecryptReply`] into a buffer that is wiped when dropped.
#[must_use]
pub fn write_decrypt_reply(plaintext: &[u8], key: &str, version: u32) -> SecretBytes {
    // Large enough from the start: growing would leave a part of the plaintext behind.
    let length = STANDARD.encoded_length(plaintext.len());
    let mut out = Vec::with_capacity(reply_length(length, key));
    append_decrypt_reply(&mut out, plaintext, key, version);
    SecretBytes::new(out)
}

/// Writes [`crate::DecryptBatchReply`] into a buffer that is wiped when dropped.
#[must_use]
pub fn write_decrypt_batch_reply(items: &[Result<Keyed<'_, &[u8]>, ItemError>]) -> SecretBytes {
    SecretBytes::new(write_batch(
        items,
        |item| reply_length(STANDARD.encoded_length(item.content.len()), item.key),
        |out, item| append_decrypt_reply(out, item.content, item.key, item.version),
    ))
}

/// Writes the replies to a batch's items into one buffer that is large enough from the start.
fn write_batch<T>(
    items: &[Result<T, ItemError>],
    length: impl Fn(&T) -> usize,
    append: impl Fn(&mut Vec<u8>, &T),
) -> Vec<u8> {
    let of_error = |error: &ItemError| {
        FRAME + 6 * (error.code.len() + error.detail.len() + error.remedy.len())
    };
    let lengths = items.iter().map(|item| 1 + item.as_ref().map_or_else(of_error, &length));
    let mut out = Vec::with_capacity(FRAME + lengths.sum::<usize>());
    out.extend_from_slice(b"{\"items\":[");
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        match item {
            Ok(item) => append(&mut out, item),
            Err(error) => append_error(&mut out, error),
        }
    }
    out.extend_from_slice(b"]}");
    out
}

fn append_encrypt_reply(
    out: &mut Vec<u8>,
    ciphertext: &impl WriteCiphertext,
    key: &str,
    version: u32,
) {
    out.extend_from_slice(b"{\"ciphertext\":\"");
    ciphertext.write(out);
    out.push(b'"');
    write_key_and_version(out, key, version);
}

fn append_decrypt_reply(out: &mut Vec<u8>, plaintext: &[u8], key: &str, version: u32) {
    out.extend_from_slice(b"{\"plaintext\":\"");
    STANDARD.encode_append(plaintext, out);
    out.push(b'"');
    write_key_and_version(out, key, version);
}

fn append_error(out: &mut Vec<u8>, error: &ItemError) {
    let ItemError { code, detail, remedy } = error;
    out.extend_from_slice(b"{\"error\":{\"code\":");
    write_text(out, code);
    out.extend_from_slice(b",\"detail\":");
    write_text(out, detail);
    out.extend_from_slice(b",\"remedy\":");
    write_text(out, remedy);
    out.extend_from_slice(b"}}");
}

fn write_key_and_version(out: &mut Vec<u8>, key: &str, version: u32) {
    out.extend_from_slice(b",\"key\":");
    write_text(out, key);
    out.extend_from_slice(b",\"version\":");
    write_number(out, version);
    out.push(b'}');
}

fn write_text(out: &mut Vec<u8>, text: &str) {
    let is_plain = |byte: u8| byte >= 0x20 && byte != b'"' && byte != b'\\';
    out.push(b'"');
    // Without a branch per byte, so that the compiler vectorises it.
    if text.bytes().fold(true, |plain, byte| plain & is_plain(byte)) {
        out.extend_from_slice(text.as_bytes());
    } else {
        for character in text.chars() {
            match character {
                '"' | '\\' => out.extend_from_slice(&[b'\\', character as u8]),
                '\0'..='\x1f' => {
                    out.extend_from_slice(format!("\\u{:04x}", character as u32).as_bytes())
                }
                _ => out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes()),
            }
        }
    }
    out.push(b'"');
}

fn write_number(out: &mut Vec<u8>, number: u32) {
    let mut digits = [0_u8; 10];
    let mut start = digits.len();
    let mut rest = number;
    loop {
        start -= 1;
        digits[start] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    out.extend_from_slice(&digits[start..]);
}

#[cfg(test)]
mod tests {
    use super::{
        Keyed, WriteCiphertext, write_decrypt_batch_reply, write_decrypt_reply,
        write_encrypt_batch_reply, write_encrypt_reply,
    };
    use crate::{DecryptBatchReply, DecryptReply, EncryptBatchReply, EncryptReply, ItemError};

    const ODD: &str = "a\"b\\c\n\u{1}é🔑";

    struct Text(String);

    impl WriteCiphertext for Text {
        fn length(&self) -> usize {
            self.0.len()
        }

        fn write(&self, out: &mut Vec<u8>) {
            out.extend_from_slice(self.0.as_bytes());
        }
    }

    fn error() -> ItemError {
        ItemError { code: "not_found".into(), detail: ODD.into(), remedy: "look".into() }
    }

    #[test]
    fn what_is_written_by_hand_is_what_the_types_write() {
        for (key, version) in [("abc", 0), ("", 1), (ODD, u32::MAX), ("x", 1000)] {
            let written = write_encrypt_reply(&Text("c:1".into()), key, version);
            let reply: EncryptReply = serde_json::from_slice(&written).unwrap();
            let (ciphertext, key) = ("c:1".to_owned(), key.to_owned());
            assert_eq!(reply, EncryptReply { ciphertext, key: key.clone(), version });

            let written = write_decrypt_reply(ODD.as_bytes(), &key, version);
            let reply: DecryptReply = serde_json::from_slice(written.expose("test")).unwrap();
            assert_eq!(reply.plaintext.expose("test"), ODD.as_bytes());
            assert_eq!((reply.key, reply.version), (key, version));
        }
    }

    #[test]
    fn batches_are_written_as_the_types_write_them() {
        let keyed = |text: &str, key| Ok(Keyed { content: Text(text.into()), key, version: 7 });
        let items = [keyed("c", "k"), Err(error()), keyed("d", ODD)];
        let written = write_encrypt_batch_reply(&items);
        let reply: EncryptBatchReply = serde_json::from_slice(&written).unwrap();
        let results: Vec<_> = reply.items.into_iter().map(|item| item.into_result()).collect();
        assert_eq!(results[1].as_ref().unwrap().as_ref().unwrap_err(), &error());
        assert_eq!(results[2].as_ref().unwrap().as_ref().unwrap().key, ODD);

        let opened = Keyed { content: ODD.as_bytes(), key: "k", version: 7 };
        let written = write_decrypt_batch_reply(&[Err(error()), Ok(opened)]);
        let reply: DecryptBatchReply = serde_json::from_slice(written.expose("test")).unwrap();
        let results: Vec<_> = reply.items.into_iter().map(|item| item.into_result()).collect();
        assert_eq!(results[0].as_ref().unwrap().as_ref().err(), Some(&error()));
        let opened = results[1].as_ref().unwrap().as_ref().ok().unwrap();
        assert_eq!(opened.plaintext.expose("test"), ODD.as_bytes());
        for written in [
            write_encrypt_batch_reply::<Text>(&[]),
            write_decrypt_batch_reply(&[]).expose("test").to_vec(),
        ] {
            assert_eq!(written, br#"{"items":[]}"#);
        }
    }

    #[test]
    fn the_buffers_are_large_enough_from_the_start() {
        let key = "k".repeat(128);
        let written = write_encrypt_reply(&Text("c".repeat(1500)), &key, u32::MAX);
        assert!(written.len() <= super::reply_length(1500, &key));
        let written = write_decrypt_reply(&[7; 1024], "\u{1}\u{1}", u32::MAX);
        assert!(written.len() <= super::reply_length(1368, "\u{1}\u{1}"));
    }
}
