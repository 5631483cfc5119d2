//! What the service says when it has started.

use std::io::Write as _;
use std::net::SocketAddr;
use std::path::PathBuf;

use claviger_ports::{SealDescription, SealKind};

use crate::config::LogFormat;

/// A service that has started.
pub(crate) struct Announcement {
    /// Where it listens; at least one.
    pub(crate) addresses: Vec<SocketAddr>,
    /// Where it listens for KMIP; nowhere if it has no certificate.
    pub(crate) kmip: Vec<SocketAddr>,
    /// Where its data is.
    pub(crate) data_dir: PathBuf,
    /// Where the audit log is.
    pub(crate) audit_dir: PathBuf,
    /// What protects the root key.
    pub(crate) seal: SealDescription,
    /// Whether memory can be written to swap.
    pub(crate) memory_is_locked: bool,
}

impl Announcement {
    /// Says it on standard error: text for people, or log lines for programs.
    pub(crate) fn say(&self, format: LogFormat) {
        match format {
            // Nobody listens any more if standard error is closed; the service goes on.
            LogFormat::Text => drop(std::io::stderr().write_all(self.text().as_bytes())),
            LogFormat::Json => self.log(),
        }
    }

    fn log(&self) {
        for address in &self.addresses {
            tracing::info!(
                url = %url(address),
                data_dir = %self.data_dir.display(),
                audit_dir = %self.audit_dir.display(),
                seal = seal_name(self.seal.kind),
                root_key = self.seal.place,
                memory_is_locked = self.memory_is_locked,
                "the service listens"
            );
        }
        for address in &self.kmip {
            tracing::info!(%address, "the service listens for KMIP, with TLS and client certificates");
        }
        if self.seal.kind == SealKind::DevelopmentFile {
            tracing::warn!("{} {}", DEVELOPMENT_SEAL, self.remedy());
        }
    }

    fn text(&self) -> String {
        let urls: Vec<String> = self.addresses.iter().map(url).collect();
        let first = urls.first().map(String::as_str).unwrap_or_default();
        let mut text = format!(
            "Claviger {} listens on {}\n  KMIP       {}\n  data       {}\n  audit log  {}\n  root key   {}\n",
            env!("CARGO_PKG_VERSION"),
            urls.join(" and "),
            self.kmip_text(),
            self.data_dir.display(),
            self.audit_dir.display(),
            self.seal.place,
        );
        if self.seal.kind == SealKind::DevelopmentFile {
            text.push_str(&format!("\nWarning: {DEVELOPMENT_SEAL}\n{}\n", self.remedy()));
        }
        if !self.memory_is_locked {
            text.push_str(UNLOCKED_MEMORY);
        }
        text.push_str(&format!(
            "\nTo see it work, in another terminal:\n  \
             curl {first}/api/v1/kms/encrypt --json '{{\"plaintext\": \"aGVsbG8=\"}}'\n  \
             claviger key create my-key{}\n",
            if first == DEFAULT_URL { String::new() } else { format!(" --url {first}") },
        ));
        text
    }

    fn kmip_text(&self) -> String {
        let addresses: Vec<String> = self.kmip.iter().map(ToString::to_string).collect();
        match addresses.as_slice() {
            [] => "off; `claviger cert init` makes the certificates that it needs".to_owned(),
            addresses => format!("{}, TLS with client certificates", addresses.join(" and ")),
        }
    }

    fn remedy(&self) -> String {
        format!(
            "Before real keys are kept here, move {} to a place that is not stored and backed up together with the data, and \
             start the service with `--root-key-file FILE`, or with the file's content in KMS_ROOT_KEY. The keys stay as \
             they are.",
            self.seal.place
        )
    }
}

const DEFAULT_URL: &str = "http://127.0.0.1:9998";

const DEVELOPMENT_SEAL: &str = "this is the development seal: the root key lies beside the data that it protects, and whoever \
                                can read the directory can read every key.";

const UNLOCKED_MEMORY: &str = "\nNote: the system does not let this user lock memory, so keys in use may be written to swap. \
                               `ulimit -l unlimited`, or LimitMEMLOCK=infinity in a systemd unit, allows it.\n";

/// The stable name of a kind of seal.
pub(crate) fn seal_name(kind: SealKind) -> &'static str {
    match kind {
        SealKind::DevelopmentFile => "development-file",
        SealKind::File => "file",
        SealKind::Environment => "environment",
    }
}

fn url(address: &SocketAddr) -> String {
    format!("http://{address}")
}

#[cfg(test)]
mod tests {
    use claviger_ports::{SealDescription, SealKind};

    use super::Announcement;

    fn text(kind: SealKind) -> String {
        let announcement = Announcement {
            addresses: vec!["127.0.0.1:9998".parse().unwrap(), "[::1]:9998".parse().unwrap()],
            kmip: Vec::new(),
            data_dir: "/data".into(),
            audit_dir: "/data/audit".into(),
            seal: SealDescription { kind, place: "/data/root-key".into() },
            memory_is_locked: true,
        };
        announcement.text()
    }

    #[test]
    fn the_development_seal_is_said_with_what_to_do_about_it() {
        let development = text(SealKind::DevelopmentFile);
        assert!(development.starts_with("Claviger "), "{development}");
        assert!(
            development.contains("http://127.0.0.1:9998 and http://[::1]:9998\n"),
            "{development}"
        );
        assert!(development.contains("Warning: this is the development seal"), "{development}");
        assert!(development.contains("move /data/root-key to"), "{development}");
        assert!(!text(SealKind::File).contains("Warning"));
        assert!(!text(SealKind::Environment).contains("Warning"));
    }
}
