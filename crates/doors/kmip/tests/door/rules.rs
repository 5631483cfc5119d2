//! Constraints and defaults of a client's objects, and the parts of PKCS#11 that are about the service itself.

use claviger_secret::SecretBytes;
use claviger_wire_kmip::payload::{
    ConstraintsPayload, CreateRequest, EmptyPayload, InteropRequest, LogRequest, Pkcs11Request,
    QueryRequest, SetDefaultsRequest, SetEndpointRolePayload,
};
use claviger_wire_kmip::{
    Attributes, Constraint, Constraints, DefaultsInformation, ObjectDefaults, ObjectGroups,
    ObjectTypes, Pkcs11Function, Pkcs11ReturnCode, RequestPayload, ResponsePayload, Value,
};
use claviger_wire_ttlv::enumeration::{
    EndpointRole, InteropFunction, ObjectType, QueryFunction, ResultReason,
};
use claviger_wire_ttlv::{Version, tag};

use crate::requests::{ENCRYPTION, aes, attribute, attributes, create, create_with, made, value};
use crate::service::{Client, Service};

fn of_length(length: i32) -> RequestPayload {
    let mut attributes = aes();
    attributes[1] = attribute(tag::CRYPTOGRAPHIC_LENGTH, Value::Integer(length));
    RequestPayload::Create(CreateRequest {
        object_type: ObjectType::SymmetricKey,
        attributes: Attributes::from(attributes),
        protection_storage_masks: None,
    })
}

fn keys() -> Option<ObjectTypes> {
    Some(ObjectTypes { object_types: vec![ObjectType::SymmetricKey] })
}

#[tokio::test]
async fn constraints_bind_their_client_and_nobody_else() {
    let service = Service::new().await;
    let mut client = service.connect("bound", Version::V2_1);
    let mut other = service.connect("free", Version::V2_1);
    let length = attribute(tag::CRYPTOGRAPHIC_LENGTH, Value::Integer(256));
    let constraints = Constraints {
        constraints: vec![Constraint {
            object_types: keys(),
            object_groups: None,
            attributes: Some(Attributes::from(vec![length])),
        }],
    };
    let set = |constraints| RequestPayload::SetConstraints(ConstraintsPayload { constraints });
    client.done(set(constraints.clone())).await;
    let answer = client.done(RequestPayload::GetConstraints(EmptyPayload {})).await;
    let ResponsePayload::GetConstraints(got) = answer else { panic!("not Get Constraints") };
    assert_eq!(got.constraints, constraints);

    client.done(of_length(256)).await;
    assert_eq!(client.refused(of_length(128)).await, ResultReason::ConstraintViolation);
    other.done(of_length(128)).await;
    let mut older = service.connect("bound", Version::V1_4);
    assert_eq!(older.refused(of_length(128)).await, ResultReason::PermissionDenied);

    client.done(set(Constraints::default())).await;
    client.done(of_length(128)).await;
}

async fn defaults(client: &mut Client, groups: Option<&str>) -> Vec<ObjectDefaults> {
    let object_groups = groups.map(|group| ObjectGroups { object_groups: vec![group.to_owned()] });
    let query = QueryRequest {
        query_functions: vec![QueryFunction::QueryDefaultsInformation],
        object_groups,
    };
    match client.done(RequestPayload::Query(query)).await {
        ResponsePayload::Query(answer) => answer.defaults_information.unwrap().object_defaults,
        _ => panic!("not an answer to Query"),
    }
}

#[tokio::test]
async fn defaults_fill_in_what_a_request_leaves_out() {
    let service = Service::new().await;
    let mut client = service.connect("defaults", Version::V2_1);
    let mask = attribute(tag::CRYPTOGRAPHIC_USAGE_MASK, Value::Integer(ENCRYPTION));
    let set = |defaults: Vec<ObjectDefaults>| {
        RequestPayload::SetDefaults(SetDefaultsRequest {
            defaults_information: Some(DefaultsInformation { object_defaults: defaults }),
        })
    };
    let of_group = |group: &str| ObjectDefaults {
        object_type: None,
        object_types: keys(),
        attributes: Attributes::from(vec![mask.clone()]),
        object_groups: Some(ObjectGroups { object_groups: vec![group.to_owned()] }),
    };
    let for_all = ObjectDefaults {
        object_type: Some(ObjectType::SymmetricKey),
        object_types: None,
        attributes: Attributes::from(vec![mask.clone()]),
        object_groups: None,
    };
    client.done(set(vec![for_all, of_group("tapes")])).await;
    let without: Vec<_> = aes().into_iter().take(2).collect();
    let create = RequestPayload::Create(CreateRequest {
        object_type: ObjectType::SymmetricKey,
        attributes: Attributes::from(without),
        protection_storage_masks: None,
    });
    let id = made(&client.done(create).await);
    let got = client.done(attributes(Some(id), &[tag::CRYPTOGRAPHIC_USAGE_MASK])).await;
    assert_eq!(value(&got, tag::CRYPTOGRAPHIC_USAGE_MASK), Some(Value::Integer(ENCRYPTION)));

    assert_eq!(defaults(&mut client, None).await.len(), 2);
    assert_eq!(defaults(&mut client, Some("tapes")).await.len(), 2);
    for given in defaults(&mut client, None).await {
        let one = (given.object_type, given.object_types);
        assert_eq!(one, (Some(ObjectType::SymmetricKey), None), "one type is no list");
    }
    let mut older = service.connect("defaults", Version::V2_0);
    assert_eq!(defaults(&mut older, None).await.len(), 1, "2.0 has no groups of defaults");
    let of_disks = RequestPayload::Query(QueryRequest {
        query_functions: vec![QueryFunction::QueryDefaultsInformation],
        object_groups: Some(ObjectGroups { object_groups: vec!["disks".to_owned()] }),
    });
    assert_eq!(client.refused(of_disks).await, ResultReason::UnknownObjectGroup);
    let group = attribute(tag::OBJECT_GROUP, Value::Text("disks".to_owned()));
    client.done(create_with(vec![group])).await;
    assert_eq!(defaults(&mut client, Some("disks")).await.len(), 1);
    assert!(defaults(&mut service.connect("other", Version::V2_1), None).await.is_empty());

    let both = vec![ObjectType::SymmetricKey, ObjectType::SecretData];
    let of_both = ObjectDefaults {
        object_type: None,
        object_types: Some(ObjectTypes { object_types: both.clone() }),
        attributes: Attributes::from(vec![mask.clone()]),
        object_groups: None,
    };
    client.done(set(vec![of_both.clone()])).await;
    assert_eq!(defaults(&mut client, None).await, [of_both]);
    let told = defaults(&mut older, None).await;
    assert!(told.iter().all(|one| one.object_types.is_none()), "2.0 has no lists of types");
    let types: Vec<_> = told.into_iter().filter_map(|one| one.object_type).collect();
    assert_eq!(types, both);

    let none = SetDefaultsRequest { defaults_information: None };
    client.done(RequestPayload::SetDefaults(none)).await;
    assert!(defaults(&mut client, None).await.is_empty());
}

#[tokio::test]
async fn pkcs_11_says_what_the_library_is() {
    let service = Service::new().await;
    let mut client = service.connect("pkcs11", Version::V2_1);
    let mut call = async |function| {
        let request = Pkcs11Request {
            pkcs11_interface: None,
            pkcs11_function: function,
            correlation_value: Some(vec![9]),
            input_parameters: Some(SecretBytes::copy_from(&[1, 2])),
        };
        match client.done(RequestPayload::PKCS_11(request)).await {
            ResponsePayload::PKCS_11(answer) => answer,
            _ => panic!("not an answer to PKCS#11"),
        }
    };
    for number in [1, 2] {
        let answer = call(Pkcs11Function::Defined(number)).await;
        assert_eq!(answer.return_code, Pkcs11ReturnCode(0));
        assert_eq!(answer.correlation_value, Some(vec![9]));
        assert!(answer.output_parameters.is_none());
    }
    let answer = call(Pkcs11Function::Defined(3)).await;
    let information = answer.output_parameters.unwrap();
    let information = information.expose("a test looks at what is public").to_vec();
    assert_eq!(information.len(), 76);
    assert_eq!(&information[2..10], b"Claviger");
    for other in [44, 92] {
        let answer = call(Pkcs11Function::Defined(other)).await;
        assert_eq!(answer.return_code, Pkcs11ReturnCode(0x54));
    }
}

#[tokio::test]
async fn operations_on_the_session_are_answered() {
    let service = Service::new().await;
    let mut client = service.connect("session", Version::V2_1);
    client.done(RequestPayload::Ping(EmptyPayload {})).await;
    client.done(RequestPayload::Log(LogRequest { log_message: "a\nb\u{1b}[2J".to_owned() })).await;
    for function in InteropFunction::ALL {
        let interop = InteropRequest {
            interop_function: *function,
            interop_identifier: Some("TC-1".to_owned()),
        };
        client.done(RequestPayload::Interop(interop)).await;
    }
    let role =
        |endpoint_role| RequestPayload::SetEndpointRole(SetEndpointRolePayload { endpoint_role });
    client.done(role(EndpointRole::Server)).await;
    let refused = client.refused(role(EndpointRole::Client)).await;
    assert_eq!(refused, ResultReason::FeatureNotSupported);
    client.done(create()).await;
}
