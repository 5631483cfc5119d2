//! The OpenAPI document, made of the route table and the messages' own types.

use std::collections::BTreeMap;

use claviger_wire_native::{PROBLEM_MEDIA_TYPE, Problem};
use http::Method;
use utoipa::ToSchema;
use utoipa::openapi::path::{
    HttpMethod, Operation, OperationBuilder, ParameterBuilder, ParameterIn,
};
use utoipa::openapi::request_body::{RequestBody, RequestBodyBuilder};
use utoipa::openapi::schema::OneOfBuilder;
use utoipa::openapi::{
    Components, ComponentsBuilder, Content, InfoBuilder, LicenseBuilder, ObjectBuilder, OpenApi,
    OpenApiBuilder, PathItem, Paths, Ref, RefOr, Required, Response, ResponseBuilder, Schema, Type,
};

use crate::exchange::JSON;
use crate::path;
use crate::route::{Message, Route};
use crate::routes::ROUTES;

/// The document of the service of this version: exactly the routes of [`ROUTES`].
#[must_use]
pub fn document(version: &str) -> OpenApi {
    let mut paths = Paths::new();
    for route in ROUTES {
        let item = PathItem::new(http_method(&route.method), operation(route));
        match paths.paths.get_mut(route.path) {
            Some(known) => known.merge_operations(item),
            None => {
                paths.paths.insert(route.path.to_owned(), item);
            }
        }
    }
    let info = InfoBuilder::new()
        .title("Claviger")
        .description(Some("Keys, encryption and signatures: the native interface."))
        .version(version)
        .license(Some(LicenseBuilder::new().name("MIT OR Apache-2.0").build()));
    OpenApiBuilder::new().info(info).paths(paths).components(Some(components())).build()
}

fn components() -> Components {
    let mut schemas =
        vec![(Problem::name().into_owned(), <Problem as utoipa::PartialSchema>::schema())];
    for route in ROUTES {
        for message in route.request.iter().chain(route.replies) {
            (message.collect)(&mut schemas);
        }
    }
    let unique: BTreeMap<String, RefOr<Schema>> = schemas.into_iter().collect();
    unique
        .into_iter()
        .fold(ComponentsBuilder::new(), |all, (name, schema)| all.schema(name, schema))
        .build()
}

fn operation(route: &Route) -> Operation {
    let mut builder = OperationBuilder::new()
        .operation_id(Some(route.operation))
        .summary(Some(route.summary))
        .request_body(route.request.map(|message| request_body(message, route.body_optional)))
        .response(route.success.as_str(), success(route))
        .response("default", problem());
    for name in path_parameters(route.path) {
        let parameter = ParameterBuilder::new()
            .name(name)
            .parameter_in(ParameterIn::Path)
            .required(Required::True)
            .schema(Some(text()));
        builder = builder.parameter(parameter);
    }
    for &(name, description) in route.query {
        let parameter = ParameterBuilder::new()
            .name(name)
            .parameter_in(ParameterIn::Query)
            .required(Required::False)
            .description(Some(description))
            .schema(Some(text()));
        builder = builder.parameter(parameter);
    }
    builder.build()
}

/// The names in braces of a path.
fn path_parameters(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter_map(path::parameter)
}

fn request_body(message: Message, optional: bool) -> RequestBody {
    let required = if optional { Required::False } else { Required::True };
    RequestBodyBuilder::new()
        .content(JSON, Content::new(Some(reference(message))))
        .required(Some(required))
        .build()
}

fn success(route: &Route) -> Response {
    let builder = ResponseBuilder::new().description("Done.");
    let content = match route.replies {
        [] => return builder.build(),
        [one] => Content::new(Some(RefOr::from(reference(*one)))),
        several => {
            let any =
                several.iter().fold(OneOfBuilder::new(), |any, &one| any.item(reference(one)));
            Content::new(Some(RefOr::T(Schema::OneOf(any.build()))))
        }
    };
    builder.content(JSON, content).build()
}

fn problem() -> Response {
    let schema = Ref::from_schema_name(Problem::name());
    ResponseBuilder::new()
        .description("Refused or failed: a problem (RFC 9457) with a stable code.")
        .content(PROBLEM_MEDIA_TYPE, Content::new(Some(schema)))
        .build()
}

fn reference(message: Message) -> Ref {
    Ref::from_schema_name((message.name)())
}

fn text() -> Schema {
    Schema::Object(ObjectBuilder::new().schema_type(Type::String).build())
}

fn http_method(method: &Method) -> HttpMethod {
    match method.as_str() {
        "POST" => HttpMethod::Post,
        "PATCH" => HttpMethod::Patch,
        "DELETE" => HttpMethod::Delete,
        _ => HttpMethod::Get,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use super::document;
    use crate::routes::ROUTES;

    fn json() -> Value {
        serde_json::to_value(document("1.2.3")).unwrap()
    }

    #[test]
    fn the_document_lists_exactly_the_routes() {
        let mut listed = BTreeSet::new();
        for (path, item) in json()["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap() {
                let id = operation["operationId"].as_str().unwrap().to_owned();
                listed.insert((method.to_uppercase(), path.clone(), id));
            }
        }
        let routes: BTreeSet<_> = ROUTES
            .iter()
            .map(|route| {
                (route.method.to_string(), route.path.to_owned(), route.operation.to_owned())
            })
            .collect();
        assert_eq!(listed, routes);
    }

    #[test]
    fn every_reference_leads_somewhere() {
        fn references(value: &Value, found: &mut BTreeSet<String>) {
            match value {
                Value::Object(members) => {
                    found.extend(members.get("$ref").and_then(Value::as_str).map(str::to_owned));
                    members.values().for_each(|member| references(member, found));
                }
                Value::Array(items) => items.iter().for_each(|item| references(item, found)),
                _ => {}
            }
        }
        let document = json();
        let mut found = BTreeSet::new();
        references(&document, &mut found);
        assert!(found.len() > 40, "{found:?}");
        for reference in found {
            let pointer = reference.strip_prefix('#').unwrap();
            assert!(document.pointer(pointer).is_some(), "{reference}");
        }
    }

    #[test]
    fn bounds_and_enumerations_are_told() {
        let document = json();
        let items = &document["components"]["schemas"]["EncryptRequest"]["properties"]["items"];
        assert!(items.to_string().contains("1000"), "{items}");
        let algorithms = &document["components"]["schemas"]["Algorithm"]["enum"];
        assert!(algorithms.as_array().unwrap().iter().any(|name| name == "aes-gcm"));
        assert_eq!(
            document["components"]["schemas"]["EncryptRequest"]["additionalProperties"],
            false
        );
    }
}
