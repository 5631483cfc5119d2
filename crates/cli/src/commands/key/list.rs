//! `claviger key list`.

use claviger_wire_native::{KeyListReply, KeySummary, ListKeysQuery, State};

use crate::failure::Failure;
use crate::session::Session;
use crate::values::{self, Pairs};

/// List keys, in the order of their names
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Only keys whose name begins so
    #[arg(long, value_name = "TEXT")]
    prefix: Option<String>,
    /// Only keys with this tag; may be given several times
    #[arg(long, value_name = "TAG")]
    tag: Vec<String>,
    /// Only keys with this custom attribute
    #[arg(long, value_name = "NAME=VALUE", value_parser = Pairs::parse)]
    attribute: Option<Pairs>,
    /// Only keys whose latest version is in this state
    #[arg(long, value_name = "STATE", value_parser = values::state())]
    state: Option<State>,
    /// Only keys with this owner
    #[arg(long, value_name = "IDENTITY")]
    owner: Option<String>,
    /// At most this many, 1 to 1000; 100 if nothing is said
    #[arg(long, value_name = "NUMBER", conflicts_with = "all")]
    limit: Option<u32>,
    /// Where the last page ended
    #[arg(long, value_name = "CURSOR")]
    cursor: Option<String>,
    /// All of them, page by page
    #[arg(long)]
    all: bool,
}

pub(crate) fn run(arguments: Arguments, session: &Session) -> Result<(), Failure> {
    let Arguments { prefix, tag, attribute, state, owner, limit, cursor, all } = arguments;
    let attribute = Pairs::merge(attribute.into_iter().collect(), "--attribute")?;
    if attribute.len() > 1 {
        return Err(Failure::usage("--attribute takes one pair", "filter by one attribute"));
    }
    let attribute = attribute.into_iter().next();
    let limit = if all { Some(ListKeysQuery::LIMIT) } else { limit };
    let mut query = ListKeysQuery { limit, cursor, prefix, tags: tag, attribute, state, owner };
    let mut whole = KeyListReply { keys: Vec::new(), next_cursor: None };
    loop {
        let page = session.wait(session.client.list_keys(&query))?;
        whole.keys.extend(page.keys);
        query.cursor.clone_from(&page.next_cursor);
        whole.next_cursor = page.next_cursor;
        if !all || whole.next_cursor.is_none() {
            break;
        }
    }
    session.screen.reply(&whole, |screen| {
        let headings = ["NAME", "STATE", "KEY SPEC", "ALGORITHM", "VERSION", "CREATED", "TAGS"];
        screen.rows(headings, &[4], whole.keys.iter().map(row))?;
        if let Some(cursor) = &whole.next_cursor {
            screen.note(&format!("there are more: --cursor {cursor}, or --all"));
        }
        Ok(())
    })
}

fn row(key: &KeySummary) -> [String; 7] {
    let state = match key.deletion_date {
        Some(date) => format!("{}, to be deleted {date}", key.state),
        None => key.state.to_string(),
    };
    [
        key.name.clone(),
        state,
        key.key_spec.to_string(),
        key.algorithm.to_string(),
        key.latest_version.to_string(),
        key.created.to_string(),
        key.tags.join(", "),
    ]
}
