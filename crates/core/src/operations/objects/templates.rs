//! Templates: attributes that KMIP 1.x clients keep under a name and refer to when they make objects (KMIP 1.4 §2.1.8, §2.2.6).

use claviger_model::{AttributeKey, AttributeKind, ObjectType, State, Value};
use claviger_ports::{ObjectOrder, ObjectQuery};

use super::content::{Given, hidden};
use super::fields;
use super::given::name_value;
use super::lifecycle::refuse_archived;
use crate::kms::Shared;
use crate::{Caller, Error, ErrorKind};

/// How many templates are looked at in one turn.
const PAGE: u32 = 500;

/// The attributes of a request with those of the templates that it names. What was given itself comes before what a template
/// says, and a later template before an earlier one (KMIP 1.4 §4.2); of what may have several values, all count.
pub(super) async fn merge(
    shared: &Shared,
    caller: &Caller,
    templates: &[Value],
    given: Given,
) -> Result<Given, Error> {
    if templates.is_empty() {
        return Ok(given);
    }
    let mut layers = Vec::with_capacity(templates.len());
    for name in templates {
        layers.push(find(shared, caller, name_value(name)?).await?);
    }
    Ok(layers.into_iter().rev().fold(given, beneath))
}

/// `upper` with what `lower` adds to it.
pub(super) fn beneath(mut upper: Given, lower: Given) -> Given {
    let taken: Vec<AttributeKey> = upper.iter().map(|(key, _)| key.clone()).collect();
    upper.extend(lower.into_iter().filter(|(key, _)| {
        let single = matches!(key, AttributeKey::Standard(kind) if !kind.rule().multiple);
        !(single && taken.contains(key))
    }));
    upper
}

/// The attributes of the template of this name, without its name.
async fn find(shared: &Shared, caller: &Caller, name: &str) -> Result<Given, Error> {
    let mut query = ObjectQuery {
        tenant: caller.tenant.clone(),
        after: None,
        state: None,
        object_type: Some(ObjectType::Template),
        owner: None,
        visible_to: Some(caller.principal.identity().to_owned()),
        order: ObjectOrder::Oldest,
        fingerprints: Vec::new(),
        limit: PAGE,
    };
    loop {
        let rows = shared.store.find_objects(&query).await?;
        let Some(last) = rows.last() else { return Err(unknown(name)) };
        query.after = Some((last.created, last.id));
        for row in rows {
            if row.state == State::Destroyed {
                continue;
            }
            let owner = row.owner.clone();
            let object = shared.keyring.open_object(&owner, row)?.object;
            let mut names = object.attributes.all(AttributeKind::Name);
            if names.any(|value| name_value(value).is_ok_and(|text| text == name)) {
                refuse_archived(&object)?;
                return content(&object.attributes);
            }
        }
    }
}

/// What a template holds for objects to come.
pub(crate) fn content(attributes: &claviger_model::Attributes) -> Result<Given, Error> {
    let key = hidden::key(hidden::TEMPLATE);
    let list = attributes.of(&key).next();
    let list = list.and_then(|attribute| read_list(&attribute.value));
    let mut given = list.ok_or_else(|| Error::inconsistent("a template"))?;
    given.retain(|(key, _)| *key != AttributeKey::Standard(AttributeKind::Name));
    Ok(given)
}

/// Attributes as one value, to keep them as they were given.
pub(crate) fn write_list(given: &Given) -> Value {
    let one = |(key, value): &(AttributeKey, Value)| {
        let mut content = match key {
            AttributeKey::Standard(kind) => {
                vec![(fields::ATTRIBUTE_NAME, Value::Enumeration(kind.field().0))]
            }
            AttributeKey::Vendor { vendor, name } => vec![
                (fields::VENDOR_IDENTIFICATION, Value::Text(vendor.clone())),
                (fields::ATTRIBUTE_NAME, Value::Text(name.clone())),
            ],
        };
        content.push((fields::ATTRIBUTE_VALUE, value.clone()));
        (fields::ATTRIBUTE, Value::Structure(content))
    };
    Value::Structure(given.iter().map(one).collect())
}

/// The inverse of [`write_list`].
pub(crate) fn read_list(list: &Value) -> Option<Given> {
    let Value::Structure(entries) = list else { return None };
    entries
        .iter()
        .map(|(_, entry)| {
            let name = entry.field(fields::ATTRIBUTE_NAME)?;
            let key = match entry.field(fields::VENDOR_IDENTIFICATION) {
                Some(vendor) => AttributeKey::Vendor {
                    vendor: vendor.as_text()?.to_owned(),
                    name: name.as_text()?.to_owned(),
                },
                None => {
                    let field = claviger_model::Field(name.as_enumeration()?);
                    AttributeKey::Standard(AttributeKind::from_field(field)?)
                }
            };
            Some((key, entry.field(fields::ATTRIBUTE_VALUE)?.clone()))
        })
        .collect()
}

fn unknown(name: &str) -> Error {
    Error::new(
        ErrorKind::NotFound,
        format!("there is no template named {name}"),
        "register the template first, or give its attributes one by one",
    )
}
