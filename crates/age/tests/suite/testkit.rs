//! The public test vectors of the age format (C2SP CCTV, folder `age`).

use std::path::PathBuf;
use std::{env, fs};

use aws_lc_rs::digest;
use claviger_age::armor::{self, ArmoredReader, ArmoredWriter};
use claviger_age::{Error, Identity, decrypt, header, x25519};
use std::io::Write;

/// Vectors that cannot be run, and why. Vectors of the same kinds that fail in the header itself are run.
const SKIPPED: &[(&str, &[&str])] = &[
    (
        "needs a passphrase identity (scrypt), which Claviger does not offer",
        &[
            "armor_scrypt",
            "scrypt",
            "scrypt_bad_tag",
            "scrypt_extra_argument",
            "scrypt_long_file_key",
            "scrypt_no_match",
            "scrypt_not_canonical_salt",
            "scrypt_salt_long",
            "scrypt_salt_missing",
            "scrypt_salt_short",
            "scrypt_uppercase",
            "scrypt_work_factor_23",
            "scrypt_work_factor_hex",
            "scrypt_work_factor_leading_garbage",
            "scrypt_work_factor_leading_plus",
            "scrypt_work_factor_leading_zero_decimal",
            "scrypt_work_factor_leading_zero_octal",
            "scrypt_work_factor_missing",
            "scrypt_work_factor_negative",
            "scrypt_work_factor_overflow",
            "scrypt_work_factor_trailing_garbage",
            "scrypt_work_factor_wrong",
            "scrypt_work_factor_zero",
        ],
    ),
    (
        "needs a hybrid identity (mlkem768x25519), which Claviger does not offer",
        &[
            "armor_hybrid",
            "hybrid",
            "hybrid_and_x25519",
            "hybrid_bad_tag",
            "hybrid_currupted_enc_mlkem",
            "hybrid_currupted_enc_x25519",
            "hybrid_extra_argument",
            "hybrid_grease",
            "hybrid_identity",
            "hybrid_long_file_key",
            "hybrid_long_share",
            "hybrid_low_order",
            "hybrid_multiple_recipients",
            "hybrid_no_match",
            "hybrid_not_canonical_enc",
            "hybrid_short_share",
            "hybrid_uppercase",
        ],
    ),
];

/// How many vectors the folder has; fewer would mean that some were lost.
const VECTORS: usize = 143;

#[test]
fn vectors() {
    let folder = vectors_folder().join("cctv-age/testdata");
    let Ok(entries) = fs::read_dir(&folder) else {
        skip_all(&folder);
        return;
    };
    let mut names: Vec<String> = entries
        .map(|entry| entry.expect("readable").file_name().into_string().expect("UTF-8"))
        .collect();
    names.sort();
    assert_eq!(names.len(), VECTORS, "vectors in {}", folder.display());
    for name in SKIPPED.iter().flat_map(|(_, skipped)| *skipped) {
        assert!(names.iter().any(|other| other == name), "{name} is skipped but does not exist");
    }
    let faults: Vec<String> = names
        .iter()
        .filter(|name| !is_skipped(name))
        .filter_map(|name| {
            let vector = Vector::parse(&fs::read(folder.join(name)).expect("readable"));
            vector.check().err().map(|fault| format!("{name}: {fault}"))
        })
        .collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[expect(clippy::disallowed_methods, reason = "vectors are no part of the repository")]
fn vectors_folder() -> PathBuf {
    match env::var_os("CLAVIGER_VECTORS") {
        Some(folder) => PathBuf::from(folder),
        None => PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/vectors"),
    }
}

#[expect(clippy::print_stderr, reason = "tests that did not run must be seen")]
#[expect(clippy::disallowed_methods, reason = "whoever runs all tests says so")]
fn skip_all(folder: &std::path::Path) {
    assert!(
        env::var("CLAVIGER_REQUIRE_VECTORS").as_deref() != Ok("1"),
        "no age vectors in {}; set CLAVIGER_VECTORS to the folder that has cctv-age",
        folder.display()
    );
    eprintln!("SKIPPED: all {VECTORS} age vectors: there is no folder {}", folder.display());
}

fn is_skipped(name: &str) -> bool {
    SKIPPED.iter().any(|(_, skipped)| skipped.contains(&name))
}

#[derive(Default)]
struct Vector {
    expect: String,
    payload: Option<Vec<u8>>,
    identities: Vec<x25519::Identity>,
    armored: bool,
    /// Some way to open it is not ours.
    foreign: bool,
    file: Vec<u8>,
}

impl Vector {
    fn parse(mut bytes: &[u8]) -> Self {
        let mut vector = Self::default();
        let mut compressed = false;
        loop {
            let end = bytes.iter().position(|byte| *byte == b'\n').expect("a header");
            let line = std::str::from_utf8(&bytes[..end]).expect("UTF-8");
            bytes = &bytes[end + 1..];
            if line.is_empty() {
                break;
            }
            let (key, value) = line.split_once(": ").expect("key: value");
            match key {
                "expect" => vector.expect = value.to_owned(),
                "payload" => vector.payload = Some(hex::decode(value).expect("hex")),
                "identity" => match value.parse() {
                    Ok(identity) => vector.identities.push(identity),
                    Err(_) => vector.foreign = true,
                },
                "passphrase" => vector.foreign = true,
                "armored" => vector.armored = value == "yes",
                "compressed" => compressed = value == "zlib",
                "comment" | "file key" => {}
                _ => panic!("unknown key {key}"),
            }
        }
        vector.file = match compressed {
            true => miniz_oxide::inflate::decompress_to_vec_zlib(bytes).expect("zlib"),
            false => bytes.to_vec(),
        };
        vector
    }

    fn check(&self) -> Result<(), String> {
        if self.foreign && self.expect != "header failure" {
            return Err("needs an identity that is not offered; name it among the skipped".into());
        }
        let mut text = Vec::new();
        let identities: Vec<&dyn Identity> =
            self.identities.iter().map(|identity| identity as &dyn Identity).collect();
        let result = match self.armored {
            true => decrypt(ArmoredReader::new(&self.file[..]), &mut text, &identities, |_| {}),
            false => decrypt(&self.file[..], &mut text, &identities, |_| {}),
        };
        let kind = match &result {
            Ok(_) => "success",
            Err(Error::Header(_)) => "header failure",
            Err(Error::HeaderMac) => "HMAC failure",
            Err(Error::NoMatchingIdentity) => "no match",
            Err(Error::Payload(_)) => "payload failure",
            Err(Error::Armor(_)) => "armor failure",
            Err(error) => return Err(format!("unexpected: {error}")),
        };
        if kind != self.expect {
            return Err(format!("{} expected, got {kind}: {result:?}", self.expect));
        }
        let hash = digest::digest(&digest::SHA256, &text);
        match &self.payload {
            Some(payload) if payload != hash.as_ref() => {
                return Err("the plaintext that was released is not the expected one".into());
            }
            None if !text.is_empty() && kind != "armor failure" => {
                return Err("plaintext was released".into());
            }
            _ => {}
        }
        if kind != "armor failure" { self.check_round_trips(kind) } else { Ok(()) }
    }

    fn check_round_trips(&self, kind: &str) -> Result<(), String> {
        let file = match self.armored {
            true => armor::decode(&self.file).map_err(|error| error.to_string())?,
            false => self.file.clone(),
        };
        if self.armored {
            let mut writer = ArmoredWriter::new(Vec::new());
            writer.write_all(&file).expect("memory");
            let text = String::from_utf8(writer.finish().expect("memory")).expect("ASCII");
            let original = String::from_utf8(self.file.clone()).expect("ASCII");
            if text.trim() != original.replace("\r\n", "\n").trim() {
                return Err("the armor does not round-trip".into());
            }
        }
        if kind != "header failure" {
            let (header, length) = header::parse(&file).map_err(|error| error.to_string())?;
            if header.encode() != file[..length] {
                return Err("the header does not round-trip".into());
            }
        }
        Ok(())
    }
}
