//! Bare operations in JSON, as clients of the Cosmian KMS 4.x send them: their recorded requests, word for word but for the
//! identifiers.

use http::StatusCode;
use serde_json::{Value, json};

use crate::http::{Answer, post};
use crate::service::Service;

const CREATE: &str = r#"{"tag": "Create", "type": "Structure", "value": [{"tag": "ObjectType", "type": "Enumeration", "value": "SymmetricKey"}, {"tag": "Attributes", "type": "Structure", "value": [{"tag": "CryptographicAlgorithm", "type": "Enumeration", "value": "AES"}, {"tag": "CryptographicLength", "type": "Integer", "value": 256}, {"tag": "CryptographicUsageMask", "type": "Integer", "value": 2108}, {"tag": "KeyFormatType", "type": "Enumeration", "value": "TransparentSymmetricKey"}, {"tag": "ObjectType", "type": "Enumeration", "value": "SymmetricKey"}, {"tag": "Sensitive", "type": "Boolean", "value": false}, {"tag": "VendorAttributes", "type": "Structure", "value": [{"tag": "VendorAttributes", "type": "Structure", "value": [{"tag": "VendorIdentification", "type": "TextString", "value": "cosmian"}, {"tag": "AttributeName", "type": "TextString", "value": "tag"}, {"tag": "AttributeValue", "type": "ByteString", "value": "5B5D"}]}]}]}]}"#;

/// The tags `t2` and `t1`, and a vendor attribute that is no tag.
const CREATE_TAGGED: &str = r#"{"tag": "Create", "type": "Structure", "value": [{"tag": "ObjectType", "type": "Enumeration", "value": "SymmetricKey"}, {"tag": "Attributes", "type": "Structure", "value": [{"tag": "CryptographicAlgorithm", "type": "Enumeration", "value": "AES"}, {"tag": "CryptographicLength", "type": "Integer", "value": 256}, {"tag": "CryptographicUsageMask", "type": "Integer", "value": 2108}, {"tag": "KeyFormatType", "type": "Enumeration", "value": "TransparentSymmetricKey"}, {"tag": "ObjectType", "type": "Enumeration", "value": "SymmetricKey"}, {"tag": "Sensitive", "type": "Boolean", "value": false}, {"tag": "VendorAttributes", "type": "Structure", "value": [{"tag": "VendorAttributes", "type": "Structure", "value": [{"tag": "VendorIdentification", "type": "TextString", "value": "cosmian"}, {"tag": "AttributeName", "type": "TextString", "value": "tag"}, {"tag": "AttributeValue", "type": "ByteString", "value": "5B227432222C227431225D"}]}, {"tag": "VendorAttributes", "type": "Structure", "value": [{"tag": "VendorIdentification", "type": "TextString", "value": "acme"}, {"tag": "AttributeName", "type": "TextString", "value": "shelf"}, {"tag": "AttributeValue", "type": "ByteString", "value": "6B656B2D31"}]}]}]}]}"#;

const GET: &str = r#"{"tag": "Get", "type": "Structure", "value": [{"tag": "UniqueIdentifier", "type": "TextString", "value": "uid-1"}, {"tag": "KeyWrapType", "type": "Enumeration", "value": "AsRegistered"}]}"#;
const ENCRYPT: &str = r#"{"tag": "Encrypt", "type": "Structure", "value": [{"tag": "UniqueIdentifier", "type": "TextString", "value": "uid-1"}, {"tag": "Data", "type": "ByteString", "value": "68656C6C6F"}]}"#;
const REVOKE: &str = r#"{"tag": "Revoke", "type": "Structure", "value": [{"tag": "UniqueIdentifier", "type": "TextString", "value": "uid-1"}, {"tag": "RevocationReason", "type": "TextString", "value": "test"}]}"#;
const DESTROY: &str = r#"{"tag": "Destroy", "type": "Structure", "value": [{"tag": "UniqueIdentifier", "type": "TextString", "value": "uid-1"}]}"#;

async fn send(service: &Service, request: &str) -> Answer {
    post(service, "/kmip/2_1", "application/json", request.to_owned()).await
}

async fn done(service: &Service, request: &str) -> Value {
    let answer = send(service, request).await;
    let text = String::from_utf8_lossy(&answer.body).into_owned();
    assert_eq!(answer.status, StatusCode::OK, "{request}: {text}");
    assert_eq!(answer.headers["content-type"], "application/json");
    serde_json::from_str(&text).unwrap()
}

async fn refused(service: &Service, request: &str) -> (u16, String) {
    let answer = send(service, request).await;
    assert!(answer.headers["content-type"].to_str().unwrap().starts_with("text/plain"));
    (answer.status.as_u16(), String::from_utf8(answer.body).unwrap())
}

/// The request about another object.
fn about(request: &str, identifier: &str) -> String {
    let mut request: Value = serde_json::from_str(request).unwrap();
    request["value"][0]["value"] = json!(identifier);
    request.to_string()
}

/// The first field with this tag.
fn field<'a>(answer: &'a Value, tag: &str) -> Option<&'a Value> {
    let fields = answer["value"].as_array()?;
    fields.iter().find(|field| field["tag"] == tag).map(|field| &field["value"])
}

fn identifier(answer: &Value) -> String {
    field(answer, "UniqueIdentifier").unwrap().as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_key_lives_as_its_client_expects() {
    let service = Service::new().await;
    let created = done(&service, CREATE).await;
    assert_eq!(created["tag"], "CreateResponse");
    assert_eq!(created["type"], "Structure");
    assert_eq!(field(&created, "ObjectType").unwrap(), "SymmetricKey");
    let id = identifier(&created);

    let got = done(&service, &about(GET, &id)).await;
    assert_eq!(got["tag"], "GetResponse");
    let block = &field(&got, "Object").unwrap()[0];
    assert_eq!(block["tag"], "KeyBlock");
    assert_eq!(field(block, "KeyFormatType").unwrap(), "TransparentSymmetricKey");
    assert_eq!(field(block, "CryptographicAlgorithm").unwrap(), "AES");
    assert_eq!(field(block, "CryptographicLength").unwrap(), 256);
    let key_value = block["value"].as_array().unwrap().iter().find(|one| one["tag"] == "KeyValue");
    // Clients stumble over attributes that are there and empty.
    assert!(field(key_value.unwrap(), "Attributes").is_none_or(|all| all != &json!([])));
    let key = &field(key_value.unwrap(), "KeyMaterial").unwrap()[0];
    assert_eq!((&key["tag"], &key["type"]), (&json!("Key"), &json!("ByteString")));
    assert_eq!(key["value"].as_str().unwrap().len(), 64);

    let encrypted = done(&service, &about(ENCRYPT, &id)).await;
    assert_eq!(encrypted["tag"], "EncryptResponse");
    assert_eq!(identifier(&encrypted), id);
    let nonce = field(&encrypted, "IvCounterNonce").expect("spelt as these clients read it");
    let decrypt = json!({"tag": "Decrypt", "type": "Structure", "value": [
        {"tag": "UniqueIdentifier", "type": "TextString", "value": id},
        {"tag": "Data", "type": "ByteString", "value": field(&encrypted, "Data").unwrap()},
        {"tag": "IvCounterNonce", "type": "ByteString", "value": nonce},
        {"tag": "AuthenticatedEncryptionTag", "type": "ByteString",
         "value": field(&encrypted, "AuthenticatedEncryptionTag").unwrap()}]});
    let decrypted = done(&service, &decrypt.to_string()).await;
    assert_eq!(decrypted["tag"], "DecryptResponse");
    assert_eq!(field(&decrypted, "Data").unwrap(), "68656C6C6F");

    let revoked = done(&service, &about(REVOKE, &id)).await;
    assert_eq!((&revoked["tag"], identifier(&revoked)), (&json!("RevokeResponse"), id.clone()));
    assert_eq!(refused(&service, &about(ENCRYPT, &id)).await.0, 422);
    let destroyed = done(&service, &about(DESTROY, &id)).await;
    assert_eq!((&destroyed["tag"], identifier(&destroyed)), (&json!("DestroyResponse"), id));
}

#[tokio::test]
async fn tags_in_the_place_of_an_identifier_mean_the_one_object_that_has_them() {
    let service = Service::new().await;
    let id = identifier(&done(&service, CREATE_TAGGED).await);
    done(&service, CREATE).await;
    for tags in [r#"["t1","t2"]"#, r#"["t1"]"#, r#"["t2"]"#] {
        assert_eq!(identifier(&done(&service, &about(GET, tags)).await), id, "{tags}");
        assert_eq!(identifier(&done(&service, &about(ENCRYPT, tags)).await), id, "{tags}");
    }
    let (status, text) = refused(&service, &about(GET, r#"["t1","t3"]"#)).await;
    assert_eq!(status, 422);
    assert!(text.starts_with("Item_Not_Found: "), "{text}");
    done(&service, CREATE_TAGGED).await;
    let (status, text) = refused(&service, &about(REVOKE, r#"["t1"]"#)).await;
    assert_eq!(status, 422);
    assert!(text.starts_with("Invalid_Field: "), "{text}");
    let many = serde_json::to_string(&vec!["t"; 65]).unwrap();
    assert_eq!(refused(&service, &about(GET, &many)).await.0, 422);
}

#[tokio::test]
async fn attributes_hold_the_tags_as_one_array_and_other_vendors_as_they_are() {
    let service = Service::new().await;
    let id = identifier(&done(&service, CREATE_TAGGED).await);
    let request = json!({"tag": "GetAttributes", "type": "Structure", "value": [
        {"tag": "UniqueIdentifier", "type": "TextString", "value": id}]});
    let answer = done(&service, &request.to_string()).await;
    assert_eq!(answer["tag"], "GetAttributesResponse");
    let attributes =
        answer["value"].as_array().unwrap().iter().find(|one| one["tag"] == "Attributes");
    let vendors = field(attributes.unwrap(), "VendorAttributes").unwrap().as_array().unwrap();
    let of = |name: &str| {
        let found = vendors.iter().find(|one| field(one, "AttributeName").unwrap() == name);
        field(found.unwrap(), "AttributeValue").unwrap().as_str().unwrap().to_owned()
    };
    let tags = of("tag");
    let bytes: Vec<u8> = (0..tags.len() / 2)
        .map(|at| u8::from_str_radix(&tags[2 * at..2 * at + 2], 16).unwrap())
        .collect();
    let mut tags: Vec<String> = serde_json::from_slice(&bytes).unwrap();
    tags.sort();
    assert_eq!(tags, ["t1", "t2"]);
    assert_eq!(of("shelf"), "6B656B2D31");
}

#[tokio::test]
async fn located_identifiers_stand_in_a_list() {
    let service = Service::new().await;
    let mut expected = Vec::new();
    for _ in 0..3 {
        expected.push(identifier(&done(&service, CREATE).await));
    }
    let request = json!({"tag": "Locate", "type": "Structure", "value": [
        {"tag": "Attributes", "type": "Structure", "value": [
            {"tag": "CryptographicAlgorithm", "type": "Enumeration", "value": "AES"}]}]});
    let answer = done(&service, &request.to_string()).await;
    assert_eq!(answer["tag"], "LocateResponse");
    assert_eq!(field(&answer, "LocatedItems").unwrap(), 3);
    let list = field(&answer, "UniqueIdentifier").unwrap().as_array().unwrap();
    assert!(list.iter().all(|one| one["tag"] == "UniqueIdentifier" && one["type"] == "TextString"));
    let mut found: Vec<_> = list.iter().map(|one| one["value"].as_str().unwrap()).collect();
    found.sort_unstable();
    expected.sort_unstable();
    assert_eq!(found, expected);
}

#[tokio::test]
async fn an_imported_key_keeps_its_name_and_comes_back() {
    let service = Service::new().await;
    let material = "00112233445566778899AABBCCDDEEFF00112233445566778899AABBCCDDEEFF";
    let import = |name: &str, replace: bool| {
        json!({"tag": "Import", "type": "Structure", "value": [
        {"tag": "UniqueIdentifier", "type": "TextString", "value": name},
        {"tag": "ObjectType", "type": "Enumeration", "value": "SymmetricKey"},
        {"tag": "ReplaceExisting", "type": "Boolean", "value": replace},
        {"tag": "Attributes", "type": "Structure", "value": [
            {"tag": "CryptographicAlgorithm", "type": "Enumeration", "value": "AES"},
            {"tag": "CryptographicUsageMask", "type": "Integer", "value": 12},
            {"tag": "ObjectType", "type": "Enumeration", "value": "SymmetricKey"}]},
        {"tag": "Object", "type": "Structure", "value": [
            {"tag": "KeyBlock", "type": "Structure", "value": [
                {"tag": "KeyFormatType", "type": "Enumeration", "value": "Raw"},
                {"tag": "KeyValue", "type": "Structure", "value": [
                    {"tag": "KeyMaterial", "type": "Structure", "value": [
                        {"tag": "ByteString", "type": "ByteString", "value": material}]}]},
                {"tag": "CryptographicAlgorithm", "type": "Enumeration", "value": "AES"},
                {"tag": "CryptographicLength", "type": "Integer", "value": 256}]}]}]})
        .to_string()
    };
    let answer = done(&service, &import("my_key", false)).await;
    assert_eq!((&answer["tag"], identifier(&answer)), (&json!("ImportResponse"), "my_key".into()));
    let got = done(&service, &about(GET, "my_key")).await;
    let text = got.to_string();
    assert!(text.contains(material), "{text}");
    assert_eq!(refused(&service, &import("my_key", false)).await.0, 422);
    done(&service, &import("my_key", true)).await;
    // It is active at once.
    done(&service, &about(ENCRYPT, "my_key")).await;
}

#[tokio::test]
async fn failures_are_a_reason_and_a_sentence() {
    let service = Service::new().await;
    let begins = [
        (about(GET, "missing"), 422, "Object_Not_Found: "),
        ("{".to_owned(), 422, "Invalid_Message: "),
        (
            "{\"tag\":\"Conjure\",\"type\":\"Structure\",\"value\":[]}".to_owned(),
            422,
            "Invalid_Message: ",
        ),
        (
            "{\"tag\":\"Get\",\"type\":\"Structure\",\"value\":5}".to_owned(),
            422,
            "Invalid_Message: ",
        ),
        (
            "{\"tag\":\"Attributes\",\"type\":\"Structure\",\"value\":[]}".to_owned(),
            404,
            "Operation_Not_Supported: ",
        ),
        (
            "{\"tag\":\"Create\",\"type\":\"Structure\",\"value\":[]}".to_owned(),
            422,
            "Invalid_Message: ",
        ),
    ];
    for (request, status, start) in begins {
        let (found, text) = refused(&service, &request).await;
        assert_eq!(found, status, "{request}: {text}");
        assert!(text.starts_with(start), "{request}: {text}");
    }
    let id = identifier(&done(&service, CREATE).await);
    let wrong = json!({"tag": "Decrypt", "type": "Structure", "value": [
        {"tag": "UniqueIdentifier", "type": "TextString", "value": id},
        {"tag": "Data", "type": "ByteString", "value": "3D3039393A"},
        {"tag": "IvCounterNonce", "type": "ByteString", "value": "000102030405060708090A0B"},
        {"tag": "AuthenticatedEncryptionTag", "type": "ByteString", "value": "0F0F0F0F0F0F0F0F0F0F0F0F0F0F0F0F"}]});
    let (status, text) = refused(&service, &wrong.to_string()).await;
    assert_eq!(status, 422);
    assert!(text.starts_with("Cryptographic_Failure: "), "{text}");
}

#[tokio::test]
async fn oaep_has_one_hash_where_one_is_named() {
    let service = Service::new().await;
    let enumeration =
        |tag: &str, name: &str| json!({"tag": tag, "type": "Enumeration", "value": name});
    let structure =
        |tag: &str, fields: Value| json!({"tag": tag, "type": "Structure", "value": fields});
    let mask = |tag: &str, mask: u32| {
        structure(tag, json!([{"tag": "CryptographicUsageMask", "type": "Integer", "value": mask}]))
    };
    let common = json!([
        enumeration("CryptographicAlgorithm", "RSA"),
        {"tag": "CryptographicLength", "type": "Integer", "value": 2048},
    ]);
    let pair = structure(
        "CreateKeyPair",
        json!([
            structure("CommonAttributes", common),
            mask("PrivateKeyAttributes", 8),
            mask("PublicKeyAttributes", 4),
        ]),
    );
    let pair = done(&service, &pair.to_string()).await;
    let oaep =
        json!([enumeration("PaddingMethod", "OAEP"), enumeration("HashingAlgorithm", "SHA_256")]);
    let ask = |operation: &str, key: &str, data: &Value| {
        let request = json!([
            {"tag": "UniqueIdentifier", "type": "TextString", "value": field(&pair, key).unwrap()},
            structure("CryptographicParameters", oaep.clone()),
            {"tag": "Data", "type": "ByteString", "value": data},
        ]);
        structure(operation, request).to_string()
    };
    let encrypt = ask("Encrypt", "PublicKeyUniqueIdentifier", &json!("68656C6C6F"));
    let encrypted = done(&service, &encrypt).await;
    let ciphertext = field(&encrypted, "Data").unwrap();
    let decrypt = ask("Decrypt", "PrivateKeyUniqueIdentifier", ciphertext);
    let decrypted = done(&service, &decrypt).await;
    assert_eq!(field(&decrypted, "Data").unwrap(), "68656C6C6F");
}
