"""Send one request many times at the same moment."""

import http.client
import threading
from collections.abc import Callable, Sequence
from urllib.parse import urlencode

from compat_tests.exchange import Answer


def post_all(
    ports: Sequence[int], path: str, forms: Sequence[dict[str, str]], headers: dict[str, str]
) -> list[Answer]:
    """POST each form; all connections are open before the first byte is sent. Ports are taken in turn."""
    barrier = threading.Barrier(len(forms))
    answers: list[Answer | None] = [None] * len(forms)

    def post(index: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", ports[index % len(ports)], timeout=120)
        connection.connect()
        barrier.wait(60)
        all_headers = {"Content-Type": "application/x-www-form-urlencoded", **headers}
        connection.request("POST", path, urlencode(forms[index]), all_headers)
        response = connection.getresponse()
        body = response.read().decode("utf-8", "replace")
        answers[index] = Answer(response.status, response.getheaders(), body)
        connection.close()

    at_once([lambda index=index: post(index) for index in range(len(forms))])  # type: ignore[misc]
    assert all(answer is not None for answer in answers), "a request got no answer"
    return [answer for answer in answers if answer is not None]


def at_once(jobs: Sequence[Callable[[], object]]) -> None:
    threads = [threading.Thread(target=job) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
