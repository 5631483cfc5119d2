//! `claviger generate-key`: a data key, in clear and encrypted.

use claviger_wire_native::{DataKeySpec, GenerateKeyRequest};
use zeroize::Zeroizing;

use crate::failure::Failure;
use crate::screen;
use crate::session::Session;
use crate::values::{self, ContextOption};

/// Make a data key for your own encryption, in clear and encrypted
///
/// Use the plaintext, forget it, and keep the ciphertext, which `decrypt` turns back into it.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The size of the data key
    #[arg(long, value_name = "SPEC", default_value = "AES_256", value_parser = values::data_key_spec())]
    key_spec: DataKeySpec,
    /// The key that encrypts it; without it the profile's, or `default`, which is made on first use
    #[arg(long, value_name = "NAME")]
    key: Option<String>,
    #[command(flatten)]
    context: ContextOption,
}

pub(crate) fn run(arguments: Arguments, session: &Session) -> Result<(), Failure> {
    let Arguments { key_spec, key, context } = arguments;
    let context = context.text_map()?;
    let request = GenerateKeyRequest { key_spec, key: session.key(key), context };
    let reply = session.wait(session.client.generate_key(&request))?;
    session.screen.reply(&reply, |_| {
        let mut text = Zeroizing::new(Vec::with_capacity(256));
        text.extend_from_slice(b"plaintext   ");
        serde_json::to_writer(&mut *text, &reply.plaintext)
            .map_err(|error| Failure::output(error.into()))?;
        // Base64 stands there without the quotes of JSON.
        text.retain(|byte| *byte != b'"');
        text.push(b'\n');
        screen::bytes(&text)?;
        screen::line(&format!("ciphertext  {}", reply.ciphertext))
    })
}
