//! Ephemeral items of a batch: what they return is for later operations and is not sent to the client (KMIP 2.1 §8.3).

use claviger_secret::SecretBytes;
use claviger_wire_kmip::ResponsePayload;

/// Takes the data out of an answer. Answers without data stay as they are.
pub(crate) fn withhold(answer: &mut ResponsePayload) {
    match answer {
        ResponsePayload::Encrypt(answer) => answer.data = None,
        ResponsePayload::Decrypt(answer) => answer.data = None,
        ResponsePayload::Sign(answer) => answer.signature_data = None,
        ResponsePayload::SignatureVerify(answer) => answer.data = None,
        ResponsePayload::MAC(answer) => answer.mac_data = None,
        ResponsePayload::Hash(answer) => answer.data = None,
        // The field can't be left out.
        ResponsePayload::RNGRetrieve(answer) => answer.data = SecretBytes::new(Vec::new()),
        _ => {}
    }
}
