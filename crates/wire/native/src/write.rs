//! The answers of the hot path, written in one pass into one buffer of the right size.

use base64_simd::STANDARD;
use claviger_secret::SecretBytes;

/// Room for the member names, quotes and the version number.
const FRAME: usize = 64;

/// Writes [`crate::EncryptReply`]. `write_ciphertext` appends the ciphertext, of about `ciphertext_length` bytes, which must
/// need no JSON escapes, as the service's ciphertexts never do.
#[must_use]
pub fn write_encrypt_reply(
    ciphertext_length: usize,
    write_ciphertext: impl FnOnce(&mut Vec<u8>),
    key: &str,
    version: u32,
) -> Vec<u8> {
    let mut out = Vec::with_capacity(FRAME + ciphertext_length + key.len());
    out.extend_from_slice(b"{\"ciphertext\":\"");
    write_ciphertext(&mut out);
    out.push(b'"');
    write_key_and_version(&mut out, key, version);
    out
}

/// Writes [`crate::DecryptReply`] into a buffer that is wiped when dropped.
#[must_use]
pub fn write_decrypt_reply(plaintext: &[u8], key: &str, version: u32) -> SecretBytes {
    let length = STANDARD.encoded_length(plaintext.len());
    // Large enough from the start: growing would leave a part of the plaintext behind.
    let mut out = Vec::with_capacity(FRAME + length + 6 * key.len());
    out.extend_from_slice(b"{\"plaintext\":\"");
    STANDARD.encode_append(plaintext, &mut out);
    out.push(b'"');
    write_key_and_version(&mut out, key, version);
    SecretBytes::new(out)
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
    use super::{write_decrypt_reply, write_encrypt_reply};
    use crate::{DecryptReply, EncryptReply};

    #[test]
    fn what_is_written_by_hand_is_what_the_types_write() {
        for (text, version) in [("abc", 0), ("", 1), ("a\"b\\c\n\u{1}é🔑", u32::MAX), ("x", 1000)]
        {
            let written = write_encrypt_reply(2, |out| out.extend_from_slice(b"c:"), text, version);
            let reply: EncryptReply = serde_json::from_slice(&written).unwrap();
            let (ciphertext, key) = ("c:".to_owned(), text.to_owned());
            assert_eq!(reply, EncryptReply { ciphertext, key, version });

            let written = write_decrypt_reply(text.as_bytes(), text, version);
            let reply: DecryptReply = serde_json::from_slice(written.expose("test")).unwrap();
            assert_eq!(reply.plaintext.expose("test"), text.as_bytes());
            assert_eq!((reply.key.as_str(), reply.version), (text, version));
        }
    }

    #[test]
    fn the_buffer_is_large_enough_from_the_start() {
        let ciphertext = [b'c'; 1500];
        let write = |out: &mut Vec<u8>| out.extend_from_slice(&ciphertext);
        let written = write_encrypt_reply(1500, write, &"k".repeat(128), u32::MAX);
        assert!(written.len() <= 64 + 1500 + 128);
        let written = write_decrypt_reply(&[7; 1024], &"k".repeat(128), u32::MAX);
        assert!(written.len() <= 64 + 1368 + 128);
    }
}
