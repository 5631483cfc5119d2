//! Identity files: what is in them, and what the user is told of the rest.

use claviger_age::identity_file::{Entry, IdentityFileError, MAX_FILE_LEN, parse};
use claviger_age::{claviger, x25519};

#[test]
fn comments_and_blank_lines_are_passed_over() {
    let native = x25519::Identity::generate().expect("random");
    let secret = native.expose_to_save();
    let ours = claviger::Identity::new(Some("https://kms.example"), Default::default());
    let ours = ours.expect("valid");
    let text = format!("# created: today\r\n\n  {}  \r\n\n{ours}\n#", secret.as_str());
    let entries = parse(&text).expect("two identities");
    let [Entry::X25519(first), Entry::Claviger(second)] = &entries[..] else {
        panic!("{} identities", entries.len());
    };
    assert_eq!(first.recipient(), native.recipient());
    assert_eq!(second, &ours);
}

#[test]
fn faults_name_the_line_and_not_the_secret() {
    let fault = |text: &str| parse(text).err();
    assert_eq!(fault(""), Some(IdentityFileError::Empty));
    assert_eq!(fault("# nothing\n\n"), Some(IdentityFileError::Empty));
    assert_eq!(fault(&"#".repeat(MAX_FILE_LEN + 1)), Some(IdentityFileError::TooLong));
    let secret = x25519::Identity::generate().expect("random").expose_to_save();
    let damaged = &secret[..secret.len() - 1];
    for line in [damaged, "AGE-PLUGIN-CLAVIGER-1", "AGE-PLUGIN-OTHER-1QYQ", "age1abc"] {
        let error = fault(&format!("# first\n{}\n{line}\n", secret.as_str()));
        assert_eq!(error, Some(IdentityFileError::Line { line: 3 }));
        assert!(!error.expect("a fault").to_string().contains(damaged));
    }
}
