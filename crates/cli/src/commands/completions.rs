//! `claviger completions`.

use clap::Command;
use clap_complete::{Shell, generate};
use clap_complete_nushell::Nushell;

use crate::failure::Failure;
use crate::screen;

/// Print the completions of a shell
///
/// bash: `claviger completions bash > ~/.local/share/bash-completion/completions/claviger`;
/// zsh: into a file `_claviger` in a folder of `$fpath`;
/// fish: `claviger completions fish > ~/.config/fish/completions/claviger.fish`;
/// nushell: into a file that `config.nu` names with `use`.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The shell
    #[arg(value_enum)]
    shell: Target,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Target {
    Bash,
    Zsh,
    Fish,
    Nushell,
}

pub(crate) fn run(arguments: &Arguments, mut whole: Command) -> Result<(), Failure> {
    let mut text = Vec::new();
    let name = "claviger";
    match arguments.shell {
        Target::Bash => generate(Shell::Bash, &mut whole, name, &mut text),
        Target::Zsh => generate(Shell::Zsh, &mut whole, name, &mut text),
        Target::Fish => generate(Shell::Fish, &mut whole, name, &mut text),
        Target::Nushell => generate(Nushell, &mut whole, name, &mut text),
    }
    screen::bytes(&text)
}
