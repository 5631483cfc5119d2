//! Operations on the service itself: Interop, Log, Ping, Set Endpoint Role, PKCS#11, constraints and defaults.

use claviger_wire_kmip::payload::{
    EmptyPayload, InteropRequest, LogRequest, Pkcs11Request, Pkcs11Response, SetEndpointRolePayload,
};
use claviger_wire_kmip::{MessageError, Pkcs11Function, Pkcs11ReturnCode};
use claviger_wire_ttlv::enumeration::{EndpointRole, InteropFunction, ResultReason};

use crate::batch::Batch;
use crate::errors::Outcome;

/// The longest message that is written to the log, in characters.
const LOG_LIMIT: usize = 1024;

/// Marks the beginning or end of an interoperability test in the log. There is nothing to reset: tests tell themselves apart
/// by who they are.
pub(crate) async fn interop(batch: &Batch<'_>, request: InteropRequest) -> Outcome<EmptyPayload> {
    let function = match request.interop_function {
        InteropFunction::Begin => "begin",
        InteropFunction::End => "end",
        InteropFunction::Reset => "reset",
        InteropFunction::Other(_) => {
            return Err(MessageError::invalid_field("there is no such interoperability function"));
        }
    };
    let test = clean(request.interop_identifier.as_deref().unwrap_or_default());
    tracing::info!(principal = batch.caller.principal.identity(), function, test, "interop");
    Ok(EmptyPayload {})
}

/// Writes a client's message to the service's log.
pub(crate) async fn log(batch: &Batch<'_>, request: LogRequest) -> Outcome<EmptyPayload> {
    let message = clean(&request.log_message);
    tracing::info!(principal = batch.caller.principal.identity(), message, "a client says");
    Ok(EmptyPayload {})
}

pub(crate) async fn ping(_: &Batch<'_>, _: EmptyPayload) -> Outcome<EmptyPayload> {
    Ok(EmptyPayload {})
}

/// The service stays the server of a connection.
pub(crate) async fn set_endpoint_role(
    _: &Batch<'_>,
    request: SetEndpointRolePayload,
) -> Outcome<SetEndpointRolePayload> {
    match request.endpoint_role {
        EndpointRole::Server => Ok(request),
        _ => Err(MessageError::new(
            ResultReason::FeatureNotSupported,
            "the service is the server of every connection and doesn't change roles",
        )),
    }
}

/// Text of a client without what could be taken for another line of the log.
fn clean(text: &str) -> String {
    text.chars().filter(|character| !character.is_control()).take(LOG_LIMIT).collect()
}

/// The functions of PKCS#11 by their places in `CK_FUNCTION_LIST_3_0`, from 1.
mod pkcs11 {
    /// `C_Initialize`.
    pub(super) const INITIALIZE: u32 = 1;
    /// `C_Finalize`.
    pub(super) const FINALIZE: u32 = 2;
    /// `C_GetInfo`.
    pub(super) const GET_INFO: u32 = 3;
    /// How many functions the list has; the last one is `C_MessageVerifyFinal`.
    pub(super) const FUNCTIONS: u32 = 92;
    /// How the names of vendors' interfaces begin (PKCS#11 3.0 §5.4).
    pub(super) const VENDOR_INTERFACE: &str = "Vendor ";
    /// `CKR_OK`.
    pub(super) const OK: u32 = 0x00;
    /// `CKR_FUNCTION_NOT_SUPPORTED`.
    pub(super) const FUNCTION_NOT_SUPPORTED: u32 = 0x54;
}

/// What of PKCS#11 is about the library itself. Keys are used by KMIP's own operations.
pub(crate) async fn pkcs_11(_: &Batch<'_>, request: Pkcs11Request) -> Outcome<Pkcs11Response> {
    let interface = request.pkcs11_interface.as_deref().unwrap_or_default();
    if interface.starts_with(pkcs11::VENDOR_INTERFACE) {
        return Err(MessageError::new(
            ResultReason::PKCS_11InvalidInterface,
            "the service has no vendor's interface; leave the interface out for that of PKCS#11 3.0",
        ));
    }
    let (output, code) = match request.pkcs11_function {
        Pkcs11Function::Defined(pkcs11::INITIALIZE | pkcs11::FINALIZE) => (None, pkcs11::OK),
        Pkcs11Function::Defined(pkcs11::GET_INFO) => (Some(information()), pkcs11::OK),
        Pkcs11Function::Defined(1..=pkcs11::FUNCTIONS) => (None, pkcs11::FUNCTION_NOT_SUPPORTED),
        Pkcs11Function::Defined(_) | Pkcs11Function::OfVendor(_) => {
            return Err(MessageError::new(
                ResultReason::PKCS_11InvalidFunction,
                "the interface has no such function",
            ));
        }
    };
    Ok(Pkcs11Response {
        pkcs11_interface: request.pkcs11_interface,
        pkcs11_function: request.pkcs11_function,
        correlation_value: request.correlation_value,
        output_parameters: output.map(claviger_secret::SecretBytes::new),
        return_code: Pkcs11ReturnCode(code),
    })
}

/// `CK_INFO`: the version of the interface, the manufacturer (32 characters), flags (8 bytes), the library (32 characters) and
/// its version.
fn information() -> Vec<u8> {
    let mut out = vec![3, 0];
    out.extend_from_slice(format!("{:32}", "Claviger").as_bytes());
    out.extend_from_slice(&0_u64.to_be_bytes());
    out.extend_from_slice(format!("{:32}", "Claviger KMIP").as_bytes());
    out.extend_from_slice(&[0, 1]);
    out
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_information_has_the_length_of_the_structure() {
        assert_eq!(super::information().len(), 76);
    }
}
