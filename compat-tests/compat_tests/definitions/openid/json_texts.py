"""JSON that clients send and the database keeps: rows A-35, O-330, O-332, O-700.

Python reads more than RFC 8259 allows, and writes what it read in a form of its own: `1.50` becomes `1.5`.
"""

from compat_tests.definitions.openid.registry import CB, Step, app, authorize, case, step, token

#: DEL is below 128, and `json.dumps` escapes it all the same.
DEL = "\x7f"


def asks(*texts: str, scope: str = "openid") -> list[Step]:
    """An authorization request for each text of `claims`."""
    return [authorize(scope=scope, nonce="n-1", claims=text) for text in texts]


def each(name: str, title: str, *texts: str, rows: str = "O-330", scope: str = "openid") -> None:
    case("json-" + name, title, asks(*texts, scope=scope), rows=rows)


each("claims-number", "1.50 is kept as 1.5", '{"n": 1.50}')
each("claims-del", "a raw DEL is kept as \\u007f", '{"d": "%s", "%s": null}' % (DEL, DEL))
each(
    "claims-numbers",
    "floats as repr() writes them, integers as they are",
    '{"n": [1E5, 1e+05, 1e16, 1.0e-5, 0.0001, 100.0, -0.0, -0, 0e0, 5e-324, 1e-400]}',
    '{"n": [12345678901234567890123, -98765432109876543210, 0.1, 123456789.125, 2.220446049250313e-16]}',
)
each("claims-overflow", "what no float holds is infinite", '{"n": 1e400}', '{"n": [-1e400, 1E+999999992, 1e999999991]}')
each("claims-nan", "NaN and Infinity are read and written", '{"n": [NaN, Infinity, -Infinity], "NaN": "NaN"}', "NaN")
each(
    "claims-surrogates",
    "halves of surrogate pairs stay, pairs too",
    '{"s": "\\ud800", "\\udfff": "\\ud83d\\ud83d\\ude00"}',
    '{"s": "\U0001f600\\u00e9é/\\/\\b\\f\\n\\r\\t\\u0000"}',
)
each("claims-twice", "of a key twice the last value counts, in the first place", '{"a": 1, "b": 2, "a": {"c": 3, "c": 4}}')
each("claims-blanks", "blanks between tokens are Python's", ' {"a" :\t[ 1,2\n,3 ] ,"b":{ } }\r\n')
each(
    "claims-malformed",
    "what json.loads does not read",
    '{"n": +1}',
    '{"n": 01}',
    '{"n": 1.}',
    '{"n": .5}',
    '{"n": nan}',
    '{"n": -NaN}',
    '{"n": [1,]}',
    '{"s": "\t"}',
    '{"s": "\\ud8"}',
    "{'s': 1}",
    "\ufeff{}",
    "{} {}",
    rows="O-332",
)
each("claims-falsy", "what is false is kept as {}", "{}", "[]", '""', "0", "0.0", "-0.0", "0e5", "false", "null", "1e-400")
each("claims-text", "JSON in a text is read at the second look", '"{\\"n\\": 1.50}"', '"[]"', '"NaN"', '"\\"{}\\""')
each(
    "claims-not-openid",
    "without openid the parameter is one text",
    '{"n": 1.50, "d": "%s"}' % DEL,
    "é\U0001f600\t\\",
    rows="A-35 O-331",
    scope="read",
)
case(
    "json-claims-form",
    "the consent page holds what json.dumps writes, and the form is read again",
    [
        authorize(nonce="n-1", claims='{"n": [1.50, NaN, 1e400], "d": "%s\\ud800"}' % DEL),
        step(
            "POST",
            "/o/authorize/",
            session="alice",
            csrf=True,
            form={
                "redirect_uri": CB,
                "scope": "openid",
                "nonce": "n-1",
                "client_id": "web",
                "response_type": "code",
                "claims": '{"n": [1.50, NaN, 1e400], "d": "%s\\ud800"}' % DEL,
                "allow": "Authorize",
            },
        ),
        token(),
    ],
    applications=[app(skip_authorization=False)],
    rows="A-33 O-321 O-330",
)
case(
    "json-resource-del",
    "a raw DEL in a resource is kept as \\u007f, by the code and by its tokens",
    [
        authorize(nonce="n-1", resource=["https://api.example/" + DEL, "https://b.example/é\U0001f600"]),
        token(),
    ],
    rows="O-700 O-701",
)
case(
    "json-resource-token",
    "resources of a token request",
    [authorize(nonce="n-1"), token(resource=["https://api.example/" + DEL])],
    rows="O-704",
)
