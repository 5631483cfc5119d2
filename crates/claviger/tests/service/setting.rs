//! A service that KMIP clients can reach, with certificates that `claviger cert init` has made.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::Duration;

use claviger_testkit::process::{Service, ServiceOptions};
use tempfile::TempDir;

use crate::options;

/// A deadline for what takes the service ten seconds, on the slowest machine.
pub(crate) const GENEROUS: Duration = Duration::from_secs(60);

/// The service, and where its certificates are.
pub(crate) struct Setting {
    pub(crate) service: Service,
    pub(crate) certificates: PathBuf,
    _folder: TempDir,
}

impl Setting {
    /// With these arguments for `claviger cert init`.
    pub(crate) fn new(init: &[&str]) -> Self {
        Self::with(init, |options, _| options)
    }

    /// The service is started with more options, which may name files of the directory.
    pub(crate) fn with(
        init: &[&str],
        more: impl FnOnce(ServiceOptions, &Path) -> ServiceOptions,
    ) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        let certificates = data.join("certificates");
        claviger(&[&["cert", "init", "--directory", text(&certificates)], init].concat());
        let options = options().data_dir(&data).argument("--kmip-listen=127.0.0.1:0");
        let service = more(options, &certificates).start().unwrap();
        Self { service, certificates, _folder: folder }
    }

    /// Where it listens for KMIP.
    pub(crate) fn address(&self) -> SocketAddr {
        self.said("TLS with client certificates\n");
        let said = self.service.said();
        let line = said.lines().find_map(|line| line.trim().strip_prefix("KMIP "));
        let address = line.and_then(|line| line.trim().split(',').next()).unwrap();
        address.parse().unwrap_or_else(|_| panic!("{said}"))
    }

    /// A file of the certificates' directory.
    pub(crate) fn certificate(&self, name: &str) -> PathBuf {
        self.certificates.join(name)
    }

    /// Makes one more client's certificate.
    pub(crate) fn issue(&self, name: &str, more: &[&str]) {
        let command = ["cert", "issue", name, "--directory", text(&self.certificates)];
        claviger(&[&command, more].concat());
    }

    /// Waits until the service has said this.
    #[track_caller]
    pub(crate) fn said(&self, part: &str) {
        said(&self.service, part);
    }
}

/// Waits until a service has said this.
#[track_caller]
pub(crate) fn said(service: &Service, part: &str) {
    let mut left = GENEROUS;
    while !service.said().contains(part) {
        assert!(!left.is_zero(), "{part:?} was not said:\n{}", service.said());
        thread::sleep(Duration::from_millis(50));
        left = left.saturating_sub(Duration::from_millis(50));
    }
}

/// Runs the program, which has to succeed.
#[track_caller]
pub(crate) fn claviger(arguments: &[&str]) {
    let output = Command::new(env!("CARGO_BIN_EXE_claviger")).args(arguments).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// Runs `openssl`, which has to succeed.
#[track_caller]
pub(crate) fn openssl(arguments: &[&str]) {
    let output = Command::new("openssl").args(arguments).output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// A path of a test, which is UTF-8.
pub(crate) fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}
