# Which rule makes a claim: tried against each marked user, and taken only if it fits them all.


def claim_columns(model):
    """Attribute to its name in the file, its kind and whether it may be NULL: the columns that claims can show."""
    taken = {model._meta.pk.attname: "id", model.USERNAME_FIELD: "username"}
    mail = getattr(model, "EMAIL_FIELD", None) or "email"
    taken.setdefault(mail, "email")
    out = collections.OrderedDict()
    for field in model._meta.concrete_fields:
        kind = claim_kind(field)
        known = field.attname in USER_COLUMNS and is_stock_column(field, kind)
        name = taken.get(field.attname) or (field.attname if known else field.column)
        # A column of the project's own under one of Django's names that stands for another column here.
        is_clear = field.attname in taken or known or name not in USER_COLUMNS
        if kind and is_clear and name != "password":
            out[field.attname] = (name, kind, field.null, name not in USER_COLUMNS)
    return out


def is_stock_column(field, kind):
    kinds = {"id": kind, "last_login": "time", "date_joined": "time", "is_superuser": "flag", "is_staff": "flag", "is_active": "flag"}
    return kind == kinds.get(field.attname, "text")


def crowd(columns):
    """Values and groups of users: all combinations of flags, each text, number and date missing, each two texts missing."""
    import itertools

    flags = [name for name, (_, kind, _, _) in columns.items() if kind == "flag"]
    texts = [name for name, (_, kind, _, _) in columns.items() if kind == "text"]
    people = []

    def add(changes, groups):
        seed = len(people) + 1
        values = {name: value_of(kind, name, seed) for name, (_, kind, _, _) in columns.items()}
        values.update(changes)
        people.append((values, [value_of("text", "group%d" % (9 - number), seed) for number in range(groups)]))

    combinations = list(itertools.product((True, False), repeat=min(len(flags), 6)))
    for number, combination in enumerate(combinations):
        add(dict(zip(flags, combination)), number % 4)
    for name, (_, kind, may_be_null, _) in columns.items():
        if may_be_null:
            add({name: None}, 1)
        if kind == "number" and name not in ("id", "pk"):
            add({name: 0}, 1)
        if kind == "text":
            add({name: ""}, 2)
    for pair in itertools.combinations(texts, 2):
        add(dict.fromkeys(pair, ""), 0)
    add(dict.fromkeys(texts, ""), 1)
    return people


def shown_value(columns, attribute, values):
    """What slash-o sends of a column."""
    name, kind, _, is_own = columns[attribute]
    value = values[attribute]
    if value is None:
        return "" if kind == "text" and not is_own else None
    return str(value) if kind in ("date", "time", "uuid") else value


def full_name(values):
    return ("%s %s" % (values.get("first_name", ""), values.get("last_name", ""))).strip()


def as_sent(value):
    """A claim as JSON holds it: DOT writes what JSON does not have as str() does."""
    return value if value is None or isinstance(value, (bool, str, int, float, list, dict)) else str(value)


def rule_of(name, columns, people, everything):
    """The rule as data; None where none fits."""
    rows = [(values, groups, as_sent(both[place][name])) for (values, groups), both in zip(people, everything)
            for place in (0, 1) if name in both[place]]
    if len(rows) not in (len(people), 2 * len(people)):
        # Some users do not have it.
        return None
    if all(same(claim, rows[0][2]) for _, _, claim in rows):
        return constant_claim(rows[0][2])
    if all(same(claim, groups) for _, groups, claim in rows):
        return {"from_groups": True}
    return column_claim(columns, rows) or flag_claim(columns, rows)


def same(one, other):
    """Equal, and of one type: JSON tells true from 1 and 1 from 1.0."""
    return type(one) is type(other) and one == other or isinstance(one, dict) and isinstance(other, dict) and one == other


def constant_claim(value):
    if value is None:
        return {"from": []}
    try:
        value_text(value)
    except TypeError:
        return None
    return {"const": value}


def column_claim(columns, rows):
    """The first column that is not empty; its kind where the file has to say it."""
    shows = {attribute: (lambda values, attribute=attribute: shown_value(columns, attribute, values)) for attribute in columns}
    if {"first_name", "last_name"} <= set(columns) and not any(name == "full_name" for name, _, _, _ in columns.values()):
        shows["full_name"] = full_name
    for as_text in (False, True):
        def sent(attribute, values):
            value = shows[attribute](values)
            return str(value) if as_text and isinstance(value, int) and not isinstance(value, bool) else value

        found = longest(shows, rows, sent)
        if found:
            return claim_entry(columns, found, as_text)
    return None


def longest(shows, rows, sent):
    """Columns in their order, such that each row shows the first that is not empty; None where there are none."""
    found, left = [], rows
    while len(found) < 4:
        for attribute in shows:
            if attribute in found:
                continue
            if all(same(claim, sent(attribute, values)) for values, _, claim in left):
                return found + [attribute]
        fitting = [attribute for attribute in shows if attribute not in found and fits(attribute, left, sent)]
        if len(fitting) != 1:
            return None
        found += fitting
        left = [row for row in left if sent(fitting[0], row[0]) in (None, "")]
    return None


def fits(attribute, rows, sent):
    """Whether each row whose column is filled shows it."""
    filled = [(claim, sent(attribute, values)) for values, _, claim in rows if sent(attribute, values) not in (None, "")]
    return len(filled) > 1 and all(same(claim, value) for claim, value in filled)


def claim_entry(columns, attributes, as_text):
    out = collections.OrderedDict([("from", [columns[one][0] if one in columns else one for one in attributes])])
    own = [columns[one] for one in attributes if one in columns and columns[one][3]]
    kinds = {CLAIM_KINDS[kind][0] for _, kind, _, _ in own} - {""}
    if as_text:
        out["kind"] = "text"
    elif kinds and len({kind for _, kind, _, _ in own}) == 1:
        out["kind"] = kinds.pop()
    elif kinds:
        # One word for columns of several kinds.
        return None
    return out


def flag_claim(columns, rows):
    """A value for true and one for false."""
    for attribute, (name, kind, may_be_null, is_own) in columns.items():
        if kind != "flag" or may_be_null:
            continue
        shown = {state: [claim for values, _, claim in rows if values[attribute] is state] for state in (True, False)}
        if all(claims and all(same(claim, claims[0]) for claim in claims) for claims in shown.values()):
            if not any(isinstance(claims[0], (list, dict)) or claims[0] is None for claims in shown.values()):
                table = collections.OrderedDict((word, shown[state][0]) for word, state in (("true", True), ("false", False)))
                return collections.OrderedDict([("from", [name])] + ([("kind", "flag")] if is_own else []) + [("values", table)])
    return None
