//! What the server says about itself, and that it is true.

use claviger_door_kmip::{Declaration, KmipOptions};
use claviger_wire_kmip::payload::{DiscoverVersionsPayload, QueryRequest, QueryResponse};
use claviger_wire_kmip::{
    ProtocolVersion, RequestHeader, RequestPayload, ResponseMessage, ResponsePayload,
};
use claviger_wire_ttlv::enumeration::{
    ObjectType, Operation, ProfileName, QueryFunction, ResultReason,
};
use claviger_wire_ttlv::{Version, Writer, tag};
use tokio::io::AsyncWriteExt;

use crate::requests::query;
use crate::service::{Client, Service, parse};

async fn ask(client: &mut Client, functions: &[QueryFunction]) -> QueryResponse {
    match client.done(query(functions)).await {
        ResponsePayload::Query(answer) => answer,
        _ => panic!("not an answer to Query"),
    }
}

#[tokio::test]
async fn every_version_is_told_what_it_has_and_no_more() {
    let service = Service::new().await;
    for version in Version::ALL {
        let mut client = service.connect("query", version);
        let functions = [QueryFunction::QueryOperations, QueryFunction::QueryObjects];
        let answer = ask(&mut client, &functions).await;
        for operation in &answer.operations {
            assert!(operation.since() <= version, "{version} {operation:?}");
            assert_ne!(*operation, Operation::ReProvision, "it isn't served");
        }
        for kind in &answer.object_types {
            assert!(kind.since() <= version, "{version} {kind:?}");
        }
        let has_templates = answer.object_types.contains(&ObjectType::Template);
        assert_eq!(has_templates, version.major == 1, "{version}");
        let expected = [Operation::Create, Operation::Poll, Operation::Notify, Operation::Put];
        assert!(expected.iter().all(|one| answer.operations.contains(one)), "{version}");
        assert_eq!(answer.operations.contains(&Operation::Encrypt), version >= Version::V1_2);
        assert_eq!(answer.operations.contains(&Operation::Ping), version >= Version::V2_1);
    }
}

/// A message with a payload that says nothing.
fn empty(version: Version, operation: u32) -> Vec<u8> {
    let mut writer = Writer::new();
    let message = writer.open(tag::REQUEST_MESSAGE);
    let header = writer.open(tag::REQUEST_HEADER);
    let own = writer.open(tag::PROTOCOL_VERSION);
    writer.integer(tag::PROTOCOL_VERSION_MAJOR, version.major.into());
    writer.integer(tag::PROTOCOL_VERSION_MINOR, version.minor.into());
    writer.close(own);
    writer.integer(tag::BATCH_COUNT, 1);
    writer.close(header);
    let item = writer.open(tag::BATCH_ITEM);
    writer.enumeration(tag::OPERATION, operation);
    let payload = writer.open(tag::REQUEST_PAYLOAD);
    writer.close(payload);
    writer.close(item);
    writer.close(message);
    writer.into_buffer().to_vec()
}

async fn reason_of_empty(
    client: &mut Client,
    version: Version,
    operation: u32,
) -> Option<ResultReason> {
    client.stream.write_all(&empty(version, operation)).await.unwrap();
    let answer = client.frame().await.unwrap();
    ResponseMessage::decode(parse(&answer)).unwrap().batch.remove(0).result_reason
}

#[tokio::test]
async fn what_is_listed_is_served_and_what_is_not_is_refused() {
    let service = Service::new().await;
    let unsupported = Some(ResultReason::OperationNotSupported);
    for version in Version::ALL {
        let mut client = service.connect("query", version);
        let listed = ask(&mut client, &[QueryFunction::QueryOperations]).await.operations;
        for &operation in Operation::ALL {
            let reason = reason_of_empty(&mut client, version, operation.code()).await;
            // Notify and Put are listed as what the server sends; Discover Versions is served to those who come too early.
            if matches!(operation, Operation::Notify | Operation::Put) {
                assert_ne!(reason, None);
            } else if listed.contains(&operation) || operation == Operation::DiscoverVersions {
                assert_ne!(reason, unsupported, "{version} {operation:?}");
            } else {
                assert_eq!(reason, unsupported, "{version} {operation:?}");
            }
        }
        for unknown in [0, 0x7f, 0x8000_0001, u32::MAX] {
            assert_eq!(reason_of_empty(&mut client, version, unknown).await, unsupported);
        }
    }
}

#[tokio::test]
async fn every_function_is_answered() {
    let service = Service::new().await;
    for version in Version::ALL {
        let mut client = service.connect("query", version);
        for &function in QueryFunction::ALL {
            ask(&mut client, &[function]).await;
        }
        ask(&mut client, QueryFunction::ALL).await;
        ask(&mut client, &[QueryFunction::Other(0x8000_0001)]).await;
    }
    let mut client = service.connect("query", Version::V2_1);
    let answer = ask(&mut client, QueryFunction::ALL).await;
    assert_eq!(answer.vendor_identification.as_deref(), Some("Claviger"));
    assert_eq!(answer.rng_parameters.len(), 1);
    assert_eq!(answer.capability_information[0].batch_undo_capability, Some(true));
    assert!(answer.defaults_information.unwrap().object_defaults.is_empty());
    assert!(!answer.profile_information.is_empty());
}

#[tokio::test]
async fn profiles_have_the_names_of_the_version() {
    let service = Service::new().await;
    for version in Version::ALL.into_iter().filter(|version| *version >= Version::V1_3) {
        let mut client = service.connect("query", version);
        let answer = ask(&mut client, &[QueryFunction::QueryProfiles]).await;
        let mut names = answer.profile_information.iter().map(|profile| profile.profile_name);
        let (baseline, own) = if version.major >= 2 {
            (ProfileName::BaselineServer, 0x104..=0x12c)
        } else {
            (ProfileName::BaselineServerBasicKMIPV1_2, 1..=0x103)
        };
        let is_told =
            |wanted| answer.profile_information.iter().any(|one| one.profile_name == wanted);
        assert!(is_told(baseline), "{version}");
        // Of 1.2 the server does everything, of 2.x not quite.
        let complete = is_told(ProfileName::CompleteServerBasicKMIPV1_2);
        assert_eq!(complete, version.major < 2, "{version}");
        assert!(!is_told(ProfileName::CompleteServer), "{version}");
        assert!(names.all(|name| own.contains(&name.code())), "{version}");
    }
}

#[tokio::test]
async fn a_declaration_replaces_what_the_server_says_of_itself() {
    let declaration = serde_json::json!({
        "vendor_identification": "ACME",
        "rng": [{"algorithm": "ANSIX9_31", "cryptographic_algorithm": "AES", "cryptographic_length": 256}],
        "profile": [],
        "extension": [{"name": "ACME LOCATION", "tag": 5_548_545, "type": 7}],
        "application_namespaces": ["a", "b"],
    });
    let declaration: Declaration = serde_json::from_value(declaration).unwrap();
    let service = Service::with(KmipOptions { declaration, ..KmipOptions::default() }).await;
    let mut client = service.connect("query", Version::V1_4);
    let answer = ask(&mut client, &[QueryFunction::QueryServerInformation]).await;
    assert_eq!(answer.vendor_identification.as_deref(), Some("ACME"));
    let answer = ask(&mut client, &[QueryFunction::QueryRNGs, QueryFunction::QueryProfiles]).await;
    assert_eq!(answer.rng_parameters[0].cryptographic_length, Some(256));
    assert!(answer.profile_information.is_empty());
    let answer = ask(&mut client, &[QueryFunction::QueryExtensionList]).await;
    assert_eq!(answer.extension_information[0].extension_tag, None);
    let answer = ask(&mut client, &[QueryFunction::QueryExtensionMap]).await;
    assert_eq!(answer.extension_information[0].extension_tag, Some(5_548_545));
    let mut both = [QueryFunction::QueryExtensionMap, QueryFunction::QueryExtensionList];
    for _ in 0..2 {
        both.reverse();
        let answer = ask(&mut client, &both).await;
        assert_eq!(answer.extension_information.len(), 1, "the map alone, in either order");
        assert_eq!(answer.extension_information[0].extension_tag, Some(5_548_545));
    }
    let answer = ask(&mut client, &[QueryFunction::QueryApplicationNamespaces]).await;
    assert_eq!(answer.application_namespaces, ["a", "b"]);

    for wrong in [
        serde_json::json!({"rng": [{"algorithm": "Dice"}]}),
        serde_json::json!({"profil": []}),
        serde_json::json!({"capability": {"streaming": "yes"}}),
    ] {
        assert!(serde_json::from_value::<Declaration>(wrong).is_err());
    }
}

#[tokio::test]
async fn versions_are_discovered_in_all_of_them() {
    let service = Service::new().await;
    let newest_first: Vec<_> = Version::ALL.into_iter().rev().map(ProtocolVersion::from).collect();
    for version in Version::ALL {
        let mut client = service.connect("query", version);
        let mut ask = async |versions: &[ProtocolVersion]| {
            let request = DiscoverVersionsPayload { protocol_versions: versions.to_vec() };
            match client.done(RequestPayload::DiscoverVersions(request)).await {
                ResponsePayload::DiscoverVersions(answer) => answer.protocol_versions,
                _ => panic!("not an answer to Discover Versions"),
            }
        };
        assert_eq!(ask(&[]).await, newest_first);
        let (old, new) =
            (ProtocolVersion::from(Version::V1_2), ProtocolVersion::from(Version::V2_0));
        let strange = ProtocolVersion { major: 9, minor: -1 };
        assert_eq!(ask(&[old, strange, new]).await, [old, new]);
        assert_eq!(ask(&[strange]).await, []);
    }
}

#[tokio::test]
async fn a_response_is_no_longer_than_the_client_takes() {
    let service = Service::new().await;
    for version in [Version::V1_0, Version::V1_4, Version::V2_1] {
        let mut client = service.connect("query", version);
        let mut ask = async |maximum| {
            let functions = vec![QueryFunction::QueryOperations, QueryFunction::QueryObjects];
            let payload = RequestPayload::Query(QueryRequest {
                query_functions: functions,
                object_groups: None,
            });
            let mut header = RequestHeader::new(version);
            header.maximum_response_size = Some(maximum);
            let item = claviger_wire_kmip::RequestItem {
                unique_batch_item_id: Some(vec![7]),
                ..claviger_wire_kmip::RequestItem::new(payload)
            };
            client.send(header, vec![item]).await.batch.remove(0)
        };
        let item = ask(256).await;
        assert_eq!(item.result_reason, Some(ResultReason::ResponseTooLarge));
        assert_eq!(item.operation, Some(Operation::Query));
        assert_eq!(item.unique_batch_item_id, Some(vec![7]));
        assert!(item.payload.is_none());
        assert_eq!(ask(2048).await.result_reason, None);
        for limit in [0, 1, -1, i32::MIN] {
            // A negative size is none; a response that says that it is too large is sent, whatever it takes.
            let expected = (limit >= 0).then_some(ResultReason::ResponseTooLarge);
            assert_eq!(ask(limit).await.result_reason, expected);
        }
    }
}

#[tokio::test]
async fn what_was_done_is_not_lost_when_its_response_is_too_large() {
    let service = Service::new().await;
    let mut client = service.connect("query", Version::V2_1);
    let mut header = RequestHeader::new(Version::V2_1);
    header.maximum_response_size = Some(8);
    let item = claviger_wire_kmip::RequestItem::new(crate::requests::create());
    let answer = client.send(header, vec![item]).await;
    assert_eq!(answer.batch[0].result_reason, Some(ResultReason::ResponseTooLarge));
    let message = answer.batch[0].result_message.as_deref().unwrap();
    assert!(message.starts_with("the operation was done"), "{message}");
    let located = client.done(crate::requests::locate(Vec::new())).await;
    let ResponsePayload::Locate(found) = located else { panic!() };
    assert_eq!(found.unique_identifiers.len(), 1);
}
