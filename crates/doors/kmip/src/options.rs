//! What an operator may decide about the door.

use std::sync::Arc;
use std::time::Duration;

use claviger_model::Principal;

use crate::declaration::Declaration;

/// What a client is told of its seed for the random generator (RNG Seed, KMIP 2.1 §6.1.50). The generator takes no seed but
/// the operating system's, so that no client has a part in other clients' keys; the policy decides how many bytes are counted
/// as used.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum RngSeedPolicy {
    /// The whole seed counts as used.
    #[default]
    Accept,
    /// The first half of it does.
    Partial,
    /// None of it does.
    Ignore,
    /// The client is refused.
    Deny,
}

/// The limits and decisions of the door.
#[derive(Clone)]
pub struct KmipOptions {
    /// The longest message, in bytes, without its eight bytes of framing.
    pub message_limit: usize,
    /// The most operations in a message.
    pub batch_limit: usize,
    /// How long a connection may be silent between messages.
    pub idle_deadline: Duration,
    /// How long a message may take to arrive, once it has begun; over HTTP, how long its operations may take.
    pub message_deadline: Duration,
    /// What is done with seeds.
    pub rng_seed_policy: RngSeedPolicy,
    /// Whether a client on a connection is sent Put and Notify for what it changes (KMIP 1.4 §5).
    pub push: bool,
    /// What Query answers besides what the door knows of itself.
    pub declaration: Declaration,
    /// Who may prove itself by a credential in the message.
    pub credentials: Arc<dyn Credentials>,
}

impl Default for KmipOptions {
    fn default() -> Self {
        Self {
            message_limit: 32 << 20,
            batch_limit: 10_000,
            idle_deadline: Duration::from_secs(600),
            message_deadline: Duration::from_secs(60),
            rng_seed_policy: RngSeedPolicy::default(),
            push: false,
            declaration: Declaration::default(),
            credentials: Arc::new(NoCredentials),
        }
    }
}

/// A device's credential (KMIP 2.1 §9.7); what is `None` wasn't given.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DeviceIdentity<'a> {
    /// The serial number.
    pub serial_number: Option<&'a str>,
    /// The device's identifier.
    pub device_identifier: Option<&'a str>,
    /// The network's.
    pub network_identifier: Option<&'a str>,
    /// The machine's.
    pub machine_identifier: Option<&'a str>,
    /// The medium's.
    pub media_identifier: Option<&'a str>,
}

/// Who may prove itself by a credential in the message's header (KMIP 2.1 §9.7). Implementations take as long for a wrong
/// password as for a right one.
pub trait Credentials: Send + Sync {
    /// The user with this name and password.
    fn user(&self, name: &str, password: &str) -> Option<Principal>;

    /// The device with this identity and password.
    fn device(&self, device: DeviceIdentity<'_>, password: Option<&str>) -> Option<Principal>;
}

/// Nobody is known by a credential.
#[derive(Debug)]
pub struct NoCredentials;

impl Credentials for NoCredentials {
    fn user(&self, _: &str, _: &str) -> Option<Principal> {
        None
    }

    fn device(&self, _: DeviceIdentity<'_>, _: Option<&str>) -> Option<Principal> {
        None
    }
}
