"""Makes, finds, replaces or revokes an AES key with PyKMIP.

Usage: pykmip_key.py CONFIGURATION create|find
       pykmip_key.py CONFIGURATION rekey|revoke IDENTIFIER

CONFIGURATION is a file as PyKMIP reads it, with the section `client`. Prints the identifier of the key that was made or revoked,
or has the name.
"""

import sys

from kmip.core import enums
from kmip.core.factories.attributes import AttributeFactory
from kmip.pie.client import ProxyKmipClient

NAME = "unseal"


def create(client):
    uses = [enums.CryptographicUsageMask.ENCRYPT, enums.CryptographicUsageMask.DECRYPT]
    algorithm = enums.CryptographicAlgorithm.AES
    identifier = client.create(algorithm, 256, name=NAME, cryptographic_usage_mask=uses)
    client.activate(identifier)
    return identifier


def find(client):
    name = AttributeFactory().create_attribute(enums.AttributeType.NAME, NAME)
    (identifier,) = client.locate(attributes=[name])
    return identifier


def rekey(client, identifier):
    return client.rekey(identifier, offset=0)


def revoke(client, identifier):
    client.revoke(enums.RevocationReasonCode.KEY_COMPROMISE, identifier)
    return identifier


def main(configuration, action, *arguments):
    actions = {"create": create, "find": find, "rekey": rekey, "revoke": revoke}
    with ProxyKmipClient(config="client", config_file=configuration) as client:
        print(actions[action](client, *arguments))


if __name__ == "__main__":
    main(*sys.argv[1:])
