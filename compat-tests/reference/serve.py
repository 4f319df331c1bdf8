#!/usr/bin/env python3
"""Serve the reference with threads: `serve.py --config FILE`; listens where `server.bind` says."""

import argparse
import os
import sys
import warnings
from socketserver import ThreadingMixIn


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--config", required=True)
    arguments = parser.parse_args()

    from reference_site import site_config

    os.environ[site_config.CONFIG_VARIABLE] = arguments.config
    os.environ["DJANGO_SETTINGS_MODULE"] = "reference_site.settings"
    host, port = site_config.server_settings(site_config.load())["bind"].rsplit(":", 1)
    warnings.simplefilter("ignore")

    from django.core.servers.basehttp import WSGIRequestHandler, WSGIServer
    from django.core.wsgi import get_wsgi_application

    class Server(ThreadingMixIn, WSGIServer):
        daemon_threads = True
        request_queue_size = 128

    class Handler(WSGIRequestHandler):
        def log_message(self, *arguments: object) -> None:
            pass

    application = get_wsgi_application()
    server = Server((host, int(port)), Handler)
    server.set_app(application)
    server.serve_forever()


if __name__ == "__main__":
    sys.exit(main())
