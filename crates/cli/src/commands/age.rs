//! `claviger age …`: what age and its plugin need.

use clap::Subcommand;
use claviger_age::claviger::{Identity, Recipient};
use serde_json::json;

use crate::failure::Failure;
use crate::screen;
use crate::session::{DEFAULT_KEY, Session};
use crate::values::ContextOption;
use crate::wrapper;

/// The commands for age.
#[derive(Debug, Subcommand)]
pub(crate) enum Verb {
    /// Print a recipient for `age -r`: a key of the service. It holds no secret
    Recipient(RecipientArguments),
    /// Print an identity for a file that `age -d -i` reads. It holds no secret: the service decides who may decrypt
    Identity(IdentityArguments),
}

#[derive(Debug, clap::Args)]
pub(crate) struct RecipientArguments {
    /// The key; without it the profile's, or `default`, which is made on first use
    #[arg(long, value_name = "NAME")]
    key: Option<String>,
    #[command(flatten)]
    context: ContextOption,
    #[command(flatten)]
    server: ServerOption,
}

#[derive(Debug, clap::Args)]
pub(crate) struct IdentityArguments {
    #[command(flatten)]
    context: ContextOption,
    #[command(flatten)]
    server: ServerOption,
}

#[derive(Debug, clap::Args)]
struct ServerOption {
    /// Put the service's address in: the plugin then refuses to work with another one than it is set up for
    #[arg(long)]
    with_server: bool,
}

impl ServerOption {
    fn url<'a>(&self, session: &'a Session) -> Option<&'a str> {
        self.with_server.then(|| session.client.url())
    }
}

pub(crate) fn run(verb: Verb, session: &Session) -> Result<(), Failure> {
    match verb {
        Verb::Recipient(RecipientArguments { key, context, server }) => {
            let context = context.pairs()?;
            wrapper::check_context(&context)?;
            let key = session.key(key).unwrap_or_else(|| DEFAULT_KEY.to_owned());
            let recipient =
                Recipient::new(&key, server.url(session), context.into_iter().collect())
                    .map_err(refused)?;
            print(session, "recipient", &recipient.to_string())
        }
        Verb::Identity(IdentityArguments { context, server }) => {
            let context = context.pairs()?;
            wrapper::check_context(&context)?;
            let identity = Identity::new(server.url(session), context.into_iter().collect())
                .map_err(refused)?;
            print(session, "identity", &identity.to_string())
        }
    }
}

fn refused(error: claviger_age::claviger::AddressError) -> Failure {
    Failure::usage(
        format!("there is no such address for age: {error}"),
        "change --key, --context or --url",
    )
}

fn print(session: &Session, what: &str, text: &str) -> Result<(), Failure> {
    session.screen.reply(&json!({ what: text }), |_| screen::line(text))
}
