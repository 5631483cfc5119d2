//! The table of options: everything that can be configured, once.
//!
//! Flags, environment variables, keys of the configuration file, `--help` and the reference page all come from it.

use super::kmip::KmipListen;
use super::option::{Given, ServerOption, Takes, host_names, non_empty, number, path, switch};
use super::values::{AuditSync, DatabaseType, LogFormat, LogLevel, Permission, RngSeed};

/// The option that names the configuration file: it is read before the others.
pub(crate) const CONFIG: &str = "config";

/// The option that holds the root key itself: it is no flag, and its value is kept out of every message.
pub(crate) const ROOT_KEY: &str = "root-key";

/// The option that holds the password of the PKCS#12 file, which is a secret too.
pub(crate) const KMIP_P12_PASSWORD: &str = "kmip-p12-password";

/// Every option, in the order of `--help`.
pub(crate) const OPTIONS: &[ServerOption] = &[
    ServerOption {
        name: CONFIG,
        variable: "KMS_CONFIG",
        takes: Takes::Text("FILE"),
        given: Given::NotInFile,
        default: "none",
        summary: "Read options from this TOML file",
        details: "Its keys are the names of the flags: `port = 9998`. A key that is not an option is refused.",
        set: |settings, text| path(text).map(|value| settings.config = Some(value)),
    },
    ServerOption {
        name: "data-dir",
        variable: "KMS_DATA_DIR",
        takes: Takes::Text("DIR"),
        given: Given::Everywhere,
        default: "`$XDG_DATA_HOME/claviger`, or `~/.local/share/claviger`",
        summary: "Keep the database, the audit log and the development root key here",
        details: "It is made with mode 0700 if it is missing. One server at a time uses it.",
        set: |settings, text| path(text).map(|value| settings.data_dir = Some(value)),
    },
    ServerOption {
        name: "hostname",
        variable: "KMS_HOSTNAME",
        takes: Takes::Text("HOST"),
        given: Given::Everywhere,
        default: "127.0.0.1",
        summary: "Listen on this address or name",
        details: "A name that stands for several addresses listens on each. Anything but loopback needs `--allow-remote`.",
        set: |settings, text| {
            settings.hostname = non_empty(text, "an address such as 127.0.0.1, or a name")?;
            Ok(())
        },
    },
    ServerOption {
        name: "port",
        variable: "KMS_PORT",
        takes: Takes::Number("PORT"),
        given: Given::Everywhere,
        default: "9998",
        summary: "Listen on this TCP port",
        details: "0 takes a free one; the address is printed at start.",
        set: |settings, text| {
            settings.port = text.parse().map_err(|_| {
                let kubernetes = if text.starts_with("tcp://") {
                    "; Kubernetes sets this variable for a Service named `kms`: rename the Service, or set \
                     `enableServiceLinks: false` for the pod"
                } else {
                    ""
                };
                format!("a number from 0 to 65535{kubernetes}")
            })?;
            Ok(())
        },
    },
    ServerOption {
        name: "allow-remote",
        variable: "KMS_ALLOW_REMOTE",
        takes: Takes::Switch,
        given: Given::Everywhere,
        default: "false",
        summary: "Allow listening on an address that other machines reach",
        details: "The service does not authenticate its callers: whoever reaches the port may use every key. Set it only where \
                  something else, such as a network policy or an authenticating proxy, decides who does.",
        set: |settings, text| switch(text).map(|value| settings.allow_remote = value),
    },
    ServerOption {
        name: "allowed-hosts",
        variable: "KMS_ALLOWED_HOSTS",
        takes: Takes::Text("NAMES"),
        given: Given::Everywhere,
        default: "none beside IP addresses, `localhost` and `--hostname`",
        summary: "Also answer requests that call the service by these names, separated by commas",
        details: "As long as callers need no credentials, a web page could give a name of its own this machine's address and \
                  use the service through the browser of whoever looks at it. So requests that name another host, or come \
                  from a page of another host, are refused. Requests that name an IP address are not, since no page's name \
                  is behind them: clients and probes that use the machine's or the pod's address need no entry. A page that \
                  is served from an address other than loopback does.",
        set: |settings, text| host_names(text).map(|names| settings.allowed_hosts = names),
    },
    ServerOption {
        name: "kmip-listen",
        variable: "KMS_KMIP_LISTEN",
        takes: Takes::Text("HOST:PORT"),
        given: Given::Everywhere,
        default: "`127.0.0.1:5696` when there is a certificate, else `off`",
        summary: "Listen for KMIP on this address or name, with TLS",
        details: "Clients authenticate with certificates, so other machines may reach it. Without a port it is 5696, which is \
                  KMIP's; port 0 takes a free one. `off` listens nowhere, even when there is a certificate. Without the options \
                  below, the certificates are those that `claviger cert init` has made in `certificates` in the data directory.",
        set: |settings, text| {
            settings.kmip_listen = Some(KmipListen::parse(text)?);
            Ok(())
        },
    },
    ServerOption {
        name: "kmip-cert-file",
        variable: "KMS_KMIP_CERT_FILE",
        takes: Takes::Text("FILE"),
        given: Given::Everywhere,
        default: "the certificate in the data directory, if there is one",
        summary: "The certificate of the KMIP listener, in PEM, and intermediate ones after it",
        details: "It needs `--kmip-key-file` and `--kmip-client-ca-file`. This file and those below are read again when they \
                  change, and when the service gets SIGHUP; one that cannot be used is logged, and what was there stays.",
        set: |settings, text| path(text).map(|value| settings.kmip_cert_file = Some(value)),
    },
    ServerOption {
        name: "kmip-key-file",
        variable: "KMS_KMIP_KEY_FILE",
        takes: Takes::Text("FILE"),
        given: Given::Everywhere,
        default: "the key in the data directory, if there is one",
        summary: "The private key of `--kmip-cert-file`, in PEM",
        details: "PKCS#8, PKCS#1 or SEC 1, not encrypted: RSA from 2048 bits, ECDSA or Ed25519. See to it that nobody but the \
                  service's user can read it.",
        set: |settings, text| path(text).map(|value| settings.kmip_key_file = Some(value)),
    },
    ServerOption {
        name: "kmip-p12-file",
        variable: "KMS_KMIP_P12_FILE",
        takes: Takes::Text("FILE"),
        given: Given::Everywhere,
        default: "none",
        summary: "The certificate and the key of the KMIP listener in one PKCS#12 file, instead of the two",
        details: "It needs `--kmip-client-ca-file`.",
        set: |settings, text| path(text).map(|value| settings.kmip_p12_file = Some(value)),
    },
    ServerOption {
        name: "kmip-p12-password-file",
        variable: "KMS_KMIP_P12_PASSWORD_FILE",
        takes: Takes::Text("FILE"),
        given: Given::Everywhere,
        default: "the empty password",
        summary: "Read the password of `--kmip-p12-file` from the first line of this file",
        details: "",
        set: |settings, text| path(text).map(|value| settings.kmip_p12_password_file = Some(value)),
    },
    ServerOption {
        name: KMIP_P12_PASSWORD,
        variable: "KMS_KMIP_P12_PASSWORD",
        takes: Takes::Text("PASSWORD"),
        given: Given::EnvironmentOnly,
        default: "none",
        summary: "The password of `--kmip-p12-file` itself",
        details: "Prefer `--kmip-p12-password-file`: the system keeps what a process was started with.",
        set: |_, _| Err("a value that is kept apart".to_owned()),
    },
    ServerOption {
        name: "kmip-client-ca-file",
        variable: "KMS_KMIP_CLIENT_CA_FILE",
        takes: Takes::Text("FILE"),
        given: Given::Everywhere,
        default: "the authority in the data directory, if there is one",
        summary: "Let in KMIP clients whose certificates these authorities have issued, in PEM",
        details: "Whoever has a key of one of them can be every client. The principal of a client is told by its authority and \
                  its subject; [certificates.md](certificates.md) says how.",
        set: |settings, text| path(text).map(|value| settings.kmip_client_ca_file = Some(value)),
    },
    ServerOption {
        name: "kmip-crl-file",
        variable: "KMS_KMIP_CRL_FILE",
        takes: Takes::Text("FILE"),
        given: Given::Everywhere,
        default: "the list in the data directory, if there is one, else none",
        summary: "Refuse KMIP clients whose certificates are on these revocation lists, in PEM or DER",
        details: "With it, every authority of a client's chain needs a list, else its clients are refused. A client that is \
                  connected when its certificate is revoked is disconnected.",
        set: |settings, text| path(text).map(|value| settings.kmip_crl_file = Some(value)),
    },
    ServerOption {
        name: "kmip-legacy-algorithms",
        variable: "KMS_KMIP_LEGACY_ALGORITHMS",
        takes: Takes::Switch,
        given: Given::Everywhere,
        default: "no",
        summary: "Let KMIP objects that are made from now on use algorithms out of use",
        details: "Triple DES, RSA below 2048 bits, SHA-1 signatures, short authentication tags and the like: what belongs to it is \
                  listed in [kmip.md](kmip.md). An object keeps the permission that it was made with, whatever the option says \
                  later.",
        set: |settings, text| switch(text).map(|value| settings.kmip_legacy_algorithms = value),
    },
    ServerOption {
        name: "kmip-lease-time",
        variable: "KMS_KMIP_LEASE_TIME",
        takes: Takes::Number("SECONDS"),
        given: Given::Everywhere,
        default: "`3600`",
        summary: "The lease time of KMIP objects, in seconds",
        details: "A client is asked to come back after this time to see whether the object is still good. 0 says that no lease is \
                  effective.",
        set: |settings, text| {
            let most = u32::MAX as usize;
            let seconds = number(text, 0, most)?;
            settings.kmip_lease_time = u32::try_from(seconds).unwrap_or(u32::MAX);
            Ok(())
        },
    },
    ServerOption {
        name: "kmip-rng-seed-policy",
        variable: "KMS_KMIP_RNG_SEED_POLICY",
        takes: Takes::OneOf(RngSeed::NAMES),
        given: Given::Everywhere,
        default: "accept",
        summary: "What KMIP clients are told that becomes of their seeds for the random generator",
        details: "The generator is the operating system's and no client's seed decides what comes out of it: `accept`, `partial` \
                  and `ignore` differ in how much of a seed counts as taken; `deny` refuses it.",
        set: |settings, text| {
            RngSeed::parse(text).map(|value| settings.kmip_rng_seed_policy = value)
        },
    },
    ServerOption {
        name: "kmip-one-time-pad-get",
        variable: "KMS_KMIP_ONE_TIME_PAD_GET",
        takes: Takes::OneOf(Permission::NAMES),
        given: Given::Everywhere,
        default: "allow",
        summary: "Whether KMIP clients may get one-time pads",
        details: "Denied, they may still encrypt and decrypt with them.",
        set: |settings, text| {
            Permission::parse(text).map(|value| settings.kmip_one_time_pad_get = value)
        },
    },
    ServerOption {
        name: "kmip-push",
        variable: "KMS_KMIP_PUSH",
        takes: Takes::Switch,
        given: Given::Everywhere,
        default: "no",
        summary: "Send KMIP clients Put and Notify about what they change, on their connection",
        details: "For clients that are written to take such messages: after its answer, the service sends the new object (Put) or \
                  the changed attributes (Notify) as a request of its own, and reads the client's answer before the next request.",
        set: |settings, text| switch(text).map(|value| settings.kmip_push = value),
    },
    ServerOption {
        name: "kmip-query-file",
        variable: "KMS_KMIP_QUERY_FILE",
        takes: Takes::Text("FILE"),
        given: Given::Everywhere,
        default: "none",
        summary: "What KMIP's Query answers about the installation, in TOML",
        details: "The vendor, random generators, profiles, validations, capabilities and extensions that an operator declares; what \
                  the file leaves out, the service says of itself. [kmip.md](kmip.md) has an example.",
        set: |settings, text| path(text).map(|value| settings.kmip_query_file = Some(value)),
    },
    ServerOption {
        name: "kmip-users-file",
        variable: "KMS_KMIP_USERS_FILE",
        takes: Takes::Text("FILE"),
        given: Given::Everywhere,
        default: "none",
        summary: "Users and devices that KMIP clients may prove to be in the header of a message, in TOML",
        details: "It holds passwords: see to it that nobody but the service's user can read it. [kmip.md](kmip.md) has an example.",
        set: |settings, text| path(text).map(|value| settings.kmip_users_file = Some(value)),
    },
    ServerOption {
        name: "kmip-certify-certificate",
        variable: "KMS_KMIP_CERTIFY_CERTIFICATE",
        takes: Takes::Text("FILE"),
        given: Given::Everywhere,
        default: "an authority that the service makes on first use",
        summary: "The certificate of the authority that KMIP's Certify signs with, in PEM",
        details: "It needs `--kmip-certify-key`.",
        set: |settings, text| {
            path(text).map(|value| settings.kmip_certify_certificate = Some(value))
        },
    },
    ServerOption {
        name: "kmip-certify-key",
        variable: "KMS_KMIP_CERTIFY_KEY",
        takes: Takes::Text("FILE"),
        given: Given::Everywhere,
        default: "none",
        summary: "The private key of `--kmip-certify-certificate`, in PEM (PKCS#8)",
        details: "",
        set: |settings, text| path(text).map(|value| settings.kmip_certify_key = Some(value)),
    },
    ServerOption {
        name: "root-key-file",
        variable: "KMS_ROOT_KEY_FILE",
        takes: Takes::Text("FILE"),
        given: Given::Everywhere,
        default: "the development root key in the data directory",
        summary: "Read the root key, the base64 of 32 bytes, from this file",
        details: "The development root key is made at the first start. A mounted Kubernetes secret works. The mode of the file \
                  is not checked, since Kubernetes mounts secrets readable: see to it that nobody but the service's user can \
                  read it. `head -c 32 /dev/urandom | base64` makes a key.",
        set: |settings, text| path(text).map(|value| settings.root_key_file = Some(value)),
    },
    ServerOption {
        name: ROOT_KEY,
        variable: "KMS_ROOT_KEY",
        takes: Takes::Text("BASE64"),
        given: Given::EnvironmentOnly,
        default: "none",
        summary: "The root key itself, the base64 of 32 bytes",
        details: "The service wipes its copies of the text once it is decoded and never prints it, but the system keeps what a \
                  process was started with: root can read it as long as the process runs. Prefer `--root-key-file`.",
        set: |_, _| Err("a value that is kept apart".to_owned()),
    },
    ServerOption {
        name: "database-type",
        variable: "KMS_DATABASE_TYPE",
        takes: Takes::OneOf(DatabaseType::NAMES),
        given: Given::Everywhere,
        default: "sqlite",
        summary: "Where keys are stored",
        details: "`sqlite` is a database embedded in the service, a file in the data directory.",
        set: |settings, text| {
            settings.database_type = DatabaseType::parse(text)?;
            Ok(())
        },
    },
    ServerOption {
        name: "audit-dir",
        variable: "KMS_AUDIT_DIR",
        takes: Takes::Text("DIR"),
        given: Given::Everywhere,
        default: "`audit` in the data directory",
        summary: "Keep the audit log here",
        details: "It is made with mode 0700 if it is missing.",
        set: |settings, text| path(text).map(|value| settings.audit_dir = Some(value)),
    },
    ServerOption {
        name: "audit-sync",
        variable: "KMS_AUDIT_SYNC",
        takes: Takes::OneOf(AuditSync::NAMES),
        given: Given::Everywhere,
        default: "interval",
        summary: "When audit records are forced to disk",
        details: "Every record is written before its reply, so that a killed process loses none. With `interval`, what changes \
                  state or lets key material out is on disk before its reply and the rest within 100 ms; with `always`, every \
                  record is on disk before its reply.",
        set: |settings, text| {
            settings.audit_sync = AuditSync::parse(text)?;
            Ok(())
        },
    },
    ServerOption {
        name: "max-connections",
        variable: "KMS_MAX_CONNECTIONS",
        takes: Takes::Number("NUMBER"),
        given: Given::Everywhere,
        default: "16384",
        summary: "Serve at most this many connections at once",
        details: "One more is answered with 503 and closed. The system's limit of open files (`ulimit -n`) lowers the number; \
                  a warning at start says so.",
        set: |settings, text| {
            number(text, 1, 1_000_000).map(|value| settings.max_connections = value)
        },
    },
    ServerOption {
        name: "worker-threads",
        variable: "KMS_WORKER_THREADS",
        takes: Takes::Number("NUMBER"),
        given: Given::Everywhere,
        default: "one per core",
        summary: "Serve requests on this many threads",
        details: "",
        set: |settings, text| {
            number(text, 1, 1024).map(|value| settings.worker_threads = Some(value))
        },
    },
    ServerOption {
        name: "log-level",
        variable: "KMS_LOG_LEVEL",
        takes: Takes::OneOf(LogLevel::NAMES),
        given: Given::Everywhere,
        default: "info",
        summary: "How much is logged on standard error",
        details: "No level logs a key, a plaintext, a ciphertext or a context.",
        set: |settings, text| {
            settings.log_level = LogLevel::parse(text)?;
            Ok(())
        },
    },
    ServerOption {
        name: "log-format",
        variable: "KMS_LOG_FORMAT",
        takes: Takes::OneOf(LogFormat::NAMES),
        given: Given::Everywhere,
        default: "text",
        summary: "Log lines for people or JSON for programs",
        details: "",
        set: |settings, text| {
            settings.log_format = LogFormat::parse(text)?;
            Ok(())
        },
    },
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::values::Settings;
    use super::{Given, OPTIONS, Takes};

    #[test]
    fn names_are_unique_and_follow_one_rule() {
        let mut names = BTreeSet::new();
        for option in OPTIONS {
            assert!(names.insert(option.name), "{} stands twice", option.name);
            let expected = format!("KMS_{}", option.name.replace('-', "_").to_uppercase());
            assert_eq!(option.variable, expected);
            assert!(!option.summary.ends_with('.'), "{}: a summary has no full stop", option.name);
        }
    }

    #[test]
    fn every_word_of_a_choice_and_every_default_can_be_set() {
        for option in OPTIONS.iter().filter(|option| option.given != Given::EnvironmentOnly) {
            let words = match option.takes {
                Takes::OneOf(words) => words.to_vec(),
                Takes::Switch => vec!["true", "false"],
                Takes::Number(_) => vec!["1"],
                Takes::Text(_) => vec!["text"],
            };
            for word in words {
                let mut settings = Settings::default();
                assert_eq!((option.set)(&mut settings, word), Ok(()), "{} {word}", option.name);
            }
            let mut settings = Settings::default();
            assert!(
                (option.set)(&mut settings, "").is_err(),
                "{}: nothing is no value",
                option.name
            );
            if matches!(option.takes, Takes::OneOf(_)) {
                assert_eq!((option.set)(&mut settings, option.default), Ok(()), "{}", option.name);
            }
        }
    }
}
