//! The Python client of the Cosmian KMS, 4.22.

use std::path::PathBuf;

use super::{printed, python, script};
use crate::service;

#[test]
fn it_walks_through_what_it_can_do() {
    let service = service();
    let output = python([script("cosmian_walk.py"), PathBuf::from(service.url())]);
    // Its exit code says nothing: it may crash when the interpreter ends.
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(text.ends_with("\ndone\n"), "{}\n{}", printed(&output), service.said());
}
