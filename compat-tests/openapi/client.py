"""A client made of the description alone: fetches a token, looks at it, revokes it, looks again."""

import json
import sys

sys.path.insert(0, sys.argv[1])

from docs_client import Client  # type: ignore[import-not-found]
from docs_client.api.tokens import introspect, revoke_token, token  # type: ignore[import-not-found]
from docs_client.models import (  # type: ignore[import-not-found]
    ErrorBody,
    IntrospectForm,
    RevokeForm,
    TokenForm,
    TokenFormGrantType,
)

base_url, client_id, secret = sys.argv[2:]
client = Client(base_url=base_url)
who = {"client_id": client_id, "client_secret": secret}
issued = token.sync(client=client, body=TokenForm(TokenFormGrantType.CLIENT_CREDENTIALS, scope="read", **who))
access_token = issued.access_token
before = introspect.sync(client=client, body=IntrospectForm(access_token, **who))
refused = token.sync(client=client, body=TokenForm(TokenFormGrantType.REFRESH_TOKEN, **who))
assert isinstance(refused, ErrorBody), refused
revoke_token.sync_detailed(client=client, body=RevokeForm(access_token, **who))
after = introspect.sync(client=client, body=IntrospectForm(access_token, **who))
print(json.dumps({"before": before.to_dict(), "after": after.to_dict(), "refused": refused.to_dict()}))
