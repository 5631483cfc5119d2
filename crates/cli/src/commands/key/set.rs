//! `claviger key set`.

use claviger_wire_native::{ChangeKeyRequest, Date, TextMap};

use super::settings::PolicyOptions;
use super::show;
use crate::failure::Failure;
use crate::session::Session;
use crate::values::{self, Pairs};

/// Change a key's policy, tags, attributes and dates; what is not named stays as it is
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The key
    name: String,
    #[command(flatten)]
    policy: PolicyOptions,
    /// The new tags in place of all old ones; may be given several times
    #[arg(long, value_name = "TAG", help_heading = "Description and dates")]
    tag: Option<Vec<String>>,
    /// Remove all tags
    #[arg(long, conflicts_with = "tag", help_heading = "Description and dates")]
    no_tags: bool,
    /// The new custom attributes in place of all old ones; may be given several times
    #[arg(long, value_name = "NAME=VALUE", value_parser = Pairs::parse, help_heading = "Description and dates")]
    attribute: Option<Vec<Pairs>>,
    /// Remove all custom attributes
    #[arg(long, conflicts_with = "attribute", help_heading = "Description and dates")]
    no_attributes: bool,
    /// Before this, the latest version may not decrypt, verify or unwrap; `none` removes the date
    #[arg(long, value_name = "DATE", value_parser = values::date_or_none, help_heading = "Description and dates")]
    process_start_date: Option<MaybeDate>,
    /// From this on, the latest version may not encrypt, sign or wrap; `none` removes the date
    #[arg(long, value_name = "DATE", value_parser = values::date_or_none, help_heading = "Description and dates")]
    protect_stop_date: Option<MaybeDate>,
    /// When the latest version becomes deactivated by itself; `none` removes the date
    #[arg(long, value_name = "DATE", value_parser = values::date_or_none, help_heading = "Description and dates")]
    deactivation_date: Option<MaybeDate>,
}

/// A name of its own, so that clap takes it for one value.
type MaybeDate = std::option::Option<Date>;

pub(crate) fn run(arguments: Arguments, session: &Session) -> Result<(), Failure> {
    let Arguments {
        name,
        policy,
        tag,
        no_tags,
        attribute,
        no_attributes,
        process_start_date,
        protect_stop_date,
        deactivation_date,
    } = arguments;
    let tags = if no_tags { Some(Vec::new()) } else { tag };
    let attributes = match attribute {
        Some(pairs) => Some(TextMap::new(Pairs::merge(pairs, "--attribute")?)),
        None => no_attributes.then(TextMap::default),
    };
    let request = ChangeKeyRequest {
        policy: policy.request(),
        tags: tags.map(Into::into),
        attributes,
        process_start_date,
        protect_stop_date,
        deactivation_date,
    };
    let reply = session.wait(session.client.change_key(&name, &request))?;
    show::print(session, &reply)
}
