//! PyKMIP 0.11.

use std::process::Command;

use super::{installed, printed, pykmip_configuration, python, script};
use crate::setting::Setting;

/// The versions that it speaks.
const VERSIONS: [&str; 6] = ["1_0", "1_1", "1_2", "1_3", "1_4", "2_0"];

#[test]
fn it_walks_through_every_operation_in_every_version() {
    let setting = Setting::new(&[]);
    let configuration = pykmip_configuration(&setting, "client");
    let output = python([script("pykmip_walk.py"), configuration]);
    let text = printed(&output);
    assert!(output.status.success(), "{text}\n{}", setting.service.said());
    for version in VERSIONS {
        assert!(text.contains(&format!("KMIP_{version}: 17 steps, 0 failed")), "{text}");
    }
}

/// Its own suite, which is in its source archive: it makes objects of ciphers that are out of use, and finds nothing but its own.
#[test]
fn its_own_integration_suite_passes() {
    let setting = Setting::with(&[], |options, _| options.argument("--kmip-legacy-algorithms"));
    let configuration = pykmip_configuration(&setting, "client");
    let suite = installed("kmip-clients/source/pykmip-0.11.0/kmip/tests/integration/services");
    let mut pytest = Command::new(installed("kmip-clients/bin/python"));
    // PyKMIP reads its configuration below the home directory.
    let home = configuration.ancestors().nth(2).unwrap();
    pytest.env_clear().env("HOME", home).env("PYTHONDONTWRITEBYTECODE", "1");
    pytest.args(["-m", "pytest", "-p", "no:cacheprovider", "--config", "client"]);
    pytest.args(["test_integration.py", "test_proxykmipclient.py"].map(|file| suite.join(file)));
    let output = pytest.current_dir(home).output().unwrap();
    let text = printed(&output);
    assert!(output.status.success(), "{text}\n{}", setting.service.said());
    assert!(text.contains(" 37 passed"), "{text}");
    for word in [" failed", " skipped", " error"] {
        assert!(!text.lines().last().unwrap_or_default().contains(word), "{text}");
    }
}
