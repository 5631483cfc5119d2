//! Payloads: what each operation is asked for, and what it answers.
//!
//! [`RequestPayload`] and [`ResponsePayload`] have one variant per operation of KMIP 1.0 to 2.1, from one table.

mod attributes;
mod creation;
mod cryptographic;
mod lifecycle;
mod notification;
mod replacement;
mod retrieval;
mod service;
mod session;

use claviger_secret::SecretBytes;
use claviger_wire_ttlv::enumeration::{Operation, ResultReason};
use claviger_wire_ttlv::{Buffer, Item, Version, Writer};

pub use attributes::*;
pub use creation::*;
pub use cryptographic::*;
pub use lifecycle::*;
pub use notification::*;
pub use replacement::*;
pub use retrieval::*;
pub use service::*;
pub use session::*;

use crate::error::MessageError;

/// Defines one of the two enumerations: a variant for each operation, with its payload.
macro_rules! payloads {
    ($(#[$meaning:meta])* $name:ident { $($operation:ident: $payload:ident,)+ }) => {
        $(#[$meaning])*
        #[expect(non_camel_case_types, reason = "a variant is called as the operation is")]
        pub enum $name {
            $(#[doc = concat!("[`Operation::", stringify!($operation), "`].")] $operation($payload),)+
            /// An operation that the specification does not have, or that came after 2.1.
            Unknown(UnknownPayload),
        }

        impl $name {
            /// The operation.
            #[must_use]
            pub const fn operation(&self) -> Operation {
                match self {
                    $(Self::$operation(_) => Operation::$operation,)+
                    Self::Unknown(payload) => payload.operation,
                }
            }

            /// Reads the payload of an operation, under whatever tag it stands.
            ///
            /// # Errors
            ///
            /// Fails with Operation Not Supported when the version does not have the operation, and as the specification says
            /// when the payload is not understood.
            pub fn decode(
                operation: Operation,
                item: Item<'_>,
                version: Version,
            ) -> Result<Self, MessageError> {
                must_exist(operation, version)?;
                match operation {
                    $(Operation::$operation => $payload::decode(item, version).map(Self::$operation),)+
                    Operation::Other(_) => Ok(Self::Unknown(UnknownPayload::copy(operation, item))),
                }
            }

            /// Writes the fields of the payload, without a structure around them.
            pub fn encode(&self, writer: &mut Writer, version: Version) {
                match self {
                    $(Self::$operation(payload) => payload.encode(writer, version),)+
                    Self::Unknown(payload) => payload.encode(writer),
                }
            }

            #[cfg(test)]
            pub(crate) fn sample(operation: Operation) -> Self {
                use crate::sample::Sample;
                match operation {
                    $(Operation::$operation => Self::$operation($payload::sample()),)+
                    Operation::Other(_) => unreachable!("samples are those of known operations"),
                }
            }
        }
    };
}

/// Defines both enumerations: the operation, its request, its response.
macro_rules! operations {
    ($($operation:ident: $request:ident => $response:ident;)+) => {
        payloads! {
            /// What an operation is asked for.
            RequestPayload { $($operation: $request,)+ }
        }
        payloads! {
            /// What an operation answers.
            ResponsePayload { $($operation: $response,)+ }
        }
    };
}

operations! {
    Create: CreateRequest => CreateResponse;
    CreateKeyPair: CreateKeyPairRequest => KeyPairResponse;
    Register: RegisterRequest => NewObjectResponse;
    ReKey: ReKeyRequest => NewObjectResponse;
    DeriveKey: DeriveKeyRequest => NewObjectResponse;
    Certify: CertifyRequest => NewObjectResponse;
    ReCertify: ReCertifyRequest => NewObjectResponse;
    Locate: LocateRequest => LocateResponse;
    Check: CheckRequest => CheckResponse;
    Get: GetRequest => GetResponse;
    GetAttributes: GetAttributesRequest => GetAttributesResponse;
    GetAttributeList: ObjectRequest => GetAttributeListResponse;
    AddAttribute: AddAttributeRequest => AttributeResponse;
    ModifyAttribute: ModifyAttributeRequest => AttributeResponse;
    DeleteAttribute: DeleteAttributeRequest => AttributeResponse;
    ObtainLease: ObjectRequest => ObtainLeaseResponse;
    GetUsageAllocation: GetUsageAllocationRequest => ObjectResponse;
    Activate: ObjectRequest => ObjectResponse;
    Revoke: RevokeRequest => ObjectResponse;
    Destroy: ObjectRequest => ObjectResponse;
    Archive: ObjectRequest => ObjectResponse;
    Recover: ObjectRequest => ObjectResponse;
    Validate: ValidateRequest => ValidateResponse;
    Query: QueryRequest => QueryResponse;
    Cancel: AsynchronousCorrelationRequest => CancelResponse;
    Poll: AsynchronousCorrelationRequest => EmptyPayload;
    Notify: NotifyRequest => EmptyPayload;
    Put: PutRequest => EmptyPayload;
    ReKeyKeyPair: ReKeyKeyPairRequest => KeyPairResponse;
    DiscoverVersions: DiscoverVersionsPayload => DiscoverVersionsPayload;
    Encrypt: EncryptRequest => EncryptResponse;
    Decrypt: DecryptRequest => DecryptResponse;
    Sign: SignRequest => SignResponse;
    SignatureVerify: SignatureVerifyRequest => SignatureVerifyResponse;
    MAC: MacRequest => MacResponse;
    MACVerify: MacVerifyRequest => MacVerifyResponse;
    RNGRetrieve: RngRetrieveRequest => RngRetrieveResponse;
    RNGSeed: RngSeedRequest => RngSeedResponse;
    Hash: HashRequest => HashResponse;
    CreateSplitKey: CreateSplitKeyRequest => CreateSplitKeyResponse;
    JoinSplitKey: JoinSplitKeyRequest => JoinSplitKeyResponse;
    Import: ImportRequest => ObjectResponse;
    Export: GetRequest => ExportResponse;
    Log: LogRequest => EmptyPayload;
    Login: LoginRequest => TicketPayload;
    Logout: TicketPayload => EmptyPayload;
    DelegatedLogin: DelegatedLoginRequest => TicketPayload;
    AdjustAttribute: AdjustAttributeRequest => ObjectResponse;
    SetAttribute: AddAttributeRequest => ObjectResponse;
    SetEndpointRole: SetEndpointRolePayload => SetEndpointRolePayload;
    PKCS_11: Pkcs11Request => Pkcs11Response;
    Interop: InteropRequest => EmptyPayload;
    ReProvision: ReProvisionRequest => ReProvisionResponse;
    SetDefaults: SetDefaultsRequest => EmptyPayload;
    SetConstraints: ConstraintsPayload => EmptyPayload;
    GetConstraints: EmptyPayload => ConstraintsPayload;
    QueryAsynchronousRequests: QueryAsynchronousRequestsRequest => QueryAsynchronousRequestsResponse;
    Process: AsynchronousCorrelationRequest => EmptyPayload;
    Ping: EmptyPayload => EmptyPayload;
}

impl ResponsePayload {
    /// How many bytes the long field of the payload has, where it has one: room to be made before the payload is written, so
    /// that a long answer is not moved, and wiped, again and again while it grows.
    pub(crate) fn room(&self) -> usize {
        let data = match self {
            Self::Encrypt(payload) => payload.data.as_ref(),
            Self::Decrypt(payload) => payload.data.as_ref(),
            Self::RNGRetrieve(payload) => Some(&payload.data),
            Self::Locate(payload) => return payload.unique_identifiers.len() * IDENTIFIER_ROOM,
            Self::GetAttributes(payload) => return payload.attributes.len() * ATTRIBUTE_ROOM,
            Self::Export(payload) => return payload.attributes.len() * ATTRIBUTE_ROOM,
            _ => None,
        };
        data.map_or(0, SecretBytes::len)
    }
}

/// A unique identifier with its header, when it is a UUID.
const IDENTIFIER_ROOM: usize = 48;

/// An attribute of the usual size.
const ATTRIBUTE_ROOM: usize = 128;

/// The payload of an operation that is not known, kept as it was received.
pub struct UnknownPayload {
    /// The operation: always [`Operation::Other`].
    pub operation: Operation,
    encoded: Buffer,
}

impl UnknownPayload {
    fn copy(operation: Operation, item: Item<'_>) -> Self {
        let mut writer = Writer::with_capacity(item.encoded().len());
        writer.item(item);
        Self { operation, encoded: writer.into_buffer() }
    }

    /// The payload.
    #[must_use]
    pub fn item(&self) -> Item<'_> {
        self.encoded.item()
    }

    fn encode(&self, writer: &mut Writer) {
        for child in self.item().children() {
            writer.item(child);
        }
    }
}

/// Refuses an operation that the version does not have. Discover Versions came with 1.1, but clients ask with the oldest
/// version that they speak.
fn must_exist(operation: Operation, version: Version) -> Result<(), MessageError> {
    if operation.since() <= version || operation == Operation::DiscoverVersions {
        return Ok(());
    }
    let name = operation.name().unwrap_or("The operation");
    Err(MessageError::new(
        ResultReason::OperationNotSupported,
        format!("{name} came with KMIP {}; the message is of KMIP {version}", operation.since()),
    ))
}
