//! The Python client of the Cosmian KMS, 4.22, and its dialect.

use std::path::PathBuf;

use serde_json::{Value, json};

use super::{printed, python, script};
use crate::client::Client;
use crate::service;
use crate::setting::claviger;

#[test]
fn it_walks_through_what_it_can_do() {
    let service = service();
    let output = python([script("cosmian_walk.py"), PathBuf::from(service.url())]);
    // Its exit code says nothing: it may crash when the interpreter ends.
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(text.ends_with("\ndone\n"), "{}\n{}", printed(&output), service.said());
}

#[tokio::test]
async fn what_the_command_line_rotates_still_opens_what_it_sealed() {
    let service = service();
    let client = Client::of(&service);
    let name = structure(
        "Name",
        &[text("NameValue", "shared"), enumeration("NameType", "UninterpretedTextString")],
    );
    let attributes = [
        enumeration("CryptographicAlgorithm", "AES"),
        json!({"tag": "CryptographicLength", "type": "Integer", "value": 256}),
        json!({"tag": "CryptographicUsageMask", "type": "Integer", "value": 12}),
        name.clone(),
    ];
    let object_type = enumeration("ObjectType", "SymmetricKey");
    let create = structure("Create", &[object_type, structure("Attributes", &attributes)]);
    let made = ask(&client, &create).await;
    let identifier = text("UniqueIdentifier", field(&made, "UniqueIdentifier"));
    let data = json!({"tag": "Data", "type": "ByteString", "value": "68656C6C6F"});
    let sealed = ask(&client, &structure("Encrypt", &[identifier.clone(), data])).await;

    claviger(&["key", "rotate", "shared", "--url", &service.url()]);
    let located = ask(&client, &structure("Locate", &[structure("Attributes", &[name])])).await;
    assert_ne!(field(&located, "UniqueIdentifier"), field(&made, "UniqueIdentifier"), "{located}");
    let mut fields = vec![identifier];
    fields.extend(sealed["value"].as_array().unwrap().iter().skip(1).cloned());
    let opened = ask(&client, &structure("Decrypt", &fields)).await;
    assert_eq!(field(&opened, "Data"), "68656C6C6F");
}

/// Sends a bare operation.
async fn ask(client: &Client, operation: &Value) -> Value {
    client.post("/kmip/2_1", operation).await.good()
}

fn structure(tag: &str, fields: &[Value]) -> Value {
    json!({"tag": tag, "type": "Structure", "value": fields})
}

fn text(tag: &str, value: &str) -> Value {
    json!({"tag": tag, "type": "TextString", "value": value})
}

fn enumeration(tag: &str, value: &str) -> Value {
    json!({"tag": tag, "type": "Enumeration", "value": value})
}

/// The text of a field of an answer, or of the first of a list's.
fn field<'a>(answer: &'a Value, tag: &str) -> &'a str {
    let fields = answer["value"].as_array().unwrap();
    let found = fields.iter().find(|field| field["tag"] == tag).unwrap_or(&Value::Null);
    let value = &found["value"];
    value.as_str().or_else(|| value[0]["value"].as_str()).unwrap_or_else(|| panic!("{answer}"))
}
