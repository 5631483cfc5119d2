//! The table of operations: which handler answers which payload. Query and every answer follow from it.

use claviger_core::Kms;
use claviger_wire_kmip::{MessageError, RequestPayload, ResponseItem, ResponsePayload};
use claviger_wire_ttlv::Version;
use claviger_wire_ttlv::enumeration::{Operation, ResultReason};

use crate::batch::Batch;
use crate::bind::{
    attributes, certification, creation, cryptographic, derivation, lifecycle, replacement,
    retrieval, rules, service,
};
use crate::errors::Outcome;
use crate::{asynchronous, login, query};

/// What an operation is answered with.
pub(crate) enum Answer {
    /// A payload of the operation.
    Payload(Box<ResponsePayload>),
    /// A whole item: that of another operation, which was polled, or of one that failed and says more than why.
    Item(Box<ResponseItem>),
}

macro_rules! operations {
    (
        hot { $($hot:ident => $hot_handler:path;)* }
        others { $($operation:ident => $handler:path;)* }
    ) => {
        /// The operations that are served, in the order in which Query lists them.
        pub(crate) const OPERATIONS: &[Operation] = &[
            $(Operation::$hot,)*
            $(Operation::$operation,)*
            Operation::Check,
            Operation::Poll,
            // Sent to clients, not served: clients look for them in the list all the same (KMIP 1.4 §5).
            Operation::Notify,
            Operation::Put,
        ];

        /// Runs the operation of a payload. What is asked often is not boxed.
        pub(crate) async fn run(batch: &Batch<'_>, payload: Box<RequestPayload>) -> Outcome<Answer> {
            Ok(Answer::Payload(Box::new(match *payload {
                $(RequestPayload::$hot(request) => {
                    ResponsePayload::$hot($hot_handler(batch, request).await?)
                })*
                $(RequestPayload::$operation(request) => {
                    ResponsePayload::$operation(Box::pin($handler(batch, request)).await?)
                })*
                RequestPayload::Check(request) => {
                    return Box::pin(lifecycle::check(batch, request)).await;
                }
                RequestPayload::Poll(request) => return asynchronous::poll(batch, request),
                RequestPayload::Notify(_) | RequestPayload::Put(_) => {
                    return Err(not_supported("the service sends Notify and Put, and takes neither"));
                }
                RequestPayload::Unknown(_) => {
                    return Err(not_supported("the service knows no such operation"));
                }
            })))
        }
    };
}

operations! {
    hot {
        Encrypt => cryptographic::encrypt;
        Decrypt => cryptographic::decrypt;
        Sign => cryptographic::sign;
        SignatureVerify => cryptographic::signature_verify;
        MAC => cryptographic::mac;
        MACVerify => cryptographic::mac_verify;
        Get => retrieval::get;
    }
    others {
        Create => creation::create;
        CreateKeyPair => creation::create_key_pair;
        Register => creation::register;
        ReKey => replacement::re_key;
        ReKeyKeyPair => replacement::re_key_key_pair;
        DeriveKey => derivation::derive_key;
        Certify => certification::certify;
        ReCertify => certification::re_certify;
        Locate => retrieval::locate;
        GetAttributes => attributes::get_attributes;
        GetAttributeList => attributes::get_attribute_list;
        AddAttribute => attributes::add;
        ModifyAttribute => attributes::modify;
        DeleteAttribute => attributes::delete;
        SetAttribute => attributes::set;
        AdjustAttribute => attributes::adjust;
        ObtainLease => lifecycle::obtain_lease;
        GetUsageAllocation => lifecycle::get_usage_allocation;
        Activate => lifecycle::activate;
        Revoke => lifecycle::revoke;
        Destroy => lifecycle::destroy;
        Archive => lifecycle::archive;
        Recover => lifecycle::recover;
        Validate => certification::validate;
        ReProvision => certification::re_provision;
        Query => query::query;
        DiscoverVersions => query::discover_versions;
        Cancel => asynchronous::cancel;
        Process => asynchronous::process;
        QueryAsynchronousRequests => asynchronous::query;
        RNGRetrieve => cryptographic::rng_retrieve;
        RNGSeed => cryptographic::rng_seed;
        Hash => cryptographic::hash;
        CreateSplitKey => derivation::create_split_key;
        JoinSplitKey => derivation::join_split_key;
        Import => creation::import;
        Export => retrieval::export;
        Log => service::log;
        Login => login::login;
        Logout => login::logout;
        DelegatedLogin => login::delegated_login;
        SetEndpointRole => service::set_endpoint_role;
        PKCS_11 => service::pkcs_11;
        Interop => service::interop;
        SetDefaults => rules::set_defaults;
        SetConstraints => rules::set_constraints;
        GetConstraints => rules::get_constraints;
        Ping => service::ping;
    }
}

/// The operations that a version has and that this service does.
pub(crate) fn operations(kms: &Kms, version: Version) -> impl Iterator<Item = Operation> {
    let issues_client_certificates = kms.issues_client_certificates();
    OPERATIONS.iter().copied().filter(move |&operation| {
        operation.since() <= version
            && (operation != Operation::ReProvision || issues_client_certificates)
    })
}

pub(crate) fn not_supported(message: &str) -> MessageError {
    MessageError::new(ResultReason::OperationNotSupported, message)
}
