//! What can be laid down about a key: the options that create, import and set share.

use claviger_wire_native::{Algorithm, Date, PolicyRequest, TextMap, Usage};

use crate::failure::Failure;
use crate::values::{self, Pairs};

/// What may be done with a key.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Policy")]
pub(super) struct PolicyOptions {
    /// What the key may be used for; several with commas
    #[arg(long, value_name = "USAGE,…", value_delimiter = ',', value_parser = values::usage())]
    usage: Option<Vec<Usage>>,
    /// A restricted or additional algorithm that the key may be used with; several with commas
    #[arg(long, value_name = "NAME,…", value_delimiter = ',', value_parser = values::algorithm())]
    permit_algorithm: Option<Vec<Algorithm>>,
    /// Whether the material may be exported and wrapped; once forbidden, it stays so
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true", require_equals = true)]
    exportable: Option<bool>,
    /// Whether callers may choose nonces: repeating one breaks the encryption
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true", require_equals = true)]
    caller_nonce: Option<bool>,
    /// Whether the key may be deleted at all
    #[arg(long, value_name = "BOOL", num_args = 0..=1, default_missing_value = "true", require_equals = true)]
    deletion_allowed: Option<bool>,
    /// How long a deletion waits, during which it can be cancelled, such as `7d`
    #[arg(long, value_name = "DURATION", value_parser = values::seconds)]
    deletion_waiting_period: Option<u64>,
    /// After what time a new version is added by itself, such as `30d`; 0 for never
    #[arg(long, value_name = "DURATION", value_parser = values::seconds)]
    rotation_period: Option<u64>,
    /// The oldest version that encrypts, signs and makes MACs; 0 for only the latest
    #[arg(long, value_name = "NUMBER")]
    minimum_encryption_version: Option<u32>,
    /// The oldest version that decrypts and verifies
    #[arg(long, value_name = "NUMBER")]
    minimum_decryption_version: Option<u32>,
}

impl PolicyOptions {
    /// As it is sent.
    pub(super) fn request(self) -> PolicyRequest {
        PolicyRequest {
            usage: self.usage.map(Into::into),
            permitted_algorithms: self.permit_algorithm.map(Into::into),
            exportable: self.exportable,
            caller_nonce: self.caller_nonce,
            deletion_allowed: self.deletion_allowed,
            deletion_waiting_period: self.deletion_waiting_period,
            rotation_period: self.rotation_period,
            minimum_encryption_version: self.minimum_encryption_version,
            minimum_decryption_version: self.minimum_decryption_version,
        }
    }
}

/// What a new key is called and when it may be used.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Description and dates")]
pub(super) struct NewKeyOptions {
    /// A tag; may be given several times
    #[arg(long, value_name = "TAG")]
    tag: Vec<String>,
    /// A custom attribute; may be given several times
    #[arg(long, value_name = "NAME=VALUE", value_parser = Pairs::parse)]
    attribute: Vec<Pairs>,
    /// Leave the key unusable until it is activated
    #[arg(long)]
    no_activate: bool,
    /// When the key becomes active by itself, such as 2030-01-31T12:00:00Z
    #[arg(long, value_name = "DATE")]
    activation_date: Option<Date>,
    /// Before this, it may not decrypt, verify or unwrap
    #[arg(long, value_name = "DATE")]
    process_start_date: Option<Date>,
    /// From this on, it may not encrypt, sign or wrap
    #[arg(long, value_name = "DATE")]
    protect_stop_date: Option<Date>,
    /// When it becomes deactivated by itself
    #[arg(long, value_name = "DATE")]
    deactivation_date: Option<Date>,
}

/// [`NewKeyOptions`], as they are sent.
pub(super) struct NewKey {
    pub(super) tags: Vec<String>,
    pub(super) attributes: TextMap,
    pub(super) activate: Option<bool>,
    pub(super) activation_date: Option<Date>,
    pub(super) process_start_date: Option<Date>,
    pub(super) protect_stop_date: Option<Date>,
    pub(super) deactivation_date: Option<Date>,
}

impl NewKeyOptions {
    /// As they are sent.
    ///
    /// # Errors
    /// [`Failure::Usage`] if an attribute stands twice.
    pub(super) fn request(self) -> Result<NewKey, Failure> {
        Ok(NewKey {
            tags: self.tag,
            attributes: TextMap::new(Pairs::merge(self.attribute, "--attribute")?),
            activate: self.no_activate.then_some(false),
            activation_date: self.activation_date,
            process_start_date: self.process_start_date,
            protect_stop_date: self.protect_stop_date,
            deactivation_date: self.deactivation_date,
        })
    }
}
