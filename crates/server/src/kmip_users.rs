//! Users and devices that KMIP clients may prove to be in the header of a message: a TOML file.
//!
//! Passwords are kept as salted hashes from the moment the file is read. Whoever asks waits as long for a name that isn't
//! there as for a wrong password.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use claviger_door_kmip::{Credentials, DeviceIdentity};
use claviger_model::{Hash, Principal};
use claviger_ports::Crypto;
use claviger_secret::SecretBytes;
use serde::Deserialize;

use crate::exit::StartError;
use crate::kmip_door::refused;

/// Who vouches for users and devices.
const ISSUER: &str = "kmip-users";

/// The users and devices.
pub(crate) struct Users {
    crypto: Arc<dyn Crypto>,
    salt: [u8; 32],
    users: Vec<(String, SecretBytes)>,
    devices: Vec<(Device, Option<SecretBytes>)>,
}

impl fmt::Debug for Users {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Users")
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    user: Vec<User>,
    #[serde(default)]
    device: Vec<Device>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct User {
    name: String,
    password: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Device {
    serial_number: Option<String>,
    device_identifier: Option<String>,
    network_identifier: Option<String>,
    machine_identifier: Option<String>,
    media_identifier: Option<String>,
    password: Option<String>,
}

impl Users {
    /// Reads the content of the file.
    ///
    /// # Errors
    /// [`StartError`] says what is wrong with it.
    pub(crate) fn read(
        crypto: Arc<dyn Crypto>,
        path: &Path,
        text: &str,
    ) -> Result<Self, StartError> {
        let File { user, device } =
            toml::from_str(text).map_err(|error| refused(path, error.message()))?;
        let mut salt = [0; 32];
        crypto.random(&mut salt).map_err(|error| refused(path, &error.to_string()))?;
        let mut read = Self { crypto, salt, users: Vec::new(), devices: Vec::new() };
        for user in user {
            if user.password.is_empty() {
                return Err(refused(path, "a user has an empty password"));
            }
            let hash = read.hash(&user.password);
            read.users.push((user.name, hash));
        }
        for mut device in device {
            if device.serial_number.is_none() && device.device_identifier.is_none() {
                return Err(refused(path, "a device has no serial number and no identifier"));
            }
            let hash = device.password.take().map(|password| read.hash(&password));
            read.devices.push((device, hash));
        }
        Ok(read)
    }

    fn hash(&self, password: &str) -> SecretBytes {
        let salted = SecretBytes::new([&self.salt, password.as_bytes()].concat());
        let salted = salted.expose("hashing a password");
        // A hash function that is there never fails; an empty hash would equal no other.
        SecretBytes::new(self.crypto.hash(Hash::Sha256, salted).unwrap_or_default())
    }

    fn matches(&self, expected: &SecretBytes, password: &str) -> bool {
        let hash = self.hash(password);
        !hash.is_empty() && expected.equals(hash.expose("comparing a password's hash"))
    }
}

impl Credentials for Users {
    fn user(&self, name: &str, password: &str) -> Option<Principal> {
        let nobody = SecretBytes::new(vec![0; 32]);
        let known = self.users.iter().find(|(known, _)| known == name);
        let is_right = self.matches(known.map_or(&nobody, |(_, hash)| hash), password);
        known.filter(|_| is_right).map(|(name, _)| Principal::new("password", ISSUER, name))
    }

    fn device(&self, device: DeviceIdentity<'_>, password: Option<&str>) -> Option<Principal> {
        let nobody = SecretBytes::new(vec![0; 32]);
        let known = self.devices.iter().find(|(known, _)| known.is(&device));
        let is_right = match known {
            Some((_, None)) => password.is_none(),
            Some((_, Some(hash))) => self.matches(hash, password.unwrap_or_default()),
            None => self.matches(&nobody, password.unwrap_or_default()),
        };
        let (known, _) = known.filter(|_| is_right)?;
        let subject = known.serial_number.as_ref().or(known.device_identifier.as_ref())?;
        Some(Principal::new("device", ISSUER, subject))
    }
}

impl Device {
    /// Whether whatever is known of a device is what it says of itself.
    fn is(&self, said: &DeviceIdentity<'_>) -> bool {
        let agrees = |known: &Option<String>, said: Option<&str>| {
            known.as_deref().is_none_or(|known| said == Some(known))
        };
        agrees(&self.serial_number, said.serial_number)
            && agrees(&self.device_identifier, said.device_identifier)
            && agrees(&self.network_identifier, said.network_identifier)
            && agrees(&self.machine_identifier, said.machine_identifier)
            && agrees(&self.media_identifier, said.media_identifier)
    }
}
