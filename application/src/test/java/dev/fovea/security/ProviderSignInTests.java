package dev.fovea.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.fovea.datasets.Projects;
import dev.fovea.kernel.Caller.Role;
import dev.fovea.kernel.Caller.Scope;
import dev.fovea.kernel.Name;
import dev.fovea.registry.Access;
import dev.fovea.registry.AuditLog;
import dev.fovea.roles.RemoteApi;
import dev.fovea.server.FoveaServer;
import dev.fovea.server.Home;
import dev.fovea.server.ServerOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** People sign in by a provider, attackers do not; rights hold where they are given. */
class ProviderSignInTests {
  private static final String SESSION = "fovea";
  private static final String DEPARTURE = "fovea-sign-in";
  private static final String[] GRANTS = {
    "vision parcels ENGINEER", "labellers faces ANNOTATOR", "leads faces RELEASE_MANAGER"
  };

  @TempDir private static Path folder;
  private static FoveaServer server;
  private static LocalProvider provider;
  private static RemoteApi owner;

  @BeforeAll
  static void start() throws IOException {
    int port = freePort();
    var at = "http://127.0.0.1:" + port;
    provider = new LocalProvider(at + ProviderSignIn.BACK);
    var options =
        ServerOptions.at(folder, port)
            .with("fovea.auth.public-url=" + at)
            .with("fovea.auth.login.issuer=" + provider.address())
            .with("fovea.auth.login.client-id=" + LocalProvider.CLIENT)
            .with("fovea.auth.login.client-secret=" + LocalProvider.SECRET)
            .with("fovea.auth.login.end-session=true")
            .with("fovea.auth.login.label=Example & Sons");
    for (int i = 0; i < GRANTS.length; i++) {
      var grant = GRANTS[i].split(" ");
      var key = "fovea.auth.login.grants[%d].".formatted(i);
      options =
          options
              .with(key + "value=" + grant[0])
              .with(key + "project=" + grant[1])
              .with(key + "roles=" + grant[2]);
    }
    server = FoveaServer.start(options);
    owner = new RemoteApi(server.address(), Home.line(folder.resolve("token")));
    for (var project : List.of("parcels", "faces", "others")) {
      owner.as(Projects.class).create(Name.of(project));
    }
  }

  @AfterAll
  static void stop() {
    server.close();
    provider.close();
  }

  @BeforeEach
  void answersWell() {
    provider.fail(0);
  }

  @Test
  void aPersonSignsInAndIsWhereTheyWantedToBe() throws Exception {
    var ada = new Visitor(server.address());
    assertThat(ada.get("/parcels").headers().firstValue("Location"))
        .contains("/login?next=%2Fparcels");
    assertThat(ada.get("/login?next=%2Fparcels").body())
        .contains("Sign in with Example &amp; Sons", "/login/provider?next=/parcels");
    assertThat(ada.cookies).as("a visitor costs no session").isEmpty();

    var leaves = ada.get("/login/provider?next=/parcels");
    assertThat(leaves.statusCode()).isEqualTo(303);
    assertThat(leaves.headers().allValues("Set-Cookie"))
        .singleElement()
        .asString()
        .startsWith(DEPARTURE + "=")
        .contains("HttpOnly", "SameSite=Lax", "Max-Age=600", "Path=/");
    var back = ada.get(local(provider.signIn(location(leaves), "ada", "vision", "labellers")));
    assertThat(back.statusCode()).isEqualTo(302);
    assertThat(back.headers().firstValue("Location")).contains("/parcels");
    assertThat(ada.cookies).as("the departure is over").containsOnlyKeys(SESSION);
    assertThat(back.headers().allValues("Set-Cookie"))
        .filteredOn(cookie -> cookie.startsWith(SESSION + "="))
        .singleElement()
        .asString()
        .contains("HttpOnly", "SameSite=Lax");

    var page = ada.get("/parcels");
    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.body()).contains(">ada<", "Sign out", ">faces<").doesNotContain(">others<");
    await()
        .untilAsserted(() ->
            assertThat(owner.as(AuditLog.class).newest(Name.of("parcels"), 100))
                .anySatisfy(row -> {
                  assertThat(row.who()).isEqualTo("ada");
                  assertThat(row.act()).isEqualTo("signed in");
                  assertThat(row.object()).isEqualTo("[ANNOTATOR] in faces; [ENGINEER] in parcels");
                }));
  }

  @Test
  void rightsHoldInTheProjectThatTheyAreGivenIn() throws Exception {
    var bob = signedIn("bob", "vision", "leads");
    assertThat(bob.get("/faces").statusCode()).isEqualTo(200);
    var elsewhere = bob.get("/others");
    assertThat(elsewhere.statusCode()).isEqualTo(404);
    assertThat(elsewhere.body()).contains("no right in a project &#39;others&#39;");
    assertThat(bob.get("/never-made").statusCode())
        .as("no word whether it is there")
        .isEqualTo(404);

    var here = bob.post("/parcels/releases/sha256:00/approve", "/parcels");
    assertThat(here.statusCode()).isEqualTo(403);
    assertThat(here.body())
        .contains("his needs the role RELEASE_MANAGER in project &#39;parcels&#39;")
        .contains("you are ENGINEER");
    assertThat(bob.post("/faces/releases/sha256:00/approve", "/faces").statusCode())
        .as("a lead of faces may; there is no such release")
        .isNotEqualTo(403);
    assertThat(bob.post("/faces/batches/select", "/faces").statusCode())
        .as("an engineer of parcels is none of faces")
        .isEqualTo(403);
  }

  @Test
  void aPersonMakesTokensOfTheirOwnWithNoMoreThanTheyHave() throws Exception {
    var eve = signedIn("eve", "vision");
    var made = eve.post("/parcels/tokens/create", "/parcels/tokens", "days=7&role=ENGINEER");
    assertThat(made.statusCode()).isEqualTo(200);
    var token = made.body().replaceAll("(?s).*(fov_[0-9a-f]{16}_[0-9a-f]{64}).*", "$1");
    assertThat(api(token, "GET", "/api/v1/me", "").body())
        .contains("\"subject\":\"eve\"", "\"project\":\"parcels\"", "ENGINEER");
    for (var more :
        List.of(
            "days=7&role=RELEASE_MANAGER",
            "days=7&role=ENGINEER&subject=bob",
            "days=7&role=SERVICE")) {
      var refused = eve.post("/parcels/tokens/create", "/parcels/tokens", more);
      assertThat(refused.statusCode()).as(more).isEqualTo(403);
      assertThat(refused.body()).contains("may not issue this token").doesNotContain("fov_");
    }
    assertThat(eve.post("/faces/tokens/create", "/parcels", "days=7&role=ENGINEER").statusCode())
        .isEqualTo(404);
    var id = token.substring(4, 20);
    var bob = signedIn("bob", "vision");
    assertThat(bob.get("/parcels/tokens").body()).doesNotContain(id);
    assertThat(bob.post("/parcels/tokens/%s/revoke".formatted(id), "/parcels").statusCode())
        .as("another's")
        .isEqualTo(404);
    assertThat(eve.post("/parcels/tokens/%s/revoke".formatted(id), "/parcels").statusCode())
        .isEqualTo(302);
    await()
        .untilAsserted(
            () -> assertThat(api(token, "GET", "/api/v1/me", "").statusCode()).isEqualTo(401));
  }

  @Test
  void anAnswerThatThisBrowserDidNotAskForSignsNobodyIn() throws Exception {
    var mallory = new Visitor(server.address());
    var theirs = local(provider.signIn(location(mallory.get("/login/provider")), "m", "vision"));

    var bystander = new Visitor(server.address());
    refused(bystander, theirs);
    var victim = new Visitor(server.address());
    var own = location(victim.get("/login/provider"));
    refused(victim, theirs);
    assertThat(victim.cookies).as("their own way back is gone with it").isEmpty();

    var forger = new Visitor(server.address());
    var right = local(provider.signIn(location(forger.get("/login/provider")), "f", "vision"));
    var kept = forger.cookies.get(DEPARTURE);
    for (var forged :
        List.of(
            right.replaceAll("state=[^&]+", "state="),
            right.replaceAll("&state=[^&]+", ""),
            right.replaceAll("state=([^&]+)", "state=$1A"),
            right.replaceAll(
                "state=[^&]+", "state=" + LocalProvider.pairs(own.getRawQuery()).get("state")))) {
      forger.cookies.put(DEPARTURE, kept);
      refused(forger, forged);
    }
    for (var cookie :
        List.of(
            kept.replaceFirst("^.", kept.startsWith("A") ? "B" : "A"),
            kept.replaceFirst("\\.[0-9]+\\.", ".9999999999."),
            kept + "AAAA",
            "x")) {
      forger.cookies.put(DEPARTURE, cookie);
      refused(forger, right);
    }
    forger.cookies.put(DEPARTURE, kept);
    assertThat(forger.get(right).statusCode()).as("unchanged it holds").isEqualTo(302);
  }

  @Test
  void anAnswerIsGoodOnce() throws Exception {
    var ada = new Visitor(server.address());
    var back = local(provider.signIn(location(ada.get("/login/provider")), "ada", "vision"));
    var kept = ada.cookies.get(DEPARTURE);
    assertThat(ada.get(back).statusCode()).isEqualTo(302);
    ada.cookies.clear();
    ada.cookies.put(DEPARTURE, kept);
    refused(ada, back);
  }

  @Test
  void aStolenCodeIsOfNoUseInAnotherSignIn() throws Exception {
    var ada = new Visitor(server.address());
    var code = provider.signIn(location(ada.get("/login/provider")), "ada", "vision").getRawQuery();
    var thief = new Visitor(server.address());
    var own = provider.signIn(location(thief.get("/login/provider")), "t", "vision").getRawQuery();
    var answer =
        thief.get(
            "%s?code=%s&state=%s&iss=%s"
                .formatted(
                    ProviderSignIn.BACK,
                    LocalProvider.pairs(code).get("code"),
                    LocalProvider.pairs(own).get("state"),
                    provider.address()));
    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(answer.body()).contains("invalid_grant");
    assertThat(thief.cookies).isEmpty();
  }

  @Test
  void theAnswerOfAnotherProviderAndOneWithoutANameAreRefused() throws Exception {
    for (var change : List.of("iss=https%3A%2F%2Fevil.example", "x=y")) {
      var ada = new Visitor(server.address());
      var back = local(provider.signIn(location(ada.get("/login/provider")), "ada", "vision"));
      var answer = ada.get(back.replaceAll("iss=[^&]+", change));
      assertThat(answer.statusCode()).as(change).isEqualTo(401);
      assertThat(ada.cookies).isEmpty();
    }
  }

  @Test
  void aTokenOfAnotherSignInOrForAnotherClientIsRefused() throws Exception {
    for (var claim : List.of("nonce", "azp")) {
      var ada = new Visitor(server.address());
      var asked = location(ada.get("/login/provider"));
      var back =
          provider.signIn(
              asked,
              claims ->
                  claims
                      .subject("account-of-ada")
                      .claim("preferred_username", "ada")
                      .claim("groups", List.of("vision"))
                      .claim(claim, "of-another"));
      var answer = ada.get(local(back));
      assertThat(answer.statusCode()).isEqualTo(401);
      assertThat(answer.body()).containsIgnoringCase(claim + ": &#39;of-another&#39;");
      assertThat(ada.cookies).isEmpty();
    }
  }

  @Test
  void whoHasNoRightIsToldWhichGroupIsMissing() throws Exception {
    var cook = new Visitor(server.address());
    var back = local(provider.signIn(location(cook.get("/login/provider")), "cook", "cooks"));
    var answer = cook.get(back);
    assertThat(answer.statusCode()).isEqualTo(403);
    assertThat(answer.body())
        .contains("has no right here", "[cooks]", "groups=vision", "groups=labellers");
    assertThat(cook.cookies).isEmpty();
    assertThat(cook.get("/parcels").statusCode()).isEqualTo(302);
  }

  @Test
  void whatTheProviderSaysIsTextAndCountsOnlyInASignIn() throws Exception {
    var said = "?error=access_denied&error_description=%3Cscript%3Ealert(1)%3C/script%3E&state=";
    var ada = new Visitor(server.address());
    refused(ada, ProviderSignIn.BACK + said + "x");
    var state =
        LocalProvider.pairs(location(ada.get("/login/provider")).getRawQuery()).get("state");
    var answer = ada.get(ProviderSignIn.BACK + said + state);
    assertThat(answer.statusCode()).isEqualTo(403);
    assertThat(answer.body())
        .contains("access_denied: &lt;script&gt;")
        .doesNotContain("<script>alert");
  }

  @ParameterizedTest(name = "[W4] next={0}")
  @ValueSource(
      strings = {
        "//evil.example",
        "/%5Cevil.example",
        "/a/..%2F%5Cevil",
        "https://evil.example",
        "javascript:alert(1)",
        "/%0d%0aSet-Cookie:x=y"
      })
  void signingInLeadsNowhereElse(String next) throws Exception {
    var ada = new Visitor(server.address());
    var leaves = ada.get("/login/provider?next=" + next);
    var back = ada.get(local(provider.signIn(location(leaves), "ada", "vision")));
    assertThat(back.statusCode()).isEqualTo(302);
    assertThat(back.headers().firstValue("Location")).contains("/");
  }

  @Test
  void aSessionThatSomebodyPlantedIsNotTheOneThatIsSignedIn() throws Exception {
    var ada = signedIn("ada", "vision");
    var known = ada.cookies.get(SESSION);
    // Ada signs in again with the session that somebody knows.
    var back = local(provider.signIn(location(ada.get("/login/provider")), "ada", "vision"));
    ada.get(back);
    assertThat(ada.cookies.get(SESSION)).isNotEqualTo(known);
    var other = new Visitor(server.address());
    other.cookies.put(SESSION, known);
    assertThat(other.get("/parcels").statusCode()).as("the one before has ended").isEqualTo(302);

    var planted = new Visitor(server.address());
    planted.cookies.put(SESSION, "0123456789ABCDEF0123456789ABCDEF");
    planted.get(local(provider.signIn(location(planted.get("/login/provider")), "ada", "vision")));
    assertThat(planted.cookies.get(SESSION)).isNotEqualTo("0123456789ABCDEF0123456789ABCDEF");
    assertThat(planted.get("/parcels").statusCode()).isEqualTo(200);
  }

  @Test
  void signingOutEndsTheSession() throws Exception {
    var ada = signedIn("ada", "vision");
    var session = ada.cookies.get(SESSION);
    assertThat(ada.get("/logout").statusCode()).as("no link signs out").isNotEqualTo(200);
    assertThat(ada.get("/parcels").statusCode()).isEqualTo(200);
    var left = ada.post("/logout", "/parcels");
    assertThat(left.statusCode()).as("no redirect: a form may lead nowhere else").isEqualTo(200);
    assertThat(left.body()).contains("You are signed out here");
    assertThat(left.headers().firstValue("Refresh"))
        .hasValueSatisfying(to ->
            assertThat(to)
                .startsWith("0; url=%s/logout?client_id=fovea&".formatted(provider.address()))
                .contains("post_logout_redirect_uri=http%3A%2F%2F127.0.0.1", "%2Flogin&")
                .contains("id_token_hint="));
    ada.cookies.put(SESSION, session);
    assertThat(ada.get("/parcels").headers().firstValue("Location"))
        .hasValueSatisfying(to -> assertThat(to).startsWith("/login"));
  }

  @Test
  void whatTheProviderEndsIsOverInEveryBrowserAtOnce() throws Exception {
    var desk = signedIn("mia", "vision");
    var phone = signedIn("mia", "vision");
    var other = signedIn("ada", "vision");
    assertThat(loggedOut("not-a-token").statusCode()).isEqualTo(400);
    assertThat(desk.get("/parcels").statusCode()).isEqualTo(200);
    var word = provider.logoutToken("account-of-mia");
    assertThat(loggedOut(word).statusCode()).isEqualTo(200);
    for (var browser : List.of(desk, phone)) {
      assertThat(browser.get("/parcels").headers().firstValue("Location"))
          .contains("/login?next=%2Fparcels");
    }
    assertThat(other.get("/parcels").statusCode()).isEqualTo(200);
    assertThat(loggedOut(word).statusCode()).as("a second time").isEqualTo(400);
  }

  @Test
  void aProviderThatDoesNotAnswerCostsNothingButThisWayIn() throws Exception {
    provider.fail(503);
    var ada = new Visitor(server.address());
    var back = local(provider.signIn(location(ada.get("/login/provider")), "ada", "vision"));
    var answer = ada.get(back);
    assertThat(answer.statusCode()).isEqualTo(503);
    assertThat(answer.body()).contains("gave no answer to a code", "/login");
    assertThat(new Visitor(server.address()).get("/login").body()).contains("./fovea open");
  }

  @Test
  void aNarrowedTokenDoesWhatItsScopesLeaveAndIsToldWhatIsMissing() throws Exception {
    var reader = token(Set.of(), Scope.READ);
    assertThat(api(reader, "GET", "/api/v1/projects/parcels", "").statusCode()).isEqualTo(200);
    assertThat(api(reader, "GET", "/api/v1/me", "").body()).contains("\"READ\"");
    assertThat(
            api(reader, "POST", "/api/2.0/mlflow/experiments/search", "{\"max_results\": 5}")
                .statusCode())
        .as("a search changes nothing")
        .isEqualTo(200);
    var written = api(reader, "POST", "/api/2.0/mlflow/experiments/create", "{\"name\": \"x\"}");
    assertThat(written.statusCode()).isEqualTo(403);
    assertThat(written.body())
        .contains("PERMISSION_DENIED", "this token is narrowed to READ", "fovea token create");
    assertThat(api(reader, "PUT", "/api/v1/projects/parcels", "").statusCode()).isEqualTo(403);
    assertThat(
            api(reader, "GET", "/git/parcels.git/info/refs?service=git-upload-pack", "")
                .statusCode())
        .isEqualTo(200);
    assertThat(api(reader, "POST", "/git/parcels.git/git-receive-pack", "").statusCode())
        .isEqualTo(403);

    var tracker = token(Set.of(), Scope.TRACKING);
    assertThat(
            api(tracker, "POST", "/api/2.0/mlflow/experiments/create", "{\"name\": \"x\"}")
                .statusCode())
        .isEqualTo(200);
    assertThat(api(tracker, "GET", "/api/v1/projects/parcels", "").statusCode()).isEqualTo(403);
    assertThat(api(tracker, "POST", "/api/v1/me/sign-in-link", "").statusCode())
        .as("no way around by a browser")
        .isEqualTo(403);
  }

  @Test
  void aTokenForSeveralProjectsNamesTheOneItIsFor() throws Exception {
    var both = token(Set.of("faces"));
    for (var project : List.of("parcels", "faces")) {
      assertThat(api(both, "GET", "/api/v1/projects/" + project, "").statusCode()).isEqualTo(200);
    }
    assertThat(api(both, "GET", "/api/v1/projects/others", "").statusCode()).isEqualTo(404);
    assertThat(api(both, "GET", "/api/v1/projects", "").body())
        .contains("parcels", "faces")
        .doesNotContain("others");
    var search = "/api/2.0/mlflow/experiments/search";
    assertThat(api(both, "POST", search, "{\"max_results\": 5}").body())
        .contains("INVALID_PARAMETER_VALUE", "MLFLOW_WORKSPACE", "[faces, parcels]");
    assertThat(
            api(both, "POST", search, "{\"max_results\": 5}", "X-MLFLOW-WORKSPACE", "faces")
                .statusCode())
        .isEqualTo(200);
    assertThat(
            api(both, "POST", search, "{\"max_results\": 5}", "X-MLFLOW-WORKSPACE", "others")
                .statusCode())
        .isEqualTo(404);
  }

  private static String token(Set<String> others, Scope... scopes) {
    return owner
        .as(Access.class)
        .issue(
            new Access.TokenRequest(
                "robot", "parcels", Set.of(Role.ENGINEER), 1, others, Set.of(scopes)))
        .token();
  }

  private static HttpResponse<String> api(
      String token, String method, String path, String body, String... headers)
      throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(server.address().resolve(path))
            .header("Authorization", "Bearer " + token)
            .header("Content-Type", "application/json")
            .method(method, BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    try (var http = HttpClient.newHttpClient()) {
      return http.send(request.build(), BodyHandlers.ofString());
    }
  }

  private static HttpResponse<String> loggedOut(String word)
      throws IOException, InterruptedException {
    try (var http = HttpClient.newHttpClient()) {
      return http.send(
          HttpRequest.newBuilder(server.address().resolve("/api/v1/oidc/logout"))
              .header("Content-Type", "application/x-www-form-urlencoded")
              .POST(BodyPublishers.ofString("logout_token=" + word))
              .build(),
          BodyHandlers.ofString());
    }
  }

  private static Visitor signedIn(String name, String... groups)
      throws IOException, InterruptedException {
    var visitor = new Visitor(server.address());
    var back = local(provider.signIn(location(visitor.get("/login/provider")), name, groups));
    assertThat(visitor.get(back).statusCode()).isEqualTo(302);
    return visitor;
  }

  private static void refused(Visitor visitor, String back)
      throws IOException, InterruptedException {
    var answer = visitor.get(back);
    assertThat(answer.statusCode()).as(back).isEqualTo(403);
    assertThat(answer.body()).contains("his sign-in did not begin in this browser");
    assertThat(visitor.cookies).doesNotContainKey(SESSION);
  }

  private static URI location(HttpResponse<String> answer) {
    return URI.create(answer.headers().firstValue("Location").orElseThrow());
  }

  private static String local(URI address) {
    return address.getRawPath() + "?" + address.getRawQuery();
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
