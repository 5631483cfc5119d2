//! `claviger key versions`.

use claviger_wire_native::{ListVersionsQuery, VersionListReply};

use super::show;
use crate::failure::Failure;
use crate::session::Session;

/// List the versions of a key
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The key
    name: String,
    /// At most this many, 1 to 1000; 100 if nothing is said
    #[arg(long, value_name = "NUMBER", conflicts_with = "all")]
    limit: Option<u32>,
    /// Only versions above this one
    #[arg(long, value_name = "NUMBER")]
    cursor: Option<u32>,
    /// All of them, page by page
    #[arg(long)]
    all: bool,
}

pub(crate) fn run(arguments: &Arguments, session: &Session) -> Result<(), Failure> {
    let Arguments { name, limit, cursor, all } = arguments;
    let limit = if *all { Some(1000) } else { *limit };
    let mut whole = VersionListReply { versions: Vec::new(), next_cursor: *cursor };
    loop {
        let query = ListVersionsQuery { limit, cursor: whole.next_cursor };
        let page = session.wait(session.client.list_versions(name, &query))?;
        whole.versions.extend(page.versions);
        whole.next_cursor = page.next_cursor;
        if !all || whole.next_cursor.is_none() {
            break;
        }
    }
    session.screen.reply(&whole, |screen| {
        let headings = ["VERSION", "STATE", "CREATED", "ORIGIN", "DESTROYED", "ID"];
        screen.rows(headings, &[0], whole.versions.iter().map(show::version_row))?;
        if let Some(cursor) = whole.next_cursor {
            screen.note(&format!("there are more: --cursor {cursor}, or --all"));
        }
        Ok(())
    })
}
