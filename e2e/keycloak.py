"""People sign in by a real Keycloak: its own login page, filled in as a browser does it, with cookies, forms and redirects.

Usage: keycloak.py KEYCLOAK FOVEA OWNERS-TOKEN; the passwords come by PASSWORD (of the people) and KC_BOOTSTRAP_ADMIN_PASSWORD (of 'keeper').
"""
import html
import http.cookiejar
import json
import os
import re
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

from expecting import expect, expect_in

KEYCLOAK, FOVEA, OWNER = sys.argv[1:4]
REALM = KEYCLOAK + "/admin/realms/vision"
PASSWORD, KEEPERS = os.environ["PASSWORD"], os.environ["KC_BOOTSTRAP_ADMIN_PASSWORD"]


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


class Page:
    def __init__(self, status, url, headers, text):
        self.status, self.url, self.headers, self.text = status, url, headers, text

    def form(self, marker):
        """Where the form goes that has this in it, and its hidden fields."""
        for found in re.finditer(r"<form\b(.*?)>(.*?)</form>", self.text, re.S):
            if marker in found.group(0):
                action = html.unescape(re.search(r'action="([^"]*)"', found.group(1)).group(1))
                hidden = {}
                for field in re.findall(r"<input\b[^>]*>", found.group(2), re.S):
                    name = re.search(r'name="([^"]*)"', field)
                    value = re.search(r'value="([^"]*)"', field)
                    if 'type="hidden"' in field and name:
                        hidden[name.group(1)] = html.unescape(value.group(1)) if value else ""
                return urllib.parse.urljoin(self.url, action), hidden
        raise SystemExit(f"✘ no form with {marker!r} on {self.url} (answer {self.status}):\n{self.text[:3000]}")


class Browser:
    """Keeps cookies and follows redirects. As in browsers, this machine is as good as TLS: Keycloak marks its cookies as for TLS alone."""

    def __init__(self):
        self.jar = http.cookiejar.CookieJar(http.cookiejar.DefaultCookiePolicy(secure_protocols=("http", "https")))
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar), NoRedirect())

    def go(self, url, form=None):
        for _ in range(10):
            data = urllib.parse.urlencode(form).encode() if form is not None else None
            request = urllib.request.Request(url, data, {"Accept": "text/html"})
            try:
                answer = self.opener.open(request, timeout=60)
            except urllib.error.HTTPError as e:
                answer = e
            if answer.status in (301, 302, 303, 307, 308):
                url, form = urllib.parse.urljoin(url, answer.headers["Location"]), None
                continue
            return Page(answer.status, url, answer.headers, answer.read().decode())
        raise SystemExit(f"✘ more than 10 redirects, at last to {url}")

    def leaves(self):
        """To the provider's login page."""
        page = self.go(FOVEA + "/login/provider?next=/parcels")
        expect(page.url.split("?")[0].startswith(KEYCLOAK + "/realms/vision/"), True, "Fovea sends the browser to Keycloak")
        return page

    def sign_in(self, name):
        action, hidden = self.leaves().form('name="password"')
        return self.go(action, hidden | {"username": name, "password": PASSWORD})


def keeper(method, path, body=None):
    """Keycloak's administrator does something."""
    form = {"grant_type": "password", "client_id": "admin-cli", "username": "keeper", "password": KEEPERS}
    with urllib.request.urlopen(
        KEYCLOAK + "/realms/master/protocol/openid-connect/token", urllib.parse.urlencode(form).encode(), 60
    ) as answer:
        token = json.load(answer)["access_token"]
    request = urllib.request.Request(
        REALM + path,
        None if body is None else json.dumps(body).encode(),
        {"Authorization": "Bearer " + token, "Content-Type": "application/json"},
        method=method,
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        text = answer.read()
        return json.loads(text) if text else None


def api(method, path):
    request = urllib.request.Request(FOVEA + path, b"" if method != "GET" else None, {"Authorization": "Bearer " + OWNER}, method=method)
    with urllib.request.urlopen(request, timeout=60) as answer:
        text = answer.read()
        return json.loads(text) if text else None


def sessions(user):
    return len(keeper("GET", f"/users/{user}/sessions"))


def told(act):
    """Whether the audit log says so of ada by now."""
    for _ in range(50):
        if any(row["who"] == "ada" and row["act"] == act for row in api("GET", "/api/v1/projects/parcels/audit?limit=200")):
            return True
        time.sleep(0.2)
    return False


api("PUT", "/api/v1/projects/parcels")
users = {user["username"]: user["id"] for user in keeper("GET", "/users")}
expect_in("Sign in with Keycloak", Browser().go(FOVEA + "/login").text, "the sign-in page offers it by discovery")

ada = Browser()
page = ada.sign_in("ada")
expect((page.status, page.url), (200, FOVEA + "/parcels"), "ada signs in by Keycloak's page and is where she wanted to be")
expect_in(">ada<", page.text, "the page says who she is")
refused = ada.go(FOVEA + "/parcels/releases/sha256:00/approve", {"_csrf": page.form('action="/logout"')[1]["_csrf"]})
expect(refused.status, 403, "a role that her group does not give")
expect_in("RELEASE_MANAGER", refused.text, "the refusal names it")
expect(told("signed in"), True, "the audit log has the sign-in")

bob = Browser()
page = bob.sign_in("bob")
expect(page.status, 403, "bob is of another group")
expect_in("groups=vision-team", page.text, "he is told which is missing")
expect_in("cooks", page.text, "and what he has")
expect_in("/login", bob.go(FOVEA + "/parcels").url, "no page opens to him")

wrong = Browser()
action, hidden = wrong.leaves().form('name="password"')
page = wrong.go(action, hidden | {"username": "ada", "password": "guessed"})
expect(page.url.startswith(KEYCLOAK), True, "a wrong password stays at Keycloak")

# Signing out here ends Keycloak's session as well, and no page of Keycloak asks again.
expect(sessions(users["ada"]), 1, "Keycloak's sessions of ada")
action, hidden = ada.go(FOVEA + "/parcels").form('action="/logout"')
page = ada.go(action, hidden)
expect_in("You are signed out here", page.text, "ada signs out")
there = re.fullmatch(r"0; url=(.*)", page.headers["Refresh"]).group(1)
expect_in(KEYCLOAK + "/realms/vision/protocol/openid-connect/logout?", there, "her browser goes on to Keycloak")
page = ada.go(there)
expect(page.url.split("?")[0], FOVEA + "/login", "Keycloak sends it back")
expect(sessions(users["ada"]), 0, "Keycloak's sessions of ada afterwards")
ada.leaves().form('name="password"')
print("ok: signing in again asks for the password", flush=True)

# The same with groups that are in UserInfo alone.
mappers = "/clients/1b3a4c5e-0c5f-4f0e-8a53-5f1d3a6b7c00/protocol-mappers/models/1b3a4c5e-0c5f-4f0e-8a53-5f1d3a6b7c01"
mapper = keeper("GET", mappers)
expect(mapper["config"]["id.token.claim"], "true", "groups were in the ID token")
keeper("PUT", mappers, mapper | {"config": mapper["config"] | {"id.token.claim": "false"}})

# Keycloak's administrator ends one session of two, then all: the token of the back channel reaches Fovea, and the next page is refused.
ada, phone = Browser(), Browser()
for device in (ada, phone):
    expect(device.sign_in("ada").status, 200, "signed in")
both = keeper("GET", f"/users/{users['ada']}/sessions")
expect(len(both), 2, "two devices")
keeper("DELETE", "/sessions/" + both[0]["id"])
left = [device.go(FOVEA + "/parcels").url.split("?")[0] for device in (ada, phone)]
expect(sorted(left), [FOVEA + "/login", FOVEA + "/parcels"], "one session ended at Keycloak")
keeper("POST", f"/users/{users['ada']}/logout")
for device in (ada, phone):
    expect(device.go(FOVEA + "/parcels").url.split("?")[0], FOVEA + "/login", "all sessions ended at Keycloak")
expect(told("signed out by the identity provider"), True, "the audit log has it")

# In this order: of somebody who is disabled first, Keycloak forgets the sessions without a word.
keeper("PUT", f"/users/{users['ada']}", keeper("GET", f"/users/{users['ada']}") | {"enabled": False})
page = Browser().sign_in("ada")
expect(page.url.startswith(KEYCLOAK), True, "who is disabled at Keycloak does not come back")
expect_in("disabled", page.text.lower(), "Keycloak says so")

# What is not Keycloak's own word ends nothing.
for token in ("", "x.y.z", "eyJhbGciOiJub25lIn0.e30."):
    request = urllib.request.Request(FOVEA + "/api/v1/oidc/logout", urllib.parse.urlencode({"logout_token": token}).encode())
    try:
        urllib.request.urlopen(request, timeout=60)
        raise SystemExit(f"✘ a logout token {token!r} was taken")
    except urllib.error.HTTPError as e:
        expect(e.code, 400, f"logout token {token!r}")
