//! What a client wants of all objects that it makes: constraints and defaults (KMIP 2.1 §6.1.22, §6.1.52, §6.1.53).

use claviger_core::operations::objects::{
    CreationRule, GetConstraints, GetDefaults, LocateObjects, SetConstraints, SetDefaults,
};
use claviger_model::{AttributeKey, AttributeKind, ObjectType, Value};
use claviger_wire_kmip::payload::{ConstraintsPayload, EmptyPayload, SetDefaultsRequest};
use claviger_wire_kmip::{
    Attributes, Constraint, Constraints, MessageError, ObjectDefaults, ObjectGroups, ObjectTypes,
};
use claviger_wire_ttlv::Version;
use claviger_wire_ttlv::enumeration::ResultReason;

use super::{content, value};
use crate::batch::Batch;
use crate::errors::Outcome;

pub(crate) async fn set_constraints(
    batch: &Batch<'_>,
    request: ConstraintsPayload,
) -> Outcome<EmptyPayload> {
    let constraints = request
        .constraints
        .constraints
        .into_iter()
        .map(|constraint| {
            let Constraint { object_types, object_groups, attributes } = constraint;
            rule(batch, object_types, object_groups, attributes)
        })
        .collect::<Outcome<_>>()?;
    batch.call(SetConstraints { constraints }).await?;
    Ok(EmptyPayload {})
}

pub(crate) async fn get_constraints(
    batch: &Batch<'_>,
    _: EmptyPayload,
) -> Outcome<ConstraintsPayload> {
    let constraints = batch.call(GetConstraints).await?;
    let constraint = |rule: CreationRule| Constraint {
        object_types: types(&rule),
        object_groups: groups(&rule),
        attributes: Some(Attributes::from(value::entries(rule.attributes))),
    };
    let constraints = constraints.into_iter().map(constraint).collect();
    Ok(ConstraintsPayload { constraints: Constraints { constraints } })
}

pub(crate) async fn set_defaults(
    batch: &Batch<'_>,
    request: SetDefaultsRequest,
) -> Outcome<EmptyPayload> {
    let given = request.defaults_information.map(|information| information.object_defaults);
    let defaults = given
        .unwrap_or_default()
        .into_iter()
        .map(|defaults| {
            let ObjectDefaults { object_type, object_types, attributes, object_groups } = defaults;
            let mut types = object_types.unwrap_or_default();
            types.object_types.extend(object_type);
            rule(batch, Some(types), object_groups, Some(attributes))
        })
        .collect::<Outcome<_>>()?;
    batch.call(SetDefaults { defaults }).await?;
    Ok(EmptyPayload {})
}

/// The client's defaults, for Query: all of them, or those for objects of the groups that it asks about.
pub(crate) async fn defaults(
    batch: &Batch<'_>,
    groups_asked: Option<&ObjectGroups>,
) -> Outcome<Vec<ObjectDefaults>> {
    let mut defaults = batch.call(GetDefaults).await?;
    if let Some(asked) = groups_asked {
        for group in &asked.object_groups {
            if !defaults.iter().any(|rule| rule.object_groups.contains(group)) {
                check_group(batch, group).await?;
            }
        }
        defaults.retain(|rule| {
            rule.object_groups.is_empty()
                || rule.object_groups.iter().any(|group| asked.object_groups.contains(group))
        });
    }
    if batch.version < Version::V2_1 {
        // It has one type for each of them, and can't say that they are for a group alone.
        defaults.retain(|rule| rule.object_groups.is_empty());
        return Ok(defaults.into_iter().flat_map(defaults_by_type).collect());
    }
    let one = |rule: CreationRule| {
        let single = match rule.object_types.as_slice() {
            [one] => Some(content::object_type_to_wire(*one)),
            _ => None,
        };
        ObjectDefaults {
            object_type: single,
            object_types: if single.is_some() { None } else { types(&rule) },
            object_groups: groups(&rule),
            attributes: Attributes::from(value::entries(rule.attributes)),
        }
    };
    Ok(defaults.into_iter().map(one).collect())
}

/// Defaults for several types as defaults for one type each; those for all types as for each one.
fn defaults_by_type(rule: CreationRule) -> Vec<ObjectDefaults> {
    let object_types =
        if rule.object_types.is_empty() { ObjectType::ALL.to_vec() } else { rule.object_types };
    let attributes = Attributes::from(value::entries(rule.attributes));
    let of_type = |object_type| ObjectDefaults {
        object_type: Some(content::object_type_to_wire(object_type)),
        object_types: None,
        object_groups: None,
        attributes: attributes.clone(),
    };
    // Templates are of 1.x.
    object_types.into_iter().filter(|one| *one != ObjectType::Template).map(of_type).collect()
}

/// Checks that some object of the client's is of a group.
async fn check_group(batch: &Batch<'_>, group: &str) -> Outcome<()> {
    /// Storage Status Mask: on-line, archived and destroyed objects.
    const ALL: i32 = 7;
    let key = AttributeKey::Standard(AttributeKind::ObjectGroup);
    let search = LocateObjects {
        filters: vec![(key, Value::Text(group.to_owned()))],
        storage_status: Some(ALL),
        group_member: None,
        offset: None,
        maximum: Some(1),
        oldest_first: false,
    };
    if batch.call(search).await?.identifiers.is_empty() {
        return Err(MessageError::new(
            ResultReason::UnknownObjectGroup,
            "there are no objects and no defaults of this group; ask without it for those of all objects",
        ));
    }
    Ok(())
}

fn rule(
    batch: &Batch<'_>,
    object_types: Option<ObjectTypes>,
    object_groups: Option<ObjectGroups>,
    attributes: Option<Attributes>,
) -> Outcome<CreationRule> {
    let object_types = object_types.map(|types| types.object_types).unwrap_or_default();
    Ok(CreationRule {
        object_types: object_types
            .into_iter()
            .map(|object_type| content::object_type(batch, object_type))
            .collect::<Outcome<_>>()?,
        object_groups: object_groups.map(|groups| groups.object_groups).unwrap_or_default(),
        attributes: value::given(
            batch,
            attributes.map(|attributes| attributes.entries).unwrap_or_default(),
        )?,
    })
}

fn types(rule: &CreationRule) -> Option<ObjectTypes> {
    let object_types: Vec<_> =
        rule.object_types.iter().copied().map(content::object_type_to_wire).collect();
    (!object_types.is_empty()).then_some(ObjectTypes { object_types })
}

fn groups(rule: &CreationRule) -> Option<ObjectGroups> {
    let object_groups = rule.object_groups.clone();
    (!object_groups.is_empty()).then_some(ObjectGroups { object_groups })
}
