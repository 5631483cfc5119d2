//! File systems of a test's own: small ones and read-only ones.
//!
//! A test that needs one runs itself again in a mount namespace, and for anybody but root in a user namespace, so that nothing
//! is left behind whatever happens and no other process sees it.

use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

/// Says that a test runs in namespaces of its own already.
const INSIDE: &str = "CLAVIGER_TEST_MOUNTS";

/// Runs `test`, which is called `name`, in a mount namespace of its own.
pub(crate) fn with_mounts(name: &str, test: impl FnOnce()) {
    if is_set(INSIDE) {
        return test();
    }
    let namespaces: &[&str] = if rustix::process::geteuid().is_root() {
        &["--mount"]
    } else {
        &["--user", "--map-root-user", "--mount"]
    };
    let output = Command::new("unshare")
        .args(namespaces)
        .arg(std::env::current_exe().unwrap())
        .args(["--exact", name, "--nocapture", "--test-threads=1"])
        .env(INSIDE, "1")
        .output()
        .expect("`unshare` of util-linux is needed");
    let text = format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(
        output.status.success() && text.contains("1 passed"),
        "the test failed in a mount namespace of its own, or the system allows none:\n{text}"
    );
}

#[expect(clippy::disallowed_methods, reason = "a test that starts itself again has to know it")]
fn is_set(name: &str) -> bool {
    std::env::var_os(name).is_some()
}

/// A file system in memory, of a size such as `8m`.
pub(crate) fn small_file_system(size: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    mount(&["-t", "tmpfs", "-o", &format!("size={size},mode=700"), "tmpfs"], folder.path());
    folder
}

/// Makes a file system read-only that [`small_file_system`] has made.
pub(crate) fn make_read_only(path: &Path) {
    mount(&["-o", "remount,ro"], path);
}

fn mount(arguments: &[&str], path: &Path) {
    let status = Command::new("mount").args(arguments).arg(path).status();
    assert!(status.is_ok_and(|status| status.success()), "mount {arguments:?} failed");
}
