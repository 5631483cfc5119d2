//! The typed client of the native protocol: one method per operation.
//!
//! ```no_run
//! use claviger_client::Client;
//! use claviger_wire_native::{Base64Plaintext, EncryptRequest};
//!
//! # async fn example() -> Result<(), claviger_client::Error> {
//! let client = Client::new("http://127.0.0.1:9998")?;
//! let plaintext = Some(Base64Plaintext::copy_from(b"card 4711"));
//! let reply = client.encrypt(&EncryptRequest { plaintext, ..EncryptRequest::default() }).await?;
//! println!("{}", reply.ciphertext);
//! # Ok(())
//! # }
//! ```
//!
//! It goes to the address that it was made for and nowhere else: it follows no redirect and uses no proxy. What it sends and
//! what it receives may be secret, and is wiped where it is this crate's to wipe.

mod connection;
mod encryption;
mod error;
mod keys;
mod reply;
mod service;
mod transfer;
mod use_of_keys;
mod wiped;

pub use connection::Client;
pub use error::{Error, Refusal};
