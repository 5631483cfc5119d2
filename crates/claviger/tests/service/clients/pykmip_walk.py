"""Walks through the KMIP door with PyKMIP, in every version that it speaks. Every step asserts.

Usage: pykmip_walk.py CONFIGURATION

CONFIGURATION is a file as PyKMIP reads it, with the section `client`. What the service computes is computed again here, with the
package `cryptography`, which PyKMIP brings. Prints one line a version, and ends with the exit code 0 if all is well.
"""

import datetime
import hashlib
import hmac
import sys
import time
import traceback

from cryptography import x509
from cryptography.hazmat.primitives import hashes, keywrap, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from kmip.core import enums, objects as structures
from kmip.core.exceptions import OperationFailure
from kmip.core.factories.attribute_values import AttributeValueFactory
from kmip.core.factories.attributes import AttributeFactory
from kmip.pie import exceptions, objects
from kmip.pie.client import ProxyKmipClient

ALGORITHM = enums.CryptographicAlgorithm
ATTRIBUTE = enums.AttributeType
HASH = enums.HashingAlgorithm
MASK = enums.CryptographicUsageMask
MODE = enums.BlockCipherMode
TYPE = enums.ObjectType
VERSION = enums.KMIPVersion

ATTRIBUTES = AttributeFactory()

CBC = {
    "cryptographic_algorithm": ALGORITHM.AES,
    "block_cipher_mode": MODE.CBC,
    "padding_method": enums.PaddingMethod.PKCS5,
}
PSS = {
    "cryptographic_algorithm": ALGORITHM.RSA,
    "padding_method": enums.PaddingMethod.PSS,
    "hashing_algorithm": HASH.SHA_256,
}


def attribute(kind, value, index=None):
    return ATTRIBUTES.create_attribute(kind, value, index)


def fails(reason, call, *arguments, **named):
    """The call has to be refused for this reason."""
    try:
        result = call(*arguments, **named)
    except (exceptions.KmipOperationFailure, OperationFailure) as failure:
        assert failure.reason == reason, f"{failure.reason} instead of {reason}: {failure}"
        return
    raise AssertionError(f"it was not refused, and gave {result!r}")


class Walk:
    """One walk, in one version."""

    def __init__(self, client, version):
        self.client = client
        self.version = version
        self.is_two = version == VERSION.KMIP_2_0
        self.encrypts = version not in (VERSION.KMIP_1_0, VERSION.KMIP_1_1)

    def run(self):
        """Takes every step, and gives how many failed."""
        failed = 0
        steps = [name for name in dir(self) if name.startswith("step_")]
        for name in steps:
            try:
                getattr(self, name)()
                left = self.client.locate()
                assert left == [], f"objects are left: {left}"
            except Exception:
                failed += 1
                print(f"failed: {name} in {self.version.name}", flush=True)
                traceback.print_exc()
                self.clear()
        print(f"{self.version.name}: {len(steps)} steps, {failed} failed", flush=True)
        return failed

    def clear(self):
        """Ends what a step that failed has left."""
        for identifier in self.client.locate():
            self.client.revoke(enums.RevocationReasonCode.KEY_COMPROMISE, identifier)
            self.client.destroy(identifier)

    def end(self, *identifiers):
        """Ends objects, in whatever state they are, and proves that they are gone."""
        for identifier in identifiers:
            self.client.revoke(enums.RevocationReasonCode.KEY_COMPROMISE, identifier)
            self.client.destroy(identifier)
            gone = enums.ResultReason.OBJECT_DESTROYED if self.is_two else enums.ResultReason.ITEM_NOT_FOUND
            fails(gone, self.client.get, identifier)

    def value(self, identifier, kind):
        """The one value of an attribute."""
        name, found = self.client.get_attributes(identifier, [kind.value])
        assert name == identifier and len(found) == 1, found
        assert found[0].attribute_name.value == kind.value, found[0]
        return found[0].attribute_value

    def state(self, identifier):
        return self.value(identifier, ATTRIBUTE.STATE).value

    def aes(self, *uses, name=None):
        """A new AES key that is active."""
        identifier = self.client.create(
            ALGORITHM.AES, 256, name=name, cryptographic_usage_mask=list(uses)
        )
        self.client.activate(identifier)
        return identifier

    # Objects

    def step_create(self):
        identifier = self.client.create(
            ALGORITHM.AES, 256, name="created", cryptographic_usage_mask=[MASK.ENCRYPT, MASK.DECRYPT]
        )
        key = self.client.get(identifier)
        assert isinstance(key, objects.SymmetricKey) and len(key.value) == 32, key
        assert key.cryptographic_algorithm == ALGORITHM.AES and key.cryptographic_length == 256
        assert self.state(identifier) == enums.State.PRE_ACTIVE
        mask = self.value(identifier, ATTRIBUTE.CRYPTOGRAPHIC_USAGE_MASK).value
        assert mask & (MASK.ENCRYPT.value | MASK.DECRYPT.value) == mask == 12, mask
        another = self.client.create(ALGORITHM.AES, 256)
        assert self.client.get(another).value != key.value
        wrong = enums.ResultReason.INVALID_ATTRIBUTE_VALUE if self.is_two else enums.ResultReason.INVALID_FIELD
        fails(wrong, self.client.create, ALGORITHM.AES, 257)
        self.end(identifier, another)

    def step_create_key_pair(self):
        public, private = self.client.create_key_pair(
            ALGORITHM.RSA,
            2048,
            public_name="public",
            public_usage_mask=[MASK.VERIFY],
            private_name="private",
            private_usage_mask=[MASK.SIGN],
        )
        key = self.client.get(public)
        assert isinstance(key, objects.PublicKey), key
        private_key = self.client.get(private)
        assert isinstance(private_key, objects.PrivateKey), private_key
        loaded = load_private(private_key.value)
        assert loaded.public_key().public_numbers() == load_public(key.value).public_numbers()
        for identifier in [public, private]:
            assert "Link" in self.client.get_attribute_list(identifier)
        self.client.activate(private)
        self.end(public)
        assert self.state(private) == enums.State.ACTIVE, "the other half stays as it is"
        self.end(private)

    def step_register(self):
        rsa_key = rsa.generate_private_key(65537, 2048)
        public = rsa_key.public_key()
        der, info = serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        clear = serialization.NoEncryption()
        traditional, pkcs8 = (
            rsa_key.private_bytes(der, form, clear)
            for form in (
                serialization.PrivateFormat.TraditionalOpenSSL,
                serialization.PrivateFormat.PKCS8,
            )
        )
        registered = [
            objects.SymmetricKey(ALGORITHM.AES, 128, bytes(range(16)), [MASK.ENCRYPT], "symmetric"),
            objects.PublicKey(
                ALGORITHM.RSA, 2048, public.public_bytes(der, info), enums.KeyFormatType.X_509
            ),
            objects.PublicKey(
                ALGORITHM.RSA,
                2048,
                public.public_bytes(der, serialization.PublicFormat.PKCS1),
                enums.KeyFormatType.PKCS_1,
            ),
            objects.PrivateKey(ALGORITHM.RSA, 2048, traditional, enums.KeyFormatType.PKCS_1),
            objects.PrivateKey(ALGORITHM.RSA, 2048, pkcs8, enums.KeyFormatType.PKCS_8),
            objects.X509Certificate(certificate(rsa_key)),
            objects.SecretData(b"a password", enums.SecretDataType.PASSWORD),
            objects.SecretData(b"a seed", enums.SecretDataType.SEED),
            objects.OpaqueObject(b"whatever", enums.OpaqueDataType.NONE),
            objects.SplitKey(
                cryptographic_algorithm=ALGORITHM.AES,
                cryptographic_length=128,
                key_value=bytes(range(16)),
                cryptographic_usage_masks=[MASK.EXPORT],
                split_key_parts=3,
                key_part_identifier=1,
                split_key_threshold=2,
                split_key_method=enums.SplitKeyMethod.XOR,
            ),
        ]
        for thing in registered:
            identifier = self.client.register(thing)
            got = self.client.get(identifier)
            assert type(got) is type(thing) and got.value == thing.value, thing
            assert self.value(identifier, ATTRIBUTE.OBJECT_TYPE).value == thing.object_type
            if hasattr(thing, "key_format_type"):
                assert got.key_format_type == thing.key_format_type
            if isinstance(thing, objects.SplitKey):
                assert (got.split_key_parts, got.split_key_threshold) == (3, 2)
            self.end(identifier)
        short = objects.SymmetricKey(ALGORITHM.AES, 128, bytes(16))
        short.value = bytes(15)
        fails(enums.ResultReason.INVALID_FIELD, self.client.register, short)

    def step_register_wrapped(self):
        """A key that nobody here can unwrap goes back as it came."""
        # KMIP 1.0 has no encoding option, and PyKMIP knows no key that is wrapped without.
        if self.version == VERSION.KMIP_1_0:
            return
        wrapped = objects.SymmetricKey(
            ALGORITHM.AES,
            128,
            bytes(range(24)),
            key_wrapping_data={
                "wrapping_method": enums.WrappingMethod.ENCRYPT,
                "encryption_key_information": {
                    "unique_identifier": "42",
                    "cryptographic_parameters": {"block_cipher_mode": MODE.NIST_KEY_WRAP},
                },
                "encoding_option": enums.EncodingOption.NO_ENCODING,
            },
        )
        identifier = self.client.register(wrapped)
        got = self.client.get(identifier)
        assert got.value == wrapped.value and got.key_wrapping_data == wrapped.key_wrapping_data
        self.end(identifier)

    def step_get_wrapped(self):
        if self.version == VERSION.KMIP_1_0:
            return
        wrapping, key = self.aes(MASK.WRAP_KEY), self.aes(MASK.ENCRYPT)
        wrapped = self.client.get(
            key,
            {
                "wrapping_method": enums.WrappingMethod.ENCRYPT,
                "encryption_key_information": {
                    "unique_identifier": wrapping,
                    "cryptographic_parameters": {"block_cipher_mode": MODE.NIST_KEY_WRAP},
                },
                "encoding_option": enums.EncodingOption.NO_ENCODING,
            },
        )
        by = self.client.get(wrapping).value
        assert keywrap.aes_key_unwrap(by, wrapped.value) == self.client.get(key).value
        self.end(key, wrapping)

    # Attributes

    def step_locate(self):
        before = int(time.time())
        older = self.aes(MASK.ENCRYPT, name="older")
        # Initial dates have seconds.
        time.sleep(1.1)
        newer = self.client.create(ALGORITHM.AES, 128, name="newer")
        secret = self.client.register(objects.SecretData(b"text", enums.SecretDataType.PASSWORD))
        chain = self.client.register(objects.X509Certificate(certificate(rsa.generate_private_key(65537, 2048))))
        everything = [chain, secret, newer, older]

        def found(expected, *attributes, **named):
            result = self.client.locate(attributes=list(attributes), **named)
            wanted = [one for one in everything if one in expected]
            assert sorted(result) == sorted(wanted), (attributes, result, wanted)
            if self.version != VERSION.KMIP_1_3:
                assert result == wanted, "the newest comes first"

        found(everything)
        found([older], attribute(ATTRIBUTE.NAME, "older"))
        found([], attribute(ATTRIBUTE.NAME, "oldest"))
        found([newer], attribute(ATTRIBUTE.UNIQUE_IDENTIFIER, newer))
        found([older, newer], attribute(ATTRIBUTE.OBJECT_TYPE, TYPE.SYMMETRIC_KEY))
        found([secret], attribute(ATTRIBUTE.OBJECT_TYPE, TYPE.SECRET_DATA))
        found([older, newer], attribute(ATTRIBUTE.CRYPTOGRAPHIC_ALGORITHM, ALGORITHM.AES))
        found([newer], attribute(ATTRIBUTE.CRYPTOGRAPHIC_LENGTH, 128))
        found([older], attribute(ATTRIBUTE.STATE, enums.State.ACTIVE))
        found([chain], attribute(ATTRIBUTE.CERTIFICATE_TYPE, enums.CertificateType.X_509))
        found([], attribute(ATTRIBUTE.CERTIFICATE_TYPE, enums.CertificateType.PGP))
        found([], attribute(ATTRIBUTE.CRYPTOGRAPHIC_USAGE_MASK, [MASK.DERIVE_KEY]))
        found([older, newer], attribute(ATTRIBUTE.CRYPTOGRAPHIC_USAGE_MASK, [MASK.DECRYPT]))
        made = self.value(older, ATTRIBUTE.INITIAL_DATE).value
        assert before <= made <= int(time.time())
        found([older], attribute(ATTRIBUTE.INITIAL_DATE, made))
        latest = attribute(ATTRIBUTE.INITIAL_DATE, int(time.time()) + 1)
        found(everything, attribute(ATTRIBUTE.INITIAL_DATE, made), latest)
        found([newer, secret, chain], attribute(ATTRIBUTE.INITIAL_DATE, made + 1), latest)
        if not self.is_two:
            found(everything, attribute(ATTRIBUTE.OPERATION_POLICY_NAME, "default"))
            found([], attribute(ATTRIBUTE.OPERATION_POLICY_NAME, "unknown"))
        assert len(self.client.locate(maximum_items=3)) == 3
        assert len(self.client.locate(maximum_items=9, offset_items=1)) == 3
        self.end(*everything)

    def step_locate_grouped(self):
        grouped = [
            attribute(ATTRIBUTE.OBJECT_GROUP, "group"),
            attribute(
                ATTRIBUTE.APPLICATION_SPECIFIC_INFORMATION,
                {"application_namespace": "ssl", "application_data": "www.example.com"},
            ),
        ]
        proxy = self.client.proxy
        template = structures.TemplateAttribute(
            attributes=grouped
            + [
                attribute(ATTRIBUTE.CRYPTOGRAPHIC_ALGORITHM, ALGORITHM.AES),
                attribute(ATTRIBUTE.CRYPTOGRAPHIC_LENGTH, 256),
                attribute(ATTRIBUTE.CRYPTOGRAPHIC_USAGE_MASK, [MASK.ENCRYPT]),
            ]
        )
        made = proxy.create(TYPE.SYMMETRIC_KEY, template)
        assert made.result_status.value == enums.ResultStatus.SUCCESS, made.result_message
        other = self.client.create(ALGORITHM.AES, 256)
        for one in grouped:
            assert self.client.locate(attributes=[one]) == [made.uuid], one
        nothing = {"application_namespace": "ssl", "application_data": "www.example.org"}
        nothing = attribute(ATTRIBUTE.APPLICATION_SPECIFIC_INFORMATION, nothing)
        assert self.client.locate(attributes=[nothing]) == []
        self.end(made.uuid, other)

    def step_attributes(self):
        identifier = self.aes(MASK.ENCRYPT, name="before")
        names = self.client.get_attribute_list(identifier)
        expected = {
            "Unique Identifier", "Object Type", "Name", "State", "Initial Date", "Last Change Date",
            "Cryptographic Algorithm", "Cryptographic Length", "Cryptographic Usage Mask",
            "Activation Date",
        }
        assert expected <= set(names), names
        asked = ["Cryptographic Length", "Object Type", "Name"]
        _, found = self.client.get_attributes(identifier, asked)
        assert [one.attribute_name.value for one in found] == asked
        # PyKMIP wants a Key Format Type in a Digest, which has none in KMIP 1.0, and lacks attributes that KMIP 1.3 and 2.0 added.
        if self.version in (VERSION.KMIP_1_1, VERSION.KMIP_1_2):
            _, every = self.client.get_attributes(identifier)
            assert expected <= {one.attribute_name.value for one in every}
        if self.is_two:
            self.change_in_two(identifier)
        else:
            self.change_in_one(identifier)
        assert "Name" not in self.client.get_attribute_list(identifier)
        assert self.client.locate(attributes=[attribute(ATTRIBUTE.NAME, "after")]) == []
        self.end(identifier)

    def change_in_one(self, identifier):
        after = attribute(ATTRIBUTE.NAME, "after", 0)
        changed, answer = self.client.modify_attribute(identifier, attribute=after)
        assert changed == identifier
        # KMIP 1.0 leaves the index 0 out.
        if self.version != VERSION.KMIP_1_0:
            assert answer.attribute_index.value == 0
        assert answer.attribute_value.name_value.value == "after"
        assert self.client.locate(attributes=[attribute(ATTRIBUTE.NAME, "after")]) == [identifier]
        state = attribute(ATTRIBUTE.STATE, enums.State.COMPROMISED)
        denied = enums.ResultReason.PERMISSION_DENIED
        fails(denied, self.client.modify_attribute, identifier, attribute=state)
        named = {"attribute_name": "Name", "attribute_index": 0}
        gone, answer = self.client.delete_attribute(identifier, **named)
        assert gone == identifier and answer.attribute_value.name_value.value == "after"
        fails(enums.ResultReason.ITEM_NOT_FOUND, self.client.delete_attribute, identifier, **named)

    def change_in_two(self, identifier):
        values = AttributeValueFactory()
        before, after = (
            values.create_attribute_value_by_enum(enums.Tags.NAME, text) for text in ("before", "after")
        )
        changed, _ = self.client.modify_attribute(
            identifier,
            current_attribute=structures.CurrentAttribute(attribute=before),
            new_attribute=structures.NewAttribute(attribute=after),
        )
        assert changed == identifier
        assert self.client.locate(attributes=[attribute(ATTRIBUTE.NAME, "after")]) == [identifier]
        assert self.client.set_attribute(
            identifier, attribute_name="Sensitive", attribute_value=True
        ) == identifier
        fails(enums.ResultReason.SENSITIVE, self.client.get, identifier)
        read_only = enums.ResultReason.READ_ONLY_ATTRIBUTE
        named = {"attribute_name": "State", "attribute_value": enums.State.COMPROMISED}
        fails(read_only, self.client.set_attribute, identifier, **named)
        reference = structures.AttributeReference("PyKMIP", "Name")
        self.client.delete_attribute(
            identifier, current_attribute=structures.CurrentAttribute(attribute=after)
        )
        not_found = enums.ResultReason.ATTRIBUTE_NOT_FOUND
        fails(not_found, self.client.delete_attribute, identifier, attribute_reference=reference)
        # What is sensitive is not got, so that there is nothing to look for when it is gone.
        self.client.set_attribute(identifier, attribute_name="Sensitive", attribute_value=False)

    def step_life(self):
        identifier = self.client.create(ALGORITHM.AES, 256, cryptographic_usage_mask=[MASK.ENCRYPT])
        self.client.activate(identifier)
        assert self.state(identifier) == enums.State.ACTIVE
        wrong = enums.ResultReason.WRONG_KEY_LIFECYCLE_STATE if self.is_two else enums.ResultReason.PERMISSION_DENIED
        fails(wrong, self.client.activate, identifier)
        fails(wrong, self.client.destroy, identifier)
        self.client.revoke(enums.RevocationReasonCode.CESSATION_OF_OPERATION, identifier, "done")
        assert self.state(identifier) == enums.State.DEACTIVATED
        self.client.destroy(identifier)
        compromised = self.aes(MASK.ENCRYPT)
        since = int(time.time()) - 3600
        self.client.revoke(
            enums.RevocationReasonCode.KEY_COMPROMISE, compromised, "stolen", since
        )
        assert self.state(compromised) == enums.State.COMPROMISED
        occurred = self.value(compromised, ATTRIBUTE.COMPROMISE_OCCURRENCE_DATE).value
        assert occurred == since, occurred
        self.client.destroy(compromised)

    def step_check(self):
        identifier = self.aes(MASK.ENCRYPT)
        assert self.client.check(identifier, cryptographic_usage_mask=[MASK.ENCRYPT]) == identifier
        # KMIP 1.x says with the failure what is denied. PyKMIP cannot read the failure of KMIP 2.0, which says nothing else.
        if not self.is_two:
            result = self.client.proxy.check(identifier, cryptographic_usage_mask=[MASK.SIGN])
            assert result["result_status"] == enums.ResultStatus.OPERATION_FAILED, result
            assert result["result_reason"] == enums.ResultReason.PERMISSION_DENIED, result
            assert result["cryptographic_usage_mask"] == [MASK.SIGN], result
        self.end(identifier)

    def step_rekey(self):
        identifier = self.aes(MASK.ENCRYPT, MASK.DECRYPT, name="rekeyed")
        newer = self.client.rekey(identifier, offset=0)
        assert newer != identifier
        assert self.client.get(newer).value != self.client.get(identifier).value
        assert self.client.locate(attributes=[attribute(ATTRIBUTE.NAME, "rekeyed")]) == [newer]
        assert self.state(newer) == self.state(identifier) == enums.State.ACTIVE
        self.end(identifier, newer)

    # Cryptography

    def derived(self, base, method, parameters, bits, kind=TYPE.SECRET_DATA, **named):
        identifier = self.client.derive_key(
            kind, [base], method, parameters, cryptographic_length=bits, **named
        )
        value = self.client.get(identifier).value
        self.end(identifier)
        return value

    def step_derive(self):
        method = enums.DerivationMethod
        password = objects.SecretData(
            b"password", enums.SecretDataType.PASSWORD, [MASK.DERIVE_KEY], "password"
        )
        base = self.client.register(password)
        self.client.activate(base)
        sha256 = {"cryptographic_parameters": {"hashing_algorithm": HASH.SHA_256}}
        found = self.derived(
            base, method.PBKDF2, {**sha256, "salt": b"salt", "iteration_count": 4096}, 256,
            TYPE.SYMMETRIC_KEY, cryptographic_algorithm=ALGORITHM.AES,
        )
        assert found == hashlib.pbkdf2_hmac("sha256", b"password", b"salt", 4096), found.hex()
        found = self.derived(base, method.HASH, sha256, 256)
        assert found == hashlib.sha256(b"password").digest(), found.hex()
        parameters = {**sha256, "derivation_data": b"data", "salt": b"salt"}
        found = self.derived(base, method.HMAC, parameters, 256)
        # HKDF (RFC 5869) of one block.
        extracted = hmac.digest(b"salt", b"password", "sha256")
        assert found == hmac.digest(extracted, b"data\x01", "sha256"), found.hex()
        parameters = {**sha256, "derivation_data": b"data"}
        found = self.derived(base, method.NIST800_108_C, parameters, 512)
        expected = b"".join(
            hmac.digest(b"password", number.to_bytes(4, "big") + b"data", "sha256") for number in (1, 2)
        )
        assert found == expected, found.hex()
        key = self.aes(MASK.DERIVE_KEY)
        vector = bytes(range(16))
        parameters = {
            "cryptographic_parameters": CBC,
            "initialization_vector": vector,
            "derivation_data": b"fifteen bytes..",
        }
        found = self.derived(key, method.ENCRYPT, parameters, 128)
        cipher = Cipher(algorithms.AES(self.client.get(key).value), modes.CBC(vector)).encryptor()
        assert found == cipher.update(b"fifteen bytes..\x01") + cipher.finalize(), found.hex()
        self.end(base, key)

    def step_encrypt(self):
        if not self.encrypts:
            return
        identifier = self.aes(MASK.ENCRYPT, MASK.DECRYPT)
        key = self.client.get(identifier).value
        text, vector = b"a secret message", bytes(range(16))
        ciphertext, own = self.client.encrypt(text, identifier, CBC, vector)
        assert own is None, "a vector that the client chose is not sent back"
        cipher = Cipher(algorithms.AES(key), modes.CBC(vector)).encryptor()
        assert ciphertext == cipher.update(text + b"\x10" * 16) + cipher.finalize()
        assert self.client.decrypt(ciphertext, identifier, CBC, vector) == text
        chosen = {**CBC, "random_iv": True}
        ciphertext, own = self.client.encrypt(text, identifier, chosen)
        assert len(own) == 16 and self.client.decrypt(ciphertext, identifier, CBC, own) == text
        altered = bytes([ciphertext[0] ^ 1]) + ciphertext[1:]
        try:
            assert self.client.decrypt(altered, identifier, CBC, own) != text
        except exceptions.KmipOperationFailure as failure:
            assert failure.reason == enums.ResultReason.CRYPTOGRAPHIC_FAILURE, failure
        self.end(identifier)

    def step_sign(self):
        if not self.encrypts:
            return
        public, private = self.client.create_key_pair(
            ALGORITHM.RSA, 2048, public_usage_mask=[MASK.VERIFY], private_usage_mask=[MASK.SIGN]
        )
        wrong = enums.ResultReason.WRONG_KEY_LIFECYCLE_STATE if self.is_two else enums.ResultReason.PERMISSION_DENIED
        fails(wrong, self.client.sign, b"message", private, PSS)
        self.client.activate(private)
        self.client.activate(public)
        signature = self.client.sign(b"message", private, PSS)
        pss = padding.PSS(padding.MGF1(hashes.SHA256()), padding.PSS.AUTO)
        key = load_public(self.client.get(public).value)
        key.verify(signature, b"message", pss, hashes.SHA256())
        valid = enums.ValidityIndicator
        assert self.client.signature_verify(b"message", signature, public, PSS) == valid.VALID
        assert self.client.signature_verify(b"other", signature, public, PSS) == valid.INVALID
        self.end(private, public)

    def step_mac(self):
        if not self.encrypts:
            return
        key = objects.SymmetricKey(ALGORITHM.HMAC_SHA256, 256, bytes(range(32)), [MASK.MAC_GENERATE])
        identifier = self.client.register(key)
        self.client.activate(identifier)
        _, code = self.client.mac(b"message", identifier, ALGORITHM.HMAC_SHA256)
        assert code == hmac.digest(bytes(range(32)), b"message", "sha256")
        self.end(identifier)

    # The server

    def step_query(self):
        function = enums.QueryFunction
        result = self.client.proxy.query(
            query_functions=[
                function.QUERY_OPERATIONS,
                function.QUERY_OBJECTS,
                function.QUERY_SERVER_INFORMATION,
            ]
        )
        assert result.result_status.value == enums.ResultStatus.SUCCESS, result.result_message
        operations = {one for one in result.operations}
        expected = {enums.Operation.CREATE, enums.Operation.LOCATE, enums.Operation.DERIVE_KEY}
        assert expected <= operations, operations
        assert TYPE.SYMMETRIC_KEY in result.object_types, result.object_types
        assert result.vendor_identification, "the server says who made it"

    def step_versions(self):
        if self.version == VERSION.KMIP_1_0:
            return
        result = self.client.proxy.discover_versions()
        assert result.result_status.value == enums.ResultStatus.SUCCESS, result.result_message
        versions = [(one.major, one.minor) for one in result.protocol_versions]
        assert versions == [(2, 1), (2, 0), (1, 4), (1, 3), (1, 2), (1, 1), (1, 0)], versions


def load_private(data):
    return serialization.load_der_private_key(data, None)


def load_public(data):
    return serialization.load_der_public_key(data)


def certificate(key):
    """A certificate that is signed by its own key."""
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "walk")])
    now = datetime.datetime.now(datetime.timezone.utc)
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(now).not_valid_after(now + datetime.timedelta(days=1))
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def main(configuration):
    failed = 0
    for version in enums.KMIPVersion:
        named = {"config": "client", "config_file": configuration, "kmip_version": version}
        with ProxyKmipClient(**named) as client:
            failed += Walk(client, version).run()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
