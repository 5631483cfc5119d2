//! Lists of keys and of versions, page by page.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{Algorithm, Date, KeySpec, State, VersionReply};

/// The query of `GET /api/v1/keys`: all conditions must hold.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListKeysQuery {
    /// At most this many keys, 1 to 1000; 100 if nothing is said.
    pub limit: Option<u32>,
    /// Where the last page ended: its `next_cursor`.
    pub cursor: Option<String>,
    /// Only keys whose name begins so.
    pub prefix: Option<String>,
    /// Only keys with all of these tags.
    pub tags: Vec<String>,
    /// Only keys with this custom attribute and value.
    pub attribute: Option<(String, String)>,
    /// Only keys whose latest version is in this state.
    pub state: Option<State>,
    /// Only keys with this owner.
    pub owner: Option<String>,
}

impl ListKeysQuery {
    /// The most keys of one page.
    pub const LIMIT: u32 = 1000;
    /// The keys of one page if nothing is said.
    pub const DEFAULT_LIMIT: u32 = 100;

    /// The query's parameters, unescaped. `tag` stands once for each tag; the attribute is `name:value`, so that a name with
    /// a colon can't be asked for.
    #[must_use]
    pub fn parameters(&self) -> Vec<(&'static str, String)> {
        let Self { limit, cursor, prefix, tags, attribute, state, owner } = self;
        let mut parameters = Vec::new();
        parameters.extend(limit.map(|limit| ("limit", limit.to_string())));
        parameters.extend(cursor.clone().map(|cursor| ("cursor", cursor)));
        parameters.extend(prefix.clone().map(|prefix| ("prefix", prefix)));
        parameters.extend(tags.iter().map(|tag| ("tag", tag.clone())));
        parameters.extend(
            attribute.as_ref().map(|(name, value)| ("attribute", format!("{name}:{value}"))),
        );
        parameters.extend(state.map(|state| ("state", state.name().to_owned())));
        parameters.extend(owner.clone().map(|owner| ("owner", owner)));
        parameters
    }
}

/// The query of `GET /api/v1/keys/{name}/versions`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ListVersionsQuery {
    /// At most this many versions, 1 to 1000; 100 if nothing is said.
    pub limit: Option<u32>,
    /// Only versions above this one: where the last page ended.
    pub cursor: Option<u32>,
}

/// One page of keys, in the order of their names' bytes.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct KeyListReply {
    /// The keys.
    pub keys: Vec<KeySummary>,
    /// Where the next page begins; absent on the last page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// A key in a list.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct KeySummary {
    /// Its name.
    pub name: String,
    /// Its identifier (UUID).
    pub id: String,
    /// The identity of its owner.
    pub owner: String,
    /// What its material is.
    pub key_spec: KeySpec,
    /// The algorithm that it serves.
    pub algorithm: Algorithm,
    /// The state of its latest version.
    pub state: State,
    /// The number of its latest version.
    pub latest_version: u32,
    /// When it was made.
    pub created: Date,
    /// When it will be destroyed, if its deletion was scheduled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deletion_date: Option<Date>,
    /// Its tags.
    pub tags: Vec<String>,
}

/// One page of versions, in order.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
pub struct VersionListReply {
    /// The versions.
    pub versions: Vec<VersionReply>,
    /// Where the next page begins; absent on the last page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<u32>,
}
