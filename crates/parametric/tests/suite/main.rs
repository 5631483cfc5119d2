//! The provider against known answers, Wycheproof, hostile input and the OpenSSL command.

mod certificates;
mod ciphers;
mod codes;
mod derivation;
mod fence;
mod formats;
mod hostile;
mod keys;
mod oasis;
mod old_ciphers;
mod openssl;
mod rsa;
mod signatures;
mod split;
mod streams;
mod wycheproof;
