//! PyKMIP 0.11.

use std::fs;
use std::path::Path;
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

/// Who has a password besides the certificate owns what it makes, and the certificate's owner does not see it.
#[test]
fn it_proves_to_be_a_user_by_name_and_password() {
    let setting = Setting::with(&[], |options, certificates| {
        let users = certificates.join("users.toml");
        fs::write(&users, "[[user]]\nname = \"backup\"\npassword = \"a pass phrase\"\n").unwrap();
        options.argument("--kmip-users-file").argument(users)
    });
    let own = pykmip_configuration(&setting, "client");
    let with = |name: &str, password: &str| {
        let text = fs::read_to_string(&own).unwrap();
        let path = own.with_file_name(format!("{password}.conf"));
        fs::write(&path, format!("{text}username={name}\npassword={password}\n")).unwrap();
        path
    };
    let run = |configuration: &Path, action: &str| {
        python([script("pykmip_key.py").as_os_str(), configuration.as_os_str(), action.as_ref()])
    };
    let user = with("backup", "a pass phrase");
    let made = run(&user, "create");
    assert!(made.status.success(), "{}", printed(&made));
    let found = run(&user, "find");
    assert_eq!(found.stdout, made.stdout, "{}", printed(&found));
    assert!(!run(&own, "find").status.success(), "the key is the user's");
    for (name, password) in [("backup", "another"), ("nobody", "a password")] {
        let refused = run(&with(name, password), "create");
        let text = printed(&refused);
        assert!(
            !refused.status.success() && text.contains("AUTHENTICATION_NOT_SUCCESSFUL"),
            "{text}"
        );
    }
}
