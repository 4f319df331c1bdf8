"""DOT's own fetcher of client ID metadata documents, led to a test's listener as `[server.testing]` says."""

import ssl
from typing import Any

import urllib3
from oauth2_provider import cimd

from reference_site import site_config


class LoopbackFetcher(cimd.SafeMetadataFetcher):
    """Everything is DOT's but where a name is found and who vouches for its certificate."""

    def fetch(self, client_id: str) -> tuple[dict[str, Any], int]:
        parsed = cimd._validate_client_id_url(client_id)
        testing = site_config.server_settings(site_config.load())["testing"]
        place = testing["resolve"].get(parsed.hostname)
        if place is None:
            raise cimd.CIMDError("could not resolve client_id host")
        host, port = place.rsplit(":", 1)
        timeout = cimd.oauth2_settings.CIMD_FETCH_TIMEOUT_SECONDS
        pool = urllib3.HTTPSConnectionPool(
            host=host,
            port=int(port),
            timeout=urllib3.Timeout(total=timeout),
            retries=False,
            ssl_context=ssl.create_default_context(cafile=testing["ca"]),
            server_hostname=parsed.hostname,
        )
        path = parsed.path + (f"?{parsed.query}" if parsed.query else "")
        headers = {"Host": parsed.netloc, "Accept": "application/json, application/*+json"}
        try:
            response = pool.urlopen("GET", path, headers=headers, redirect=False, preload_content=False)
            return self._read_document(response)
        except urllib3.exceptions.HTTPError as error:
            raise cimd.CIMDError(f"could not fetch client_id document: {error}") from error
        finally:
            pool.close()
