//! Every operation about one object, run on an object as somebody else: for the test of who may do what.

use claviger_core::Error;
use claviger_core::operations::ListVersions;
use claviger_core::operations::objects::*;
use claviger_model::{AttributeKey, UniqueIdentifier, Value};
use claviger_secret::SecretBytes;

use crate::service::{Service, caller, name};

/// What a protocol's client calls the latest version of the key `key`.
pub(crate) async fn identifier(service: &Service) -> UniqueIdentifier {
    let list = ListVersions { name: name("key"), after: 0, limit: 1 };
    service.call(list).await.unwrap().versions[0].id.into()
}

/// Runs the operation of this name on the object as somebody else.
pub(crate) async fn attempt(
    service: &Service,
    subject: &str,
    operation: &str,
    identifier: UniqueIdentifier,
) -> Result<(), Error> {
    let caller = caller(subject);
    let generation = Generation::Two;
    let (parameters, part) = (None, Part::default());
    let key = AttributeKey::Vendor { vendor: "x".into(), name: "Colour".into() };
    let value = Value::Text("blue".into());
    let get = GetObject {
        identifier: identifier.clone(),
        format: None,
        wrap_type: None,
        compression: None,
        wrapping: None,
        pending_keys_wrap: false,
        generation,
    };
    let (index, current, offset) = (None, None, None);
    let templates = Vec::new;
    macro_rules! run {
        ($operation:expr) => {
            service.kms.call(&caller, $operation).await.map(|_| ())
        };
    }
    match operation {
        "object-read-attributes" => run!(ReadAttributes { identifier, keys: None, generation }),
        "object-add-attribute" => run!(AddAttribute { identifier, key, value, generation }),
        "object-modify-attribute" => {
            run!(ModifyAttribute { identifier, key, index, current, value, generation })
        }
        "object-delete-attribute" => {
            run!(DeleteAttribute { identifier, key, index, only_one: false, current, generation })
        }
        "object-set-attribute" => run!(SetAttribute { identifier, key, value }),
        "object-adjust-attribute" => run!(AdjustAttribute { identifier, key, kind: 1, by: None }),
        "object-get" => run!(get),
        "object-export" => run!(ExportObject { get, generation }),
        "object-check" => run!(CheckObject {
            identifier,
            usage_limits_count: None,
            usage_mask: None,
            lease_time: None,
            generation
        }),
        "object-obtain-lease" => run!(ObtainLease { identifier }),
        "object-get-usage-allocation" => run!(GetUsageAllocation { identifier, count: 1 }),
        "object-encrypt" => run!(EncryptData {
            identifier,
            parameters,
            data: SecretBytes::new(Vec::new()),
            nonce: None,
            additional: Vec::new(),
            part
        }),
        "object-decrypt" => run!(DecryptData {
            identifier,
            parameters,
            data: Vec::new(),
            nonce: None,
            additional: Vec::new(),
            tag: None,
            tag_trails: false,
            part
        }),
        "object-sign" => {
            run!(SignData { identifier, parameters, data: SignedData::Data(Vec::new()), part })
        }
        "object-verify" => run!(VerifySignature {
            identifier,
            parameters,
            data: SignedData::Data(Vec::new()),
            signature: None,
            part
        }),
        "object-mac" => run!(MakeMac { identifier, parameters, data: Vec::new(), part }),
        "object-mac-verify" => {
            run!(CheckMac { identifier, parameters, data: Vec::new(), mac: None, part })
        }
        "object-replace" => run!(ReplaceObject {
            generation: Generation::Two,
            identifier,
            offset,
            attributes: Vec::new(),
            templates: templates()
        }),
        "object-replace-pair" => run!(ReplaceObjectPair {
            generation: Generation::Two,
            private: identifier,
            offset,
            common: Vec::new(),
            private_attributes: Vec::new(),
            public_attributes: Vec::new(),
            common_templates: templates(),
            private_templates: templates(),
            public_templates: templates()
        }),
        "object-certify-again" => run!(ReCertifyObject {
            generation: Generation::Two,
            certificate: identifier,
            request: None,
            request_identifier: None,
            offset,
            attributes: Vec::new(),
            templates: templates()
        }),
        "object-activate" => run!(ActivateObject { identifier }),
        "object-revoke" => run!(RevokeObject::new(identifier, 1)),
        "object-destroy" => run!(DestroyObject { identifier }),
        "object-archive" => run!(ArchiveObject { identifier }),
        "object-recover" => run!(RecoverObject { identifier }),
        other => panic!("the operation {other} has no place in this test: give it one"),
    }
}
