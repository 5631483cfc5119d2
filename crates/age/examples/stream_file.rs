//! Encrypts or decrypts a file with native age keys: what the speed of the format is measured with.
//!
//! `stream_file encrypt RECIPIENT INPUT OUTPUT`, `stream_file decrypt IDENTITY-FILE INPUT OUTPUT`

use std::error::Error;
use std::fs::{self, File};

use claviger_age::armor::MaybeArmored;
use claviger_age::identity_file::{self, Entry};
use claviger_age::{decrypt, encrypt, x25519};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [command, key, input, output] = arguments.as_slice() else {
        return Err(
            "usage: stream_file encrypt|decrypt RECIPIENT|IDENTITY-FILE INPUT OUTPUT".into()
        );
    };
    let (input, output) = (File::open(input)?, File::create(output)?);
    match command.as_str() {
        "encrypt" => {
            let recipient: x25519::Recipient = key.parse()?;
            encrypt(input, output, &[&recipient], |_| {})?;
        }
        "decrypt" => {
            let entries = identity_file::parse(&fs::read_to_string(key)?)?;
            let native = entries.iter().filter_map(|entry| match entry {
                Entry::X25519(identity) => Some(identity as &dyn claviger_age::Identity),
                Entry::Claviger(_) => None,
            });
            let identities: Vec<_> = native.collect();
            decrypt(MaybeArmored::new(input)?, output, &identities, |_| {})?;
        }
        _ => return Err("the first argument must be 'encrypt' or 'decrypt'".into()),
    }
    Ok(())
}
