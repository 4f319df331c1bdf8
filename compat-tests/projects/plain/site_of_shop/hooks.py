"""Python that settings point at."""

def pkce_required(client_id):
    return not client_id.startswith("legacy")


def lifetime(request):
    return 600 if request.grant_type == "client_credentials" else 36000


def code_page(user_code):
    return f"https://shop.example/o/device?user_code={user_code}"


def stranger(get_response):
    return get_response
