//! Files: whole or not at all, and in age's format.

pub(crate) mod age_file;
mod early_sync;
pub(crate) mod progress;
pub(crate) mod whole_file;
