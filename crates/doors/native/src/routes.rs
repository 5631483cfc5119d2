//! The table of routes: every method of every path with its limits, messages and handler. The OpenAPI document and the router
//! follow from it.

use std::time::Duration;

use claviger_wire_native as wire;
use http::{Method, StatusCode};

use crate::bind::{
    data_key, decryption, derivation, encapsulation, encryption, key, key_change, key_list, mac,
    random, rewrapping, service, signature, transfer, wrapping,
};
use crate::route::{Message, Route};

/// No body.
const NOTHING: usize = 0;
/// Names, settings and small keys.
const SETTINGS: usize = 1 << 20;
/// Data.
const DATA: usize = 32 << 20;
/// Ciphertexts: of everything that an encryption takes, with what the service puts around a thousand of them.
const CIPHERTEXT: usize = DATA + (1 << 19);
/// A backup with as many versions as one can hold.
const BACKUP: usize = 64 << 20;

/// For what is done in memory and on the local disk.
const SHORT: Duration = Duration::from_secs(30);
/// For large bodies and for keys that take long to make.
const LONG: Duration = Duration::from_secs(120);

const NO_QUERY: &[(&str, &str)] = &[];
const KEY_LIST_QUERY: &[(&str, &str)] = &[
    ("limit", "At most this many keys, 1 to 1000; 100 if nothing is said."),
    ("cursor", "Where the last page ended: its `next_cursor`."),
    ("prefix", "Only keys whose name begins so."),
    ("tag", "Only keys with this tag; may stand several times."),
    ("attribute", "Only keys with this custom attribute, as `name:value`."),
    ("state", "Only keys whose latest version is in this state."),
    ("owner", "Only keys with this owner's identity."),
];
const VERSION_LIST_QUERY: &[(&str, &str)] = &[
    ("limit", "At most this many versions, 1 to 1000; 100 if nothing is said."),
    ("cursor", "Where the last page ended: its `next_cursor`."),
];
const DELETE_QUERY: &[(&str, &str)] = &[(
    "waiting_period",
    "How long the deletion waits, in seconds, if longer than the policy says.",
)];
const PUBLIC_KEY_QUERY: &[(&str, &str)] = &[
    ("version", "The version; without it, the latest."),
    ("format", "`pem` or `jwk`: the bare public key in this format."),
];

macro_rules! routes {
    ($($method:ident $path:literal $operation:literal: $limit:ident, $deadline:ident, $query:ident,
       $($optional:ident)? ($($request:ty)?) => $status:ident ($($reply:ty),*), $handler:path, $summary:literal;)*) => {
        /// All routes.
        pub static ROUTES: &[Route] = &[$(Route {
            method: Method::$method,
            path: $path,
            operation: $operation,
            summary: $summary,
            body_limit: $limit,
            deadline: $deadline,
            request: routes!(@request $($request)?),
            body_optional: routes!(@optional $($optional)?),
            query: $query,
            success: StatusCode::$status,
            replies: &[$(Message::of::<$reply>()),*],
            handler: |exchange| Box::pin($handler(exchange)),
        },)*];
    };
    (@request) => { None };
    (@request $request:ty) => { Some(Message::of::<$request>()) };
    (@optional) => { false };
    (@optional optional) => { true };
}

routes! {
    POST "/api/v1/kms/encrypt" "encrypt": DATA, LONG, NO_QUERY,
        (wire::EncryptRequest) => OK (wire::EncryptReply, wire::EncryptBatchReply), encryption::encrypt,
        "Encrypts one plaintext or many.";
    POST "/api/v1/kms/decrypt" "decrypt": CIPHERTEXT, LONG, NO_QUERY,
        (wire::DecryptRequest<'static>) => OK (wire::DecryptReply, wire::DecryptBatchReply), decryption::decrypt,
        "Decrypts one ciphertext or many; each names its key.";
    POST "/api/v1/kms/rewrap" "rewrap": CIPHERTEXT, LONG, NO_QUERY,
        (wire::RewrapRequest<'static>) => OK (wire::RewrapReply, wire::RewrapBatchReply), rewrapping::rewrap,
        "Encrypts ciphertexts again with the latest version, without showing their plaintexts.";
    POST "/api/v1/kms/generate-key" "generate-key": SETTINGS, SHORT, NO_QUERY,
        (wire::GenerateKeyRequest) => OK (wire::DataKeyReply), data_key::generate,
        "Makes a data key and returns it in clear and encrypted.";
    GET "/api/v1/kms/status" "status": NOTHING, SHORT, NO_QUERY,
        () => OK (wire::StatusReply), service::status, "Tells how the service is doing.";
    GET "/api/v1/kms/health" "health": NOTHING, SHORT, NO_QUERY,
        () => OK (wire::HealthReply), service::health, "Tells whether requests can be served: 200, else 503.";
    GET "/version" "version": NOTHING, SHORT, NO_QUERY,
        () => OK (wire::VersionInformation), service::version, "Tells which service this is.";
    GET "/api/v1/openapi.json" "openapi": NOTHING, SHORT, NO_QUERY,
        () => OK (), service::openapi, "Returns this document.";

    GET "/api/v1/keys" "list-keys": NOTHING, SHORT, KEY_LIST_QUERY,
        () => OK (wire::KeyListReply), key_list::keys, "Lists keys, page by page, in the order of their names.";
    POST "/api/v1/keys" "create-key": SETTINGS, LONG, NO_QUERY,
        (wire::CreateKeyRequest) => CREATED (wire::KeyReply), key::create, "Creates a key.";
    POST "/api/v1/keys/import" "import-key": SETTINGS, SHORT, NO_QUERY,
        (wire::ImportKeyRequest) => CREATED (wire::KeyReply), transfer::import,
        "Creates a key from existing material.";
    POST "/api/v1/keys/restore" "restore-key": BACKUP, LONG, NO_QUERY,
        (wire::RestoreKeyRequest) => CREATED (wire::KeyReply), transfer::restore, "Restores a key from a backup.";
    GET "/api/v1/keys/{name}" "describe-key": NOTHING, SHORT, NO_QUERY,
        () => OK (wire::KeyReply), key::describe, "Describes a key.";
    PATCH "/api/v1/keys/{name}" "change-key": SETTINGS, SHORT, NO_QUERY,
        (wire::ChangeKeyRequest) => OK (wire::KeyReply), key_change::change,
        "Changes a key's policy, tags, attributes and dates.";
    DELETE "/api/v1/keys/{name}" "delete-key": SETTINGS, SHORT, DELETE_QUERY,
        optional (wire::DeleteKeyRequest) => OK (wire::KeyReply), key_change::delete, "Schedules a key's deletion.";
    POST "/api/v1/keys/{name}/cancel-deletion" "cancel-deletion": SETTINGS, SHORT, NO_QUERY,
        optional (wire::CancelDeletionRequest) => OK (wire::KeyReply), key_change::cancel_deletion,
        "Cancels a scheduled deletion.";
    POST "/api/v1/keys/{name}/rotate" "rotate-key": SETTINGS, LONG, NO_QUERY,
        optional (wire::RotateKeyRequest) => OK (wire::KeyReply), key_change::rotate, "Adds a version to a key.";
    POST "/api/v1/keys/{name}/activate" "activate-key": SETTINGS, SHORT, NO_QUERY,
        optional (wire::ActivateKeyRequest) => OK (wire::KeyReply), key_change::activate,
        "Activates a version of a key.";
    POST "/api/v1/keys/{name}/revoke" "revoke-key": SETTINGS, SHORT, NO_QUERY,
        optional (wire::RevokeKeyRequest) => OK (wire::KeyReply), key_change::revoke,
        "Deactivates a key, or marks it as compromised.";
    POST "/api/v1/keys/{name}/export" "export-key": SETTINGS, SHORT, NO_QUERY,
        (wire::ExportKeyRequest) => OK (wire::ExportKeyReply), transfer::export,
        "Returns key material, where the policy allows it.";
    GET "/api/v1/keys/{name}/public-key" "public-key": NOTHING, SHORT, PUBLIC_KEY_QUERY,
        () => OK (wire::PublicKeyReply), transfer::public_key, "Returns a public key.";
    POST "/api/v1/keys/{name}/backup" "back-up-key": SETTINGS, LONG, NO_QUERY,
        optional (wire::BackupKeyRequest) => OK (wire::BackupReply), transfer::back_up,
        "Returns a key with all its versions as one sealed blob.";
    GET "/api/v1/keys/{name}/versions" "list-versions": NOTHING, SHORT, VERSION_LIST_QUERY,
        () => OK (wire::VersionListReply), key_list::versions, "Lists the versions of a key, page by page.";
    DELETE "/api/v1/keys/{name}/versions/{version}" "destroy-version": NOTHING, SHORT, NO_QUERY,
        () => OK (wire::VersionReply), key_change::destroy_version, "Destroys the material of one version.";

    POST "/api/v1/keys/{name}/encrypt" "encrypt-with-key": DATA, LONG, NO_QUERY,
        (wire::KeyEncryptRequest) => OK (wire::KeyEncryptReply, wire::EncryptBatchReply),
        encryption::encrypt_with_key, "Encrypts one plaintext or many, or one with explicit parameters.";
    POST "/api/v1/keys/{name}/decrypt" "decrypt-with-key": CIPHERTEXT, LONG, NO_QUERY,
        (wire::KeyDecryptRequest<'static>) => OK (wire::DecryptReply, wire::DecryptBatchReply),
        decryption::decrypt_with_key, "Decrypts one ciphertext or many, or one with explicit parameters.";
    POST "/api/v1/keys/{name}/rewrap" "rewrap-with-key": CIPHERTEXT, LONG, NO_QUERY,
        (wire::KeyRewrapRequest<'static>) => OK (wire::RewrapReply, wire::RewrapBatchReply),
        rewrapping::rewrap_with_key, "Encrypts ciphertexts again with this key, without showing their plaintexts.";
    POST "/api/v1/keys/{name}/data-key" "data-key": SETTINGS, SHORT, NO_QUERY,
        optional (wire::DataKeyRequest) => OK (wire::DataKeyReply), data_key::generate_with_key,
        "Makes a data key and returns it in clear and encrypted.";
    POST "/api/v1/keys/{name}/sign" "sign": DATA, LONG, NO_QUERY,
        (wire::SignRequest) => OK (wire::SignReply), signature::sign, "Signs a message or a digest.";
    POST "/api/v1/keys/{name}/verify" "verify": DATA, LONG, NO_QUERY,
        (wire::VerifyRequest) => OK (wire::VerifyReply), signature::verify, "Verifies a signature.";
    POST "/api/v1/keys/{name}/mac" "mac": DATA, LONG, NO_QUERY,
        (wire::MacRequest) => OK (wire::MacReply), mac::mac, "Makes a message authentication code.";
    POST "/api/v1/keys/{name}/mac-verify" "mac-verify": DATA, LONG, NO_QUERY,
        (wire::MacVerifyRequest) => OK (wire::VerifyReply), mac::verify, "Checks a message authentication code.";
    POST "/api/v1/keys/{name}/wrap" "wrap": SETTINGS, SHORT, NO_QUERY,
        (wire::WrapRequest) => OK (wire::WrapReply), wrapping::wrap, "Wraps key material or an exportable key.";
    POST "/api/v1/keys/{name}/unwrap" "unwrap": SETTINGS, SHORT, NO_QUERY,
        (wire::UnwrapRequest) => OK (wire::UnwrapReply), wrapping::unwrap, "Unwraps key material.";
    POST "/api/v1/keys/{name}/derive" "derive": SETTINGS, LONG, NO_QUERY,
        (wire::DeriveRequest) => OK (wire::DeriveReply), derivation::derive,
        "Derives secret bytes, or agrees on a shared secret.";
    POST "/api/v1/keys/{name}/encapsulate" "encapsulate": SETTINGS, SHORT, NO_QUERY,
        optional (wire::EncapsulateRequest) => OK (wire::EncapsulateReply), encapsulation::encapsulate,
        "Makes a shared secret and its encapsulation.";
    POST "/api/v1/keys/{name}/decapsulate" "decapsulate": SETTINGS, SHORT, NO_QUERY,
        (wire::DecapsulateRequest) => OK (wire::DecapsulateReply), encapsulation::decapsulate,
        "Gets the shared secret out of an encapsulation.";

    POST "/api/v1/random" "random": SETTINGS, SHORT, NO_QUERY,
        (wire::RandomRequest) => OK (wire::RandomReply), random::random, "Returns random bytes.";
    POST "/api/v1/hash" "hash": DATA, LONG, NO_QUERY,
        (wire::HashRequest) => OK (wire::HashReply), random::hash, "Hashes data.";
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::time::Duration;

    use http::Method;

    use super::{BACKUP, ROUTES};

    #[test]
    fn every_route_has_a_limit_and_a_deadline() {
        for route in ROUTES {
            let name = route.operation;
            assert_eq!(route.request.is_none(), route.body_limit == 0, "{name}");
            assert!(route.body_limit <= BACKUP, "{name}");
            assert!(route.deadline >= Duration::from_secs(1), "{name}");
            assert!(route.deadline <= Duration::from_secs(120), "{name}");
            assert!(route.method != Method::GET || route.body_limit == 0, "{name}");
        }
    }

    #[test]
    fn no_two_routes_are_the_same() {
        let names: BTreeSet<_> = ROUTES.iter().map(|route| route.operation).collect();
        let places: BTreeSet<_> =
            ROUTES.iter().map(|route| (route.path, route.method.as_str())).collect();
        assert_eq!((names.len(), places.len()), (ROUTES.len(), ROUTES.len()));
    }
}
