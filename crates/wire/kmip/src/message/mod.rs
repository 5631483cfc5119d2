//! Messages: a header and a batch (KMIP 1.4, sections 6 and 7; 2.1, sections 8 and 9).

mod credential;
mod extension;
mod header;
mod request;
mod response;

pub use credential::{
    AttestationCredential, Authentication, Credential, DeviceCredential, HashedPasswordCredential,
    Nonce, OneTimePasswordCredential, Password, PasswordCredential,
};
pub use extension::MessageExtension;
pub use header::{AsynchronousIndication, ProtocolVersion, RequestHeader, ResponseHeader};
pub use request::{MessageLimits, RejectedMessage, RequestItem, RequestMessage};
pub use response::{ResponseItem, ResponseMessage};
