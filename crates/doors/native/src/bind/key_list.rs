//! Lists of keys and of versions.

use claviger_core::Error;
use claviger_core::operations::{ListKeys, ListVersions};
use claviger_model::{KeyName, Tag};
use claviger_wire_native::{
    KeyListReply, KeySummary, List, ListKeysQuery, State, VersionListReply,
};

use super::key::{date, tags, version_reply};
use crate::errors::Refusal;
use crate::exchange::{Exchange, Reply};
use crate::names;
use crate::query::Query;

/// Lists keys.
pub(crate) async fn keys(exchange: Exchange) -> Result<Reply, Refusal> {
    let mut query = exchange.query()?;
    let cursor = query.take("cursor")?;
    let operation = ListKeys {
        after: cursor.as_deref().map(KeyName::new).transpose().map_err(Error::from)?,
        name_prefix: query.take("prefix")?,
        tags: wanted_tags(&mut query)?,
        attribute: wanted_attribute(&mut query)?,
        state: query.take_parsed::<State>("state")?.map(names::state),
        owner: query.take("owner")?,
        limit: limit(&mut query)?,
    };
    query.finish()?;
    let page = exchange.kms().call(&exchange.caller, operation).await?;
    Reply::message(&KeyListReply {
        keys: page.keys.into_iter().map(summary).collect(),
        next_cursor: page.next.map(|name| name.as_str().to_owned()),
    })
}

/// Lists the versions of a key.
pub(crate) async fn versions(exchange: Exchange) -> Result<Reply, Refusal> {
    let mut query = exchange.query()?;
    let after = query.take_parsed("cursor")?.unwrap_or(0);
    let limit = limit(&mut query)?;
    query.finish()?;
    let operation = ListVersions { name: exchange.key()?, after, limit };
    let page = exchange.kms().call(&exchange.caller, operation).await?;
    Reply::message(&VersionListReply {
        versions: page.versions.iter().map(|object| version_reply(object, object.state)).collect(),
        next_cursor: page.next,
    })
}

fn limit(query: &mut Query) -> Result<u32, Refusal> {
    let limit = query.take_parsed("limit")?.unwrap_or(ListKeysQuery::DEFAULT_LIMIT);
    if (1..=ListKeysQuery::LIMIT).contains(&limit) {
        return Ok(limit);
    }
    Err(Refusal::invalid("the limit is not between 1 and 1000", "ask for 1 to 1000, page by page"))
}

fn wanted_tags(query: &mut Query) -> Result<Vec<Tag>, Refusal> {
    let wanted = query.take_all("tag");
    if wanted.len() > 64 {
        return Err(Refusal::invalid("the query has more than 64 tags", "ask for fewer tags"));
    }
    Ok(tags(List(wanted))?.into_iter().collect())
}

fn wanted_attribute(query: &mut Query) -> Result<Option<(String, String)>, Refusal> {
    let Some(attribute) = query.take("attribute")? else { return Ok(None) };
    let (name, value) = attribute.split_once(':').ok_or_else(|| {
        Refusal::invalid("the attribute in the query has no colon", "write it as name:value")
    })?;
    Ok(Some((name.to_owned(), value.to_owned())))
}

fn summary(summary: claviger_core::operations::KeySummary) -> KeySummary {
    let claviger_core::operations::KeySummary { keyset, state } = summary;
    KeySummary {
        name: keyset.name.as_str().to_owned(),
        id: keyset.id.to_string(),
        owner: keyset.owner,
        key_spec: names::key_spec_name(keyset.spec),
        algorithm: names::algorithm_name(keyset.algorithm),
        state: names::state_name(state),
        latest_version: keyset.latest,
        created: date(keyset.created),
        deletion_date: keyset.deletion.map(date),
        tags: keyset.tags.iter().map(|tag| tag.as_str().to_owned()).collect(),
    }
}
