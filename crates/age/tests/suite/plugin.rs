//! The plugin protocol, spoken by hand.

use std::io::{self, BufReader, Read};

use claviger_age::claviger::{self, Context, Recipient};
use claviger_age::plugin::{
    Messages, Plugin, ProtocolError, Refusal, StateMachine, encode_identity, encode_recipient, run,
};
use claviger_age::{FileKey, Stanza, UnwrapError, WrapError};

use crate::fixed_key::FixedKey;

const FILE_KEY: &str = "-> wrap-file-key\nWUVMTE9XIFNVQk1BUklORQ\n";

/// Runs one conversation in which the client says all of `input`, whatever the plugin says.
fn talk(
    plugin: &impl Plugin,
    state_machine: StateMachine,
    input: &str,
) -> (String, Result<(), ProtocolError>) {
    let mut output = Vec::new();
    let result = run(state_machine, plugin, input.as_bytes(), &mut output);
    (String::from_utf8(output).expect("ASCII"), result)
}

fn wrap(input: &str) -> (String, Result<(), ProtocolError>) {
    talk(&claviger::Plugin(FixedKey), StateMachine::RecipientV1, input)
}

fn unwrap(input: &str) -> (String, Result<(), ProtocolError>) {
    talk(&claviger::Plugin(FixedKey), StateMachine::IdentityV1, input)
}

fn recipient(key: &str) -> String {
    Recipient::new(key, None, Context::new()).expect("valid").to_string()
}

/// The stanza that the plugin made for the file key, without the words of the protocol.
fn wrapped() -> String {
    let (output, result) =
        wrap(&format!("-> add-recipient {}\n\n{FILE_KEY}-> done\n\n-> ok\n\n", recipient("files")));
    result.expect("no fault");
    let stanza = output.strip_prefix("-> recipient-stanza 0 ").expect("a stanza");
    stanza.strip_suffix("-> done\n\n").expect("an end").to_owned()
}

fn identity() -> String {
    claviger::Identity::default().to_string()
}

#[test]
fn every_file_key_is_wrapped_to_every_recipient() {
    let input = format!(
        "-> add-recipient {}\n\n{FILE_KEY}-> add-recipient {}\n\n{FILE_KEY}-> done\n\n{}",
        recipient("one"),
        recipient("two"),
        "-> ok\n\n".repeat(4)
    );
    let (output, result) = wrap(&input);
    result.expect("no fault");
    for line in ["0 claviger 1 one", "0 claviger 1 two", "1 claviger 1 one", "1 claviger 1 two"] {
        assert!(output.contains(&format!("-> recipient-stanza {line}\n")), "{output}");
    }
    assert!(output.ends_with("-> done\n\n"));
}

#[test]
fn extensions_and_grease_are_ignored() {
    let grease = "-> jz-grease some words !\nAAAA\n-> extension-labels\n\n";
    let input = format!(
        "{grease}-> add-recipient {}\n\n{grease}{FILE_KEY}{grease}-> done\n\n-> ok\n\n",
        recipient("files")
    );
    let (output, result) = wrap(&input);
    result.expect("no fault");
    assert!(output.starts_with("-> recipient-stanza 0 claviger 1 files\n"), "{output}");

    let input = format!(
        "{grease}-> add-identity {}\n\n{grease}-> recipient-stanza 0 {}{grease}-> recipient-stanza 0 x\n\n-> done\n\n-> ok\n\n",
        identity(),
        wrapped()
    );
    let (output, result) = unwrap(&input);
    result.expect("no fault");
    assert_eq!(output, "-> file-key 0\nWUVMTE9XIFNVQk1BUklORQ\n-> done\n\n");
}

#[test]
fn nothing_is_wrapped_if_one_recipient_is_unusable() {
    let other = encode_recipient("other", &[1]).expect("a name");
    let unknown = encode_recipient("claviger", &[9]).expect("a name");
    let input = format!(
        "-> add-recipient {}\n\n-> add-recipient {other}\n\n-> add-recipient {unknown}\n\n-> add-identity {}\n\n{FILE_KEY}-> done\n\n-> ok\n\n-> ok\n\n",
        recipient("files"),
        identity()
    );
    let (output, result) = wrap(&input);
    result.expect("no fault");
    assert!(output.contains("-> error recipient 1\n"), "{output}");
    assert!(output.contains("-> error recipient 2\n"), "{output}");
    assert!(!output.contains("recipient-stanza"), "{output}");
}

#[test]
fn a_refusal_to_wrap_is_told_and_nothing_is_sent() {
    let input = format!(
        "-> add-recipient {}\n\n-> add-recipient {}\n\n-> add-identity {}\n\n{FILE_KEY}-> done\n\n-> ok\n\n-> ok\n\n",
        recipient("files"),
        recipient("refused"),
        identity()
    );
    let (output, result) = wrap(&input);
    result.expect("no fault");
    assert!(output.contains("-> error recipient 1\n"), "{output}");
    assert!(output.contains("-> error identity 0\n"), "{output}");
    assert!(!output.contains("recipient-stanza"), "{output}");
}

#[test]
fn files_are_opened_one_by_one() {
    let stanza = wrapped();
    let input = format!(
        "-> recipient-stanza 0 x y\n\n-> recipient-stanza 1 x\n\n-> recipient-stanza 1 {stanza}-> recipient-stanza 7 claviger 1\nAAAA\n-> add-identity {}\n\n-> recipient-stanza 9 {stanza}-> done\n\n-> ok\n\n-> ok\n\n-> ok\n\n",
        identity()
    );
    let (output, result) = unwrap(&input);
    result.expect("no fault");
    assert!(
        output.starts_with("-> file-key 1\nWUVMTE9XIFNVQk1BUklORQ\n-> error stanza 7 0\n"),
        "{output}"
    );
    assert!(output.ends_with("-> file-key 9\nWUVMTE9XIFNVQk1BUklORQ\n-> done\n\n"), "{output}");
}

#[test]
fn an_invalid_identity_forbids_the_others() {
    let unknown = encode_identity("claviger", &[9]).expect("a name");
    let input = format!(
        "-> add-identity {}\n\n-> add-identity {unknown}\n\n-> recipient-stanza 0 {}-> done\n\n-> ok\n\n",
        identity(),
        wrapped()
    );
    let (output, result) = unwrap(&input);
    result.expect("no fault");
    assert!(output.starts_with("-> error identity 1\n"), "{output}");
    assert!(!output.contains("file-key"), "{output}");
}

#[test]
fn a_refusal_to_unwrap_names_the_identity_unless_another_succeeds() {
    let pairs = Context::from([("env".to_owned(), "prod".to_owned())]);
    let wrong = claviger::Identity::new(None, pairs).expect("valid").to_string();
    let input = format!(
        "-> add-identity {wrong}\n\n-> recipient-stanza 0 {}-> done\n\n-> ok\n\n",
        wrapped()
    );
    let (output, result) = unwrap(&input);
    result.expect("no fault");
    assert!(output.starts_with("-> error identity 0\n"), "{output}");

    let (output, result) =
        unwrap(&format!("-> add-identity {wrong}\n\n{}", input.replacen(&wrong, &identity(), 1)));
    result.expect("no fault");
    assert!(output.starts_with("-> file-key 0\n"), "{output}");
}

#[test]
fn faults_of_the_client_end_the_conversation() {
    let fault = |input: &str| wrap(input).1.expect_err("a fault");
    assert!(matches!(fault(""), ProtocolError::UnexpectedEnd));
    assert!(matches!(fault("-> add-recipient"), ProtocolError::UnexpectedEnd));
    assert!(matches!(fault("hello\n"), ProtocolError::Stanza(_)));
    assert!(matches!(fault("-> add-recipient\n\n"), ProtocolError::Command("add-recipient")));
    assert!(matches!(fault("-> wrap-file-key\nAAAA\n"), ProtocolError::Command("wrap-file-key")));
    assert!(matches!(fault("-> done now\n\n"), ProtocolError::Command("done")));
    let request = format!("-> add-recipient {}\n\n{FILE_KEY}-> done\n\n", recipient("files"));
    assert!(matches!(fault(&request), ProtocolError::UnexpectedEnd));
    assert!(matches!(fault(&format!("{request}-> fail\n\n")), ProtocolError::NotAccepted));
    assert!(matches!(fault(&format!("{request}-> unsupported\n\n")), ProtocolError::NotAccepted));

    let fault = |input: &str| unwrap(input).1.expect_err("a fault");
    for words in ["", " 0", " x y", " +1 y", " -1 y", " 99999999999999999999 y"] {
        let error = fault(&format!("-> recipient-stanza{words}\n\n"));
        assert!(matches!(error, ProtocolError::Command("recipient-stanza")), "{words}");
    }
    let error = fault("-> recipient-stanza 1 x\n\n-> recipient-stanza 0 x\n\n");
    assert!(matches!(error, ProtocolError::Command("recipient-stanza")));
    assert!(matches!("recipient-v2".parse::<StateMachine>(), Err(ProtocolError::StateMachine)));
}

#[test]
fn a_client_that_sends_without_end_is_given_up() {
    let plugin = claviger::Plugin(FixedKey);
    let run_on = |start: &'static str, piece: &str| {
        let endless =
            BufReader::new(start.as_bytes().chain(Repeated(piece.as_bytes().to_vec(), 0)));
        run(StateMachine::IdentityV1, &plugin, endless, io::sink()).expect_err("too much")
    };
    assert!(matches!(run_on("-> ", "a"), ProtocolError::TooMuch));
    assert!(matches!(run_on("-> a\n", &format!("{}\n", "A".repeat(64))), ProtocolError::TooMuch));
    assert!(matches!(run_on("", "-> a\n\n"), ProtocolError::TooMuch));
    assert!(matches!(run_on("", "-> recipient-stanza 0 x\n\n"), ProtocolError::TooMuch));
}

/// The same bytes over and over.
struct Repeated(Vec<u8>, usize);

impl Read for Repeated {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        for byte in buffer.iter_mut() {
            *byte = self.0[self.1 % self.0.len()];
            self.1 += 1;
        }
        Ok(buffer.len())
    }
}

/// A plugin that tells the user what it does, and wraps by writing the key down.
struct Talkative;

impl Plugin for Talkative {
    type Recipient = ();
    type Identity = ();

    fn name(&self) -> &str {
        "talkative"
    }

    fn recipient(&self, payload: &[u8]) -> Result<(), Refusal> {
        if payload.is_empty() { Ok(()) } else { Err(Refusal::new("it must be empty")) }
    }

    fn identity(&self, _payload: &[u8]) -> Result<(), Refusal> {
        Ok(())
    }

    fn wrap_to_recipient(
        &self,
        (): &(),
        file_key: &FileKey,
        messages: &mut dyn Messages,
    ) -> Result<Vec<Stanza>, WrapError> {
        let shown = messages.show("wrapping").map_err(|error| WrapError::Refused(error.into()))?;
        let stanza =
            Stanza::new("shown", [shown.to_string()], file_key.expose_to_wrap().as_slice());
        Ok(vec![stanza.expect("printable")])
    }

    fn wrap_to_identity(
        &self,
        (): &(),
        file_key: &FileKey,
        messages: &mut dyn Messages,
    ) -> Result<Vec<Stanza>, WrapError> {
        self.wrap_to_recipient(&(), file_key, messages)
    }

    fn unwrap(
        &self,
        (): &(),
        _stanzas: &[Stanza],
        _messages: &mut dyn Messages,
    ) -> Option<Result<FileKey, UnwrapError>> {
        None
    }
}

#[test]
fn messages_are_shown_if_the_client_can() {
    let address = encode_recipient("talkative", &[]).expect("a name");
    let request = format!("-> add-recipient {address}\n\n{FILE_KEY}-> done\n\n");
    for (response, shown) in [("ok", true), ("fail", false), ("unsupported", false)] {
        let input = format!("{request}-> {response}\n\n-> ok\n\n");
        let (output, result) = talk(&Talkative, StateMachine::RecipientV1, &input);
        result.expect("no fault");
        let expected = format!("-> msg\nd3JhcHBpbmc\n-> recipient-stanza 0 shown {shown}\n");
        assert!(output.starts_with(&expected), "{output}");
    }
}
