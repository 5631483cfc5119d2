//! Clients of KMIP that others wrote, against the real service. `cargo xtask test` installs them.
//!
//! | file             | client                                                                    |
//! |------------------|---------------------------------------------------------------------------|
//! | `pykmip.rs`      | PyKMIP: a walk through every operation and version, and its own suite      |
//! | `openbao.rs`     | OpenBao, which unseals itself by a key of the service                      |
//! | `cosmian.rs`     | the Python client of the Cosmian KMS, over HTTP                            |

mod cosmian;
mod openbao;
mod pykmip;

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use crate::setting::{Setting, text};

/// What one of these environments has, which `cargo xtask test` sets up.
fn installed(path: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/tools").join(path);
    assert!(path.exists(), "{} is missing: `cargo xtask test` installs it", path.display());
    path
}

/// Runs Python with the clients' packages, and nothing of the test's own environment.
fn python<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>) -> Output {
    let home = tempfile::tempdir().unwrap();
    let mut python = Command::new(installed("kmip-clients/bin/python"));
    python.env_clear().env("HOME", home.path()).env("PYTHONDONTWRITEBYTECODE", "1");
    python.args(arguments).output().unwrap()
}

/// A script that lies beside this file.
fn script(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/service/clients").join(name)
}

/// Writes the configuration of PyKMIP for a client's certificate into a directory of its own, and gives its path.
fn pykmip_configuration(setting: &Setting, client: &str) -> PathBuf {
    let address = setting.address();
    let [certificate, key] =
        ["", "-key"].map(|part| setting.certificate(&format!("{client}{part}.pem")));
    let configuration = format!(
        "[client]\nhost={}\nport={}\ncertfile={}\nkeyfile={}\nca_certs={}\ncert_reqs=CERT_REQUIRED\n\
         ssl_version=PROTOCOL_TLSv1_2\ndo_handshake_on_connect=True\nsuppress_ragged_eofs=True\n",
        address.ip(),
        address.port(),
        text(&certificate),
        text(&key),
        text(&setting.certificate("ca.pem")),
    );
    let folder = setting.service.home().join(".pykmip");
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join("pykmip.conf");
    std::fs::write(&path, configuration).unwrap();
    path
}

/// What a program printed, for a failure's message.
fn printed(output: &Output) -> String {
    let [printed, said] =
        [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes));
    format!("{printed}\n{said}")
}
