//! Application Specific Information without Application Data: the service makes them for the namespaces that it declares, and
//! refuses all others (KMIP 1.4 §3.36, KMIP 2.1 §4.4).

use claviger_core::operations::objects::Given;
use claviger_model::{AttributeKey, AttributeKind, Field, RequestId, Value};
use claviger_wire_ttlv::tag;

use crate::batch::Batch;

const KEY: AttributeKey = AttributeKey::Standard(AttributeKind::ApplicationSpecificInformation);
const NAMESPACE: Field = Field(tag::APPLICATION_NAMESPACE.value());
const DATA: Field = Field(tag::APPLICATION_DATA.value());

/// Adds the data to those attributes that leave them to the service, and returns these.
pub(crate) fn complete_all(batch: &Batch<'_>, given: &mut Given) -> Given {
    let mut made = Given::new();
    for (key, value) in given {
        if complete(batch, key, value) {
            made.push((key.clone(), value.clone()));
        }
    }
    made
}

/// Adds the data to an attribute that leaves them to the service, and says whether it did: of a declared namespace, a text
/// that no other object has.
pub(crate) fn complete(batch: &Batch<'_>, key: &AttributeKey, value: &mut Value) -> bool {
    let declared = &batch.door.options.declaration.application_namespaces;
    let namespace = value.field(NAMESPACE).and_then(Value::as_text);
    let is_declared = declared.iter().flatten().any(|own| Some(own.as_str()) == namespace);
    let is_unsaid = *key == KEY && is_declared && value.field(DATA).is_none();
    if let Value::Structure(fields) = value
        && is_unsaid
    {
        let mut text = [0; RequestId::TEXT_LENGTH];
        let data = batch.door.kms.new_request_id().encode(&mut text).to_owned();
        fields.push((DATA, Value::Text(data)));
    }
    is_unsaid
}
