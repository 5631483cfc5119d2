//! The root key from a file or from the environment.
//!
//! [`FileSeal`] reads it from a file, or makes the file when a server for development starts the first time;
//! [`EnvironmentSeal`] takes the value that the server found in its environment. In both places the key is the base64
//! (RFC 4648 section 4, with padding) of 32 bytes, with or without an end of line behind it, and nothing else.

mod environment;
mod file;
mod text;

pub use environment::EnvironmentSeal;
pub use file::FileSeal;
