//! An age plugin that wraps by a fixed key. Under the name `age-plugin-claviger` on the `PATH` it serves
//! `age -r age1claviger1…` and `age -d -i IDENTITY-FILE`. It protects nothing: it is for tests.

mod fixed_key;

use std::error::Error;
use std::io;

use claviger_age::claviger::Plugin;
use claviger_age::plugin;
use fixed_key::FixedKey;

fn main() -> Result<(), Box<dyn Error>> {
    let argument = std::env::args().nth(1).unwrap_or_default();
    let state_machine =
        argument.strip_prefix("--age-plugin=").ok_or("start me with age")?.parse()?;
    let (input, output) = (io::stdin().lock(), io::stdout().lock());
    Ok(plugin::run(state_machine, &Plugin(FixedKey), input, output)?)
}
