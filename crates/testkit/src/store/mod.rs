//! The conformance suite of the store port: one list of cases that every store passes.
//!
//! A store's own test says how to open an empty one and gets all cases as tests:
//!
//! ```text
//! async fn open() -> Opened { Opened::new(MemoryStore::new()) }
//! claviger_testkit::store_suite!(memory, open);
//! ```
//!
//! ```text
//! commits.rs       changes: uniqueness, expected sequence numbers, atomicity
//! lookups.rs       one row, versions of a keyset, wrapped keys, counts
//! lists.rs         find_keysets, due: filters, order, pages
//! objects.rs       find_objects: filters, order, pages, fingerprints
//! texts.rs         odd texts and big rows come back byte for byte
//! concurrency.rs   writers that race
//! rows.rs          the rows that the cases store
//! ```

pub mod commits;
pub mod concurrency;
pub mod lists;
pub mod lookups;
pub mod objects;
pub mod rows;
pub mod texts;

use std::any::Any;
use std::sync::Arc;

use claviger_ports::Store;

/// An empty store, opened for one case.
pub struct Opened {
    /// The store.
    pub store: Arc<dyn Store>,
    /// What must outlive it, such as its directory.
    _kept: Box<dyn Any + Send>,
}

impl Opened {
    /// A store that needs nothing else.
    pub fn new(store: impl Store) -> Self {
        Self::keeping(store, ())
    }

    /// A store that needs `kept` for as long as it lives.
    pub fn keeping(store: impl Store, kept: impl Any + Send) -> Self {
        Self { store: Arc::new(store), _kept: Box::new(kept) }
    }
}

/// Runs every case of the suite as a test of its own in a module called `$name`. `$open` is the path of an async function
/// that returns [`Opened`] with an empty store. The caller has `tokio` as a dev-dependency, with `macros` and
/// `rt-multi-thread`.
#[macro_export]
macro_rules! store_suite {
    ($name:ident, $open:path) => {
        $crate::store_suite! { @cases $name, $open,
            commits::{
                rows_come_back_as_they_were,
                a_name_is_unique_in_its_tenant,
                a_version_is_unique_in_its_keyset,
                an_identifier_is_unique,
                list_items_are_unique_in_their_row,
                a_row_changes_only_from_the_expected_sequence,
                what_is_not_there_conflicts,
                an_update_replaces_lists_and_indexes,
                a_failing_commit_changes_nothing,
                changes_of_a_commit_see_each_other,
                a_deleted_keyset_leaves_nothing_to_find,
                an_empty_commit_is_fine,
                a_mixed_commit_with_many_rows_is_whole,
                updates_of_unique_columns_are_checked,
                deletes_expect_a_sequence_too,
            }
            lookups::{
                tenants_do_not_see_each_other,
                absence_is_none,
                versions_come_in_order_and_pages,
                wrapped_keys_are_ordered,
                wrapped_keys_are_unique_and_rewrapped,
                counts_follow_the_rows,
                extreme_numbers_survive,
            }
            lists::{
                keysets_come_in_the_order_of_their_names,
                keysets_come_in_pages,
                a_prefix_is_no_pattern,
                each_filter_selects,
                all_filters_combine,
                visibility_is_owner_grant_or_everybody,
                a_visible_keyset_is_listed_once,
                due_is_soonest_first_and_limited,
                a_changed_due_date_moves_the_row,
                a_limit_of_zero_gives_nothing,
                many_rows_come_with_their_own_lists,
            }
            objects::{
                objects_come_by_age_and_in_pages,
                object_filters_combine,
                an_index_is_replaced,
                a_deleted_object_is_found_by_nothing,
                what_is_not_there_cannot_be_indexed,
                a_failing_commit_leaves_the_index,
                visible_objects_are_those_of_visible_keysets,
                many_objects_are_indexed_at_once,
            }
            texts::{
                odd_texts_are_byte_exact,
                odd_texts_are_found_by_equality_only,
                a_zero_byte_is_kept_or_refused,
                big_rows_survive,
            }
            concurrency::{
                a_counter_of_32_writers_loses_nothing,
                one_of_many_inserts_of_a_name_wins,
                a_conflict_spares_its_neighbours,
                a_read_sees_what_returned_before,
                a_read_row_is_of_one_piece,
            }
        }
    };
    (@cases $name:ident, $open:path, $($group:ident::{$($case:ident,)*})*) => {
        mod $name {
            $(mod $group {
                use super::super::*;
                $(
                    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                    async fn $case() {
                        let opened: $crate::store::Opened = $open().await;
                        $crate::store::$group::$case(opened.store.clone()).await;
                    }
                )*
            })*
        }
    };
}
