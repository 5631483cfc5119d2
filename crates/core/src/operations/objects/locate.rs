//! Find objects by their attributes.

use std::cmp::Reverse;

use claviger_model::{
    AttributeKind, KeyName, ObjectId, ObjectType, State, Timestamp, UniqueIdentifier, Value,
};
use claviger_ports::{Fingerprint, ObjectOrder, ObjectQuery, ObjectRow};

use super::content::{Given, identifier_of};
use super::fields;
use super::groups::Turn;
use super::lifecycle::is_archived;
use super::matching::Filters;
use super::view::{View, object_type_of};
use crate::keyring::LoadedVersion;
use crate::operations::{Description, OBJECT_LOCATE, Operation};
use crate::pipeline::Authorized;
use crate::{Error, ErrorKind};

/// How many rows are read at once.
const PAGE: u32 = 256;
/// How many objects a search opens. One that comes to more must be narrowed.
const OPENED_LIMIT: usize = 20_000;
/// How many rows of destroyed objects a search passes over.
const PASSED_LIMIT: usize = 200_000;

/// Storage Status Mask: objects that are neither archived nor destroyed.
const ON_LINE: i32 = 1;
/// Storage Status Mask: archived objects.
const ARCHIVED: i32 = 2;
/// Storage Status Mask: destroyed objects.
const DESTROYED: i32 = 4;
/// Object Group Member: those that nobody got yet.
const GROUP_MEMBER_FRESH: u32 = 1;
/// Object Group Member: the one whose turn it is.
const GROUP_MEMBER_DEFAULT: u32 = 2;

/// Finds the objects that the caller may see and that have all of these attributes (KMIP 2.1 §6.1.28).
///
/// They come in the order in which they were made: newest first, as KMIP 2.x says and clients of KMIP 1.x expect.
#[derive(Clone)]
pub struct LocateObjects {
    /// The attributes. A date that is given twice is a range; a structure may lack fields; a mask asks for its bits.
    pub filters: Given,
    /// Which objects are searched, as bits: 1 on-line, 2 archived, 4 destroyed. None: on-line ones.
    pub storage_status: Option<i32>,
    /// With an Object Group: 1 only objects that nobody got yet, 2 the next one in turn.
    pub group_member: Option<u32>,
    /// How many matches to pass over.
    pub offset: Option<u32>,
    /// At most this many.
    pub maximum: Option<u32>,
    /// Whether they come oldest first instead.
    pub oldest_first: bool,
}

impl LocateObjects {
    /// How many identifiers a reply has at most. Who wants the rest passes `offset`.
    pub const LIMIT: u32 = 10_000;
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Located {
    /// What clients call the objects, in order.
    pub identifiers: Vec<UniqueIdentifier>,
    /// How many there are in all, `offset` and `maximum` aside, if the request has an offset; else how many were looked for. A
    /// search that comes to its limits counts no further.
    pub total: u64,
}

impl Operation for LocateObjects {
    type Reply = Located;

    const DESCRIPTION: &'static Description = OBJECT_LOCATE;

    async fn run(self, authorized: Authorized<'_, Self>) -> Result<Located, Error> {
        let turn = match self.group_member {
            None | Some(GROUP_MEMBER_FRESH) => None,
            Some(GROUP_MEMBER_DEFAULT) => Some(Turn::new(&authorized, &self.filters)),
            Some(_) => {
                return Err(Error::new(
                    ErrorKind::InvalidInput,
                    "the object group member is neither fresh (1) nor default (2)",
                    "pass one of them, or leave it out",
                ));
            }
        };
        let mut search = Search::new(&authorized, self)?;
        match turn {
            Some(turn) => search.next_in_turn(&turn).await,
            None => search.run().await,
        }
    }
}

/// One object that was found, and its place in the order.
struct Match {
    place: (Timestamp, ObjectId),
    identifier: UniqueIdentifier,
}

struct Search<'a, 'b> {
    authorized: &'a Authorized<'b, LocateObjects>,
    filters: Filters,
    fingerprints: Vec<Fingerprint>,
    object_type: Option<ObjectType>,
    statuses: i32,
    fresh: bool,
    offset: usize,
    maximum: usize,
    counts: bool,
    order: ObjectOrder,
    /// An object that was found without the store's lists.
    known: Option<ObjectId>,
    opened: usize,
    passed: usize,
}

/// Why a search goes no further.
enum End {
    /// There is nothing more to look at.
    All,
    /// It has what it needs.
    Enough,
    /// It has come to its limits.
    Limit,
}

impl<'a, 'b> Search<'a, 'b> {
    fn new(
        authorized: &'a Authorized<'b, LocateObjects>,
        request: LocateObjects,
    ) -> Result<Self, Error> {
        let LocateObjects { filters, storage_status, group_member, offset, maximum, oldest_first } =
            request;
        let filters = Filters::new(filters);
        let shared = authorized.shared();
        let tenant = &authorized.caller().tenant;
        let fingerprints = shared.wanted_fingerprints(tenant, filters.values())?;
        let object_type = filters.value(AttributeKind::ObjectType).and_then(Value::as_enumeration);
        Ok(Self {
            authorized,
            fingerprints,
            object_type: object_type.and_then(object_type_of),
            filters,
            statuses: storage_status.unwrap_or(ON_LINE),
            fresh: group_member == Some(GROUP_MEMBER_FRESH),
            offset: offset.unwrap_or(0) as usize,
            maximum: maximum.unwrap_or(LocateObjects::LIMIT).min(LocateObjects::LIMIT) as usize,
            counts: offset.is_some(),
            order: if oldest_first { ObjectOrder::Oldest } else { ObjectOrder::Newest },
            known: None,
            opened: 0,
            passed: 0,
        })
    }

    async fn run(&mut self) -> Result<Located, Error> {
        if let Some(identifier) = self.filters.value(AttributeKind::UniqueIdentifier) {
            let found = self.by_identifier(identifier.clone()).await?;
            return Ok(self.reply(found.into_iter().collect()));
        }
        let mut found: Vec<Match> = self.by_key_name().await?.into_iter().collect();
        self.known = found.first().map(|one| one.place.1);
        let enough = match found.len() {
            0 if !self.counts => self.offset.saturating_add(self.maximum),
            _ => usize::MAX,
        };
        let end = self.pages(None, enough, &mut found).await?;
        let listed = self.offset.saturating_add(self.maximum) <= found.len();
        if matches!(end, End::Limit) && !listed {
            return Err(too_many());
        }
        match self.order {
            ObjectOrder::Oldest => found.sort_by_key(|one| one.place),
            ObjectOrder::Newest => found.sort_by_key(|one| Reverse(one.place)),
        }
        Ok(self.reply(found))
    }

    fn reply(&self, found: Vec<Match>) -> Located {
        let total = found.len() as u64;
        let listed = found.into_iter().skip(self.offset).take(self.maximum);
        Located { identifiers: listed.map(|one| one.identifier).collect(), total }
    }

    /// The member of a group whose turn it is: the one that was made after the last one that was given, and then the first.
    async fn next_in_turn(&mut self, turn: &Turn) -> Result<Located, Error> {
        self.order = ObjectOrder::Oldest;
        let groups = &self.authorized.shared().groups;
        let last = groups.last(turn);
        for after in [last, None] {
            let mut found = Vec::new();
            let end = self.pages(after, 1, &mut found).await?;
            if let Some(next) = found.pop() {
                groups.given(turn, next.place);
                let identifiers =
                    if self.maximum == 0 { Vec::new() } else { vec![next.identifier] };
                return Ok(Located { identifiers, total: 1 });
            }
            if matches!(end, End::Limit) {
                return Err(too_many());
            }
            if after.is_none() {
                break;
            }
        }
        Ok(Located { identifiers: Vec::new(), total: 0 })
    }

    /// Looks at the objects that the store finds behind `after`, until there are `enough`.
    async fn pages(
        &mut self,
        after: Option<(Timestamp, ObjectId)>,
        enough: usize,
        found: &mut Vec<Match>,
    ) -> Result<End, Error> {
        let caller = self.authorized.caller();
        let wanted = u32::try_from(enough).unwrap_or(PAGE);
        let mut query = ObjectQuery {
            tenant: caller.tenant.clone(),
            after,
            state: None,
            object_type: self.object_type,
            owner: None,
            visible_to: Some(caller.principal.identity().to_owned()),
            order: self.order,
            fingerprints: self.fingerprints.clone(),
            limit: wanted.clamp(8, PAGE),
        };
        loop {
            let rows = self.authorized.shared().store.find_objects(&query).await?;
            let whole = rows.len() == query.limit as usize;
            query.after = rows.last().map(|last| (last.created, last.id));
            query.limit = PAGE;
            for row in rows {
                if found.len() >= enough {
                    return Ok(End::Enough);
                }
                if self.is_exhausted() {
                    return Ok(End::Limit);
                }
                if self.known != Some(row.id)
                    && let Some(one) = self.look_at(row).await?
                {
                    found.push(one);
                }
            }
            if !whole {
                return Ok(End::All);
            }
            // Others get their turn between pages.
            tokio::task::yield_now().await;
        }
    }

    fn is_exhausted(&self) -> bool {
        self.opened >= OPENED_LIMIT || self.passed >= PASSED_LIMIT
    }

    /// Opens a row and looks whether it is what is asked for.
    async fn look_at(&mut self, row: ObjectRow) -> Result<Option<Match>, Error> {
        let gone = matches!(row.state, State::Destroyed | State::DestroyedCompromised);
        if gone && self.statuses & DESTROYED == 0 {
            self.passed += 1;
            return Ok(None);
        }
        self.opened += 1;
        let shared = self.authorized.shared();
        let tenant = &self.authorized.caller().tenant;
        let (place, owner) = ((row.created, row.id), row.owner.clone());
        let stored = shared.keyring.open_object(&owner, row)?;
        let Some(keyset) = shared.keyring.keyset_of(tenant, &stored).await? else {
            // It was changed or removed while it was looked at.
            return self.afresh(place.1).await;
        };
        if !self.may_see(&keyset) {
            return Ok(None);
        }
        let now = self.authorized.now();
        let view = View {
            shared,
            keyset: &keyset,
            object: &stored.object,
            material: &stored.material,
            now,
        };
        Ok(self.matches(&view)?.then(|| Match { place, identifier: identifier_of(&stored.object) }))
    }

    /// Looks at an object that was changed meanwhile.
    async fn afresh(&self, id: ObjectId) -> Result<Option<Match>, Error> {
        let tenant = &self.authorized.caller().tenant;
        let found = self.authorized.shared().keyring.by_object(tenant, id).await?;
        let Some((keyset, version)) = found else { return Ok(None) };
        self.look_at_loaded(keyset.keyset(), &version)
    }

    fn look_at_loaded(
        &self,
        keyset: &claviger_model::Keyset,
        version: &LoadedVersion,
    ) -> Result<Option<Match>, Error> {
        if !self.may_see(keyset) {
            return Ok(None);
        }
        let (object, material) = (version.object(), version.material());
        let (shared, now) = (self.authorized.shared(), self.authorized.now());
        let view = View { shared, keyset, object, material, now };
        let place = (object.created, object.id);
        Ok(self.matches(&view)?.then(|| Match { place, identifier: identifier_of(object) }))
    }

    fn may_see(&self, keyset: &claviger_model::Keyset) -> bool {
        let principal = &self.authorized.caller().principal;
        claviger_model::Permissions::all().iter().any(|one| keyset.lets(principal, one))
    }

    fn matches(&self, view: &View<'_>) -> Result<bool, Error> {
        let object = view.object;
        let status = if object.state.is_destroyed() {
            DESTROYED
        } else if is_archived(object) {
            ARCHIVED
        } else {
            ON_LINE
        };
        if self.statuses & status == 0 {
            return Ok(false);
        }
        if self.fresh && view.value(AttributeKind::Fresh)? != Some(Value::Boolean(true)) {
            return Ok(false);
        }
        self.filters.match_object(view)
    }

    /// The object that is called so, if it is what is asked for.
    async fn by_identifier(&self, identifier: Value) -> Result<Option<Match>, Error> {
        let Some(identifier) =
            identifier.as_text().and_then(|text| UniqueIdentifier::new(text).ok())
        else {
            return Ok(None);
        };
        let id =
            self.authorized.shared().object_id(&self.authorized.caller().tenant, &identifier)?;
        self.afresh(id).await
    }

    /// The key of a native client that is called so: its name is its keyset's and not indexed a second time.
    async fn by_key_name(&self) -> Result<Option<Match>, Error> {
        let name = self.filters.value(AttributeKind::Name);
        let name = name.and_then(|name| name.field(fields::NAME_VALUE)?.as_text());
        let Some(name) = name.and_then(|name| KeyName::new(name).ok()) else { return Ok(None) };
        let tenant = &self.authorized.caller().tenant;
        let found = self.authorized.shared().keyring.by_name(tenant, &name).await?;
        let Some(keyset) = found else { return Ok(None) };
        let latest = keyset.latest();
        let (object, material) = (latest.object(), latest.material());
        let (shared, now) = (self.authorized.shared(), self.authorized.now());
        let view = View { shared, keyset: keyset.keyset(), object, material, now };
        // What a protocol's client made is found by its fingerprints.
        if view.is_native() { self.look_at_loaded(keyset.keyset(), latest) } else { Ok(None) }
    }
}

fn too_many() -> Error {
    Error::new(
        ErrorKind::LimitReached,
        "too many objects would have to be looked at for this search",
        "name an attribute that fewer objects have the same of, such as a name or a group, or fewer results",
    )
}
