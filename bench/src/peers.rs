//! The peers that Claviger is measured against; how to set each up by hand is in `bench/README.md`.

pub mod age;
pub mod bare;
pub mod bare_messages;
pub mod openbao;
pub mod openssl;
