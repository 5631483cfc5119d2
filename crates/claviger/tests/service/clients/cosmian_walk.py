"""Walks through the HTTP dialect of the KMIP door with the Python client of the Cosmian KMS, 4.22. Every step asserts.

Usage: cosmian_walk.py URL

The last line is `done` if all is well; the exit code says nothing, since the client may crash when the interpreter ends.
"""

import asyncio
import sys

from cosmian_kms import KmsClient
from cryptography.hazmat.primitives.ciphers.aead import AESGCM


async def fails(call, *parts):
    """The call has to be refused, and the message to say this."""
    try:
        result = await call
    except Exception as failure:
        message = str(failure)
        assert all(part in message for part in parts), message
        return message
    raise AssertionError(f"it was not refused, and gave {result!r}")


async def symmetric(client):
    identifier = await client.create_symmetric_key(256)
    got = await client.get_object(identifier)
    assert got.object_type() == "SymmetricKey" and len(got.key_block()) == 32
    sealed = await client.encrypt(b"hello", identifier)
    assert sealed.unique_identifier() == identifier
    nonce, tag = sealed.iv_counter_nonce(), sealed.authenticated_encryption_tag()
    assert len(nonce) == 12 and len(tag) == 16 and len(sealed.data()) == 5, sealed
    # What the service computes is computed again here.
    opened = AESGCM(bytes(got.key_block())).decrypt(nonce, sealed.data() + tag, None)
    assert opened == b"hello"
    again = await client.decrypt(sealed.data(), identifier, nonce, tag)
    assert bytes(again) == b"hello"
    wrong = bytes([tag[0] ^ 1]) + tag[1:]
    await fails(client.decrypt(sealed.data(), identifier, nonce, wrong), "REST Request Failed")
    another = await client.create_symmetric_key(256)
    await fails(client.decrypt(sealed.data(), another, nonce, tag), "REST Request Failed")
    await end(client, another)
    await end(client, identifier)


async def sizes_and_algorithms(client):
    for bits in (128, 192, 256):
        identifier = await client.create_symmetric_key(bits, "AES")
        assert len((await client.get_object(identifier)).key_block()) == bits // 8
        await end(client, identifier)
    identifier = await client.create_symmetric_key(256, "ChaCha20")
    assert len((await client.get_object(identifier)).key_block()) == 32
    await end(client, identifier)
    await fails(client.create_symmetric_key(100), "100 bits")


async def tags(client):
    blue = await client.create_symmetric_key(256, "AES", tags=["sky", "blue"])
    grey = await client.create_symmetric_key(256, "AES", tags=["sky", "grey"])
    assert (await client.get_object(["blue"])).key_block() != (await client.get_object(["grey"])).key_block()
    sealed = await client.encrypt(b"hello", ["sky", "blue"])
    assert sealed.unique_identifier() == blue
    nonce, tag = sealed.iv_counter_nonce(), sealed.authenticated_encryption_tag()
    assert bytes(await client.decrypt(sealed.data(), ["blue", "sky"], nonce, tag)) == b"hello"
    await fails(client.get_object(["sky"]), "several objects")
    await fails(client.get_object(["green"]), "no object")
    assert await client.revoke_key("done", ["blue"]) == blue
    await fails(client.encrypt(b"hello", blue), "revoked")
    assert await client.destroy_key(blue) == blue
    assert (await client.encrypt(b"hello", ["sky"])).unique_identifier() == grey
    await end(client, grey)


async def protected(client):
    """A key that does not leave the service."""
    sensitive = await client.create_symmetric_key(256, "AES", True, ["hidden"])
    await fails(client.get_object(sensitive), "ensitive")
    assert (await client.encrypt(b"hello", ["hidden"])).unique_identifier() == sensitive
    await end(client, sensitive)


async def end(client, identifier):
    """Revokes and destroys a key, and proves that it is gone."""
    assert await client.revoke_key("test", identifier) == identifier
    assert await client.destroy_key(identifier) == identifier
    await fails(client.get_object(identifier), "destroyed")


async def cover_crypt(client):
    """Keys of CoverCrypt are kept. What is not served says so."""
    policy = b'{"version":"V2","last_attribute_value":0,"dimensions":{}}'
    await fails(client.create_cover_crypt_master_key_pair(policy, False), "CoverCrypt", "not made")
    private, public = b"a private key", b"a public key"
    imported = await client.import_cover_crypt_master_private_key(
        private, True, "public", policy, ["authority"], False, None, "private"
    )
    assert imported == "private"
    imported = await client.import_cover_crypt_public_key(public, True, policy, "private", "public")
    assert imported == "public"
    got = await client.get_object("private")
    assert got.object_type() == "PrivateKey" and bytes(got.key_block()) == private
    got = await client.get_object("public")
    assert got.object_type() == "PublicKey" and bytes(got.key_block()) == public
    call = client.create_cover_crypt_user_decryption_key("A::B", "private", False)
    await fails(call, "CoverCrypt", "not made")
    await fails(client.rekey_cover_crypt_access_policy("A::B", "private"), "CoverCrypt", "not made")
    await fails(client.cover_crypt_encryption("A::B", b"text", "public"), "REST Request Failed")
    await fails(client.cover_crypt_decryption(b"text", "private"), "REST Request Failed")
    # One that is there is replaced only when that is asked for.
    call = client.import_cover_crypt_public_key(public, False, policy, "private", "public")
    await fails(call, "public")
    await end(client, "private")
    await end(client, "public")


async def main(url):
    client = KmsClient(server_url=url, api_key="a token")
    for step in (symmetric, sizes_and_algorithms, tags, protected, cover_crypt):
        await step(client)
        print(step.__name__, flush=True)
    print("done", flush=True)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
