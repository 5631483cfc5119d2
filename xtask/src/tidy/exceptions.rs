//! The files and functions that may be longer than the rule, and why.
//!
//! An exception that is no longer needed is a finding, so the list only holds what is true.

/// The most lines of a file.
pub(super) const FILE_LINES: usize = 500;

/// The most lines of a function, from its `fn` to its closing brace.
pub(super) const FUNCTION_LINES: usize = 60;

/// The folders of files that `cargo xtask tables` writes. They may be of any length: nobody reads a table from its first row
/// to its last, and what matters about it is in the facts that it is made from.
pub(super) const GENERATED_FOLDER: &str = "/src/generated/";

/// One file, or one function in it, that may be longer.
#[derive(Debug)]
pub(super) struct Exception {
    /// The file, below the workspace root.
    pub(super) path: &'static str,
    /// The function; nothing when the exception is about the file.
    pub(super) function: Option<&'static str>,
    /// The most lines that it may have.
    pub(super) lines: usize,
    /// Why splitting it would make it worse.
    pub(super) reason: &'static str,
}

/// Every exception.
pub(super) const EXCEPTIONS: &[Exception] = &[];
