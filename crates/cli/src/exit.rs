//! The exit codes: one table for the program, its help, its page and its tests.

/// One exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExitMeaning {
    /// The code.
    pub code: u8,
    /// What it stands for.
    pub meaning: &'static str,
}

macro_rules! exits {
    ($($name:ident = $code:literal: $meaning:literal;)*) => {
        /// Why the program ends.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Exit { $(#[doc = $meaning] $name,)* }

        impl Exit {
            /// The code of the process.
            pub(crate) const fn code(self) -> u8 {
                match self { $(Self::$name => $code,)* }
            }
        }

        /// Every exit code of the client commands, in order.
        pub const EXIT_CODES: &[ExitMeaning] =
            &[$(ExitMeaning { code: $code, meaning: $meaning },)*];
    };
}

exits! {
    Done = 0: "it was done; what was to be verified is valid";
    Failed = 1: "the service failed, is not healthy, or answered something unexpected";
    Usage = 2: "the command line, a variable, the profile or the input was wrong";
    NotFound = 3: "there is no such key, version or certificate";
    Refused = 4: "the service refused: wrong state, policy, permission, limit, or a name that is taken";
    Undecryptable = 5: "it cannot be decrypted, was altered, or is not valid";
    Unreachable = 6: "no service answers at the address";
    Files = 7: "a file, standard input or standard output cannot be read or written, or the output is there already";
}

/// The table for `--help`.
pub(crate) fn help() -> String {
    let mut text = String::from("Exit codes:\n");
    for ExitMeaning { code, meaning } in EXIT_CODES {
        text.push_str(&format!("  {code}  {meaning}\n"));
    }
    text
}
