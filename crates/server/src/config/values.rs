//! The values that options have.

use std::path::PathBuf;

use super::kmip::KmipListen;

/// What was configured, before defaults that depend on the machine.
pub(crate) struct Settings {
    /// `--config`
    pub(crate) config: Option<PathBuf>,
    /// `--data-dir`
    pub(crate) data_dir: Option<PathBuf>,
    /// `--hostname`
    pub(crate) hostname: String,
    /// `--port`
    pub(crate) port: u16,
    /// `--allow-remote`
    pub(crate) allow_remote: bool,
    /// `--allowed-hosts`
    pub(crate) allowed_hosts: Vec<String>,
    /// `--kmip-listen`
    pub(crate) kmip_listen: Option<KmipListen>,
    /// `--kmip-cert-file`
    pub(crate) kmip_cert_file: Option<PathBuf>,
    /// `--kmip-key-file`
    pub(crate) kmip_key_file: Option<PathBuf>,
    /// `--kmip-p12-file`
    pub(crate) kmip_p12_file: Option<PathBuf>,
    /// `--kmip-p12-password-file`
    pub(crate) kmip_p12_password_file: Option<PathBuf>,
    /// `--kmip-client-ca-file`
    pub(crate) kmip_client_ca_file: Option<PathBuf>,
    /// `--kmip-crl-file`
    pub(crate) kmip_crl_file: Option<PathBuf>,
    /// `--kmip-rng-seed-policy`
    pub(crate) kmip_rng_seed_policy: RngSeed,
    /// `--kmip-legacy-algorithms`
    pub(crate) kmip_legacy_algorithms: bool,
    /// `--kmip-lease-time`
    pub(crate) kmip_lease_time: u32,
    /// `--kmip-one-time-pad-get`
    pub(crate) kmip_one_time_pad_get: Permission,
    /// `--kmip-push`
    pub(crate) kmip_push: bool,
    /// `--kmip-query-file`
    pub(crate) kmip_query_file: Option<PathBuf>,
    /// `--kmip-users-file`
    pub(crate) kmip_users_file: Option<PathBuf>,
    /// `--kmip-certify-certificate`
    pub(crate) kmip_certify_certificate: Option<PathBuf>,
    /// `--kmip-certify-key`
    pub(crate) kmip_certify_key: Option<PathBuf>,
    /// `--root-key-file`
    pub(crate) root_key_file: Option<PathBuf>,
    /// `--database-type`
    pub(crate) database_type: DatabaseType,
    /// `--audit-dir`
    pub(crate) audit_dir: Option<PathBuf>,
    /// `--audit-sync`
    pub(crate) audit_sync: AuditSync,
    /// `--max-connections`
    pub(crate) max_connections: usize,
    /// `--worker-threads`
    pub(crate) worker_threads: Option<usize>,
    /// `--log-level`
    pub(crate) log_level: LogLevel,
    /// `--log-format`
    pub(crate) log_format: LogFormat,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            config: None,
            data_dir: None,
            hostname: "127.0.0.1".to_owned(),
            port: 9998,
            allow_remote: false,
            allowed_hosts: Vec::new(),
            kmip_listen: None,
            kmip_cert_file: None,
            kmip_key_file: None,
            kmip_p12_file: None,
            kmip_p12_password_file: None,
            kmip_client_ca_file: None,
            kmip_crl_file: None,
            kmip_rng_seed_policy: RngSeed::Accept,
            kmip_legacy_algorithms: false,
            kmip_lease_time: 3600,
            kmip_one_time_pad_get: Permission::Allow,
            kmip_push: false,
            kmip_query_file: None,
            kmip_users_file: None,
            kmip_certify_certificate: None,
            kmip_certify_key: None,
            root_key_file: None,
            database_type: DatabaseType::Sqlite,
            audit_dir: None,
            audit_sync: AuditSync::Interval,
            max_connections: 16_384,
            worker_threads: None,
            log_level: LogLevel::Info,
            log_format: LogFormat::Text,
        }
    }
}

/// An enumeration whose members have a name in the configuration.
macro_rules! choice {
    ($(#[$documentation:meta])* $choice:ident { $($(#[$member_documentation:meta])* $member:ident = $name:literal),+ $(,)? }) => {
        $(#[$documentation])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum $choice {
            $($(#[$member_documentation])* $member),+
        }

        impl $choice {
            /// The names, in order.
            pub(crate) const NAMES: &'static [&'static str] = &[$($name),+];

            /// The member of this name; the error says which there are.
            pub(crate) fn parse(text: &str) -> Result<Self, String> {
                match text {
                    $($name => Ok(Self::$member),)+
                    _ => Err(names_in_words(Self::NAMES)),
                }
            }
        }
    };
}

choice! {
    /// What is done with a KMIP client's seed for the random generator.
    RngSeed {
        /// All of it counts as taken.
        Accept = "accept",
        /// Half of it does.
        Partial = "partial",
        /// None of it does.
        Ignore = "ignore",
        /// The client is refused.
        Deny = "deny",
    }
}

choice! {
    /// Whether something may be done.
    Permission {
        /// It may.
        Allow = "allow",
        /// It may not.
        Deny = "deny",
    }
}

choice! {
    /// Where keys are stored.
    DatabaseType {
        /// SQLite, embedded.
        Sqlite = "sqlite",
    }
}

impl DatabaseType {
    /// Its name.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
        }
    }
}

choice! {
    /// When audit records are forced to disk.
    AuditSync {
        /// What changes state or lets key material out before its reply, the rest within 100 ms.
        Interval = "interval",
        /// Every record before its reply.
        Always = "always",
    }
}

choice! {
    /// How much is logged.
    LogLevel {
        /// What went wrong through the service's or the machine's fault.
        Error = "error",
        /// Also what somebody should look at.
        Warn = "warn",
        /// Also what happens to the service as a whole.
        Info = "info",
        /// Also single connections.
        Debug = "debug",
    }
}

choice! {
    /// How log lines look.
    LogFormat {
        /// For people.
        Text = "text",
        /// For programs: one JSON object per line.
        Json = "json",
    }
}

fn names_in_words(names: &[&str]) -> String {
    match names {
        [only] => format!("`{only}`, which is the only one that this build supports"),
        [first @ .., last] => {
            let first: Vec<String> = first.iter().map(|name| format!("`{name}`")).collect();
            format!("{} or `{last}`", first.join(", "))
        }
        [] => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::{AuditSync, DatabaseType, LogLevel};

    #[test]
    fn a_refusal_lists_what_there_is() {
        assert_eq!(
            DatabaseType::parse("postgres").unwrap_err(),
            "`sqlite`, which is the only one that this build supports"
        );
        assert_eq!(AuditSync::parse("never").unwrap_err(), "`interval` or `always`");
        assert_eq!(LogLevel::parse("").unwrap_err(), "`error`, `warn`, `info` or `debug`");
    }
}
