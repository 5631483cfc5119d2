//! Import and export of keys through the port: round trips, the `openssl` command, and keys that must be refused.

mod hostile;
mod json_web_keys;
mod openssl;
mod round_trip;
mod rsa;
