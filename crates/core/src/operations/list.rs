//! List keys.

use claviger_model::{KeyName, Keyset, State};
use claviger_ports::KeysetQuery;

use super::{Description, LIST, Operation};
use crate::Error;
use crate::pipeline::Authorized;

/// Lists the keys that the caller may see, in the order of their names' bytes.
#[derive(Clone, Debug, Default)]
pub struct ListKeys {
    /// Only those named after this one: where the last page ended.
    pub after: Option<KeyName>,
    /// Only those whose names begin so.
    pub name_prefix: Option<String>,
    /// Only those with all of these tags.
    pub tags: Vec<claviger_model::Tag>,
    /// Only those with this attribute and value.
    pub attribute: Option<(String, String)>,
    /// Only those whose latest version is in this state.
    pub state: Option<State>,
    /// Only those with this owner's identity.
    pub owner: Option<String>,
    /// At most this many; 100 if 0, never more than [`ListKeys::LIMIT`].
    pub limit: u32,
}

impl ListKeys {
    /// The longest page.
    pub const LIMIT: u32 = 1000;
}

/// A key in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeySummary {
    /// The keyset.
    pub keyset: Keyset,
    /// The state of its latest version, as stored: a date that came within the last second may not have acted yet.
    pub state: State,
}

/// A page of keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyPage {
    /// The keys.
    pub keys: Vec<KeySummary>,
    /// Where the next page begins: pass it as `after`. None on the last page.
    pub next: Option<KeyName>,
}

impl Operation for ListKeys {
    type Reply = KeyPage;

    const DESCRIPTION: &'static Description = LIST;

    async fn run(self, authorized: Authorized<'_, Self>) -> Result<KeyPage, Error> {
        let limit = if self.limit == 0 { 100 } else { self.limit.min(Self::LIMIT) };
        let caller = authorized.caller();
        let query = KeysetQuery {
            tenant: caller.tenant.clone(),
            after: self.after,
            name_prefix: self.name_prefix,
            tags: self.tags,
            attribute: self.attribute,
            state: self.state,
            owner: self.owner,
            visible_to: Some(caller.principal.identity().to_owned()),
            // One more tells whether there is another page.
            limit: limit + 1,
        };
        let mut rows = authorized.shared().store.find_keysets(&query).await?;
        let more = rows.len() > limit as usize;
        rows.truncate(limit as usize);
        let keyring = &authorized.shared().keyring;
        let keys = rows
            .into_iter()
            .map(|row| keyring.open_keyset(&caller.tenant, row))
            .map(|stored| {
                stored
                    .map(|stored| KeySummary { keyset: stored.keyset, state: stored.latest_state })
            })
            .collect::<Result<Vec<_>, _>>()?;
        let next = keys.last().filter(|_| more).map(|last| last.keyset.name.clone());
        Ok(KeyPage { keys, next })
    }
}
