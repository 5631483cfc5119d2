//! The reference page, made from the table of options.

use std::fmt::Write as _;

use super::option::{Given, ServerOption, Takes};
use super::options::OPTIONS;
use crate::exit;

/// `docs/operating/configuration.md`; a test compares the two.
pub(crate) fn reference_page() -> String {
    let mut page = String::from(HEADER);
    for option in OPTIONS {
        section(&mut page, option);
    }
    page.push_str(EXIT_CODES);
    for (code, meaning) in exit::CODES {
        // Writing to a String cannot fail.
        let _ = writeln!(page, "| {code} | {meaning} |");
    }
    page
}

const HEADER: &str = "\
# Configuring the service

<!-- Made from the table of options by `cargo run -p claviger-server --example configuration_page`; a test compares them. -->

Every option can be given in four places. A flag wins over the environment, the environment over a file `.env` in the
working directory, `.env` over the configuration file that `--config` names, and that over the default. What is not an
option is refused, wherever it stands: a flag, a variable that begins with `KMS_`, or a key of the file.

The configuration file is TOML, and its keys are the names of the flags without the dashes:

```toml
data-dir = \"/var/lib/claviger\"
port = 9998
audit-sync = \"always\"
```

In `.env`, one `NAME=VALUE` stands on a line; single and double quotes work as in a shell, and nothing is substituted.
When it holds the root key or a password, nobody but its owner may be able to read it.

## Options
";

const EXIT_CODES: &str = "
## Exit codes

| code | meaning |
|---|---|
";

fn section(page: &mut String, option: &ServerOption) {
    let title = match option.given {
        Given::EnvironmentOnly => option.variable.to_owned(),
        Given::Everywhere | Given::NotInFile => match option.takes {
            Takes::Text(word) | Takes::Number(word) => format!("--{} {word}", option.name),
            Takes::OneOf(words) => format!("--{} {}", option.name, words.join("|")),
            Takes::Switch => format!("--{}", option.name),
        },
    };
    let places = match option.given {
        Given::Everywhere => format!("variable `{}`, key `{}`", option.variable, option.name),
        Given::NotInFile => format!("variable `{}`, no key", option.variable),
        Given::EnvironmentOnly => "a variable only, because it is a secret".to_owned(),
    };
    let default = match option.default.contains(['`', ' ']) {
        true => option.default.to_owned(),
        false => format!("`{}`", option.default),
    };
    // Writing to a String cannot fail.
    let _ = write!(page, "\n### `{title}`\n\n{}.\n", option.summary);
    if !option.details.is_empty() {
        let _ = writeln!(page, "{}", option.details);
    }
    let _ = write!(page, "\n- Given as: {places}\n- Default: {default}\n");
}
