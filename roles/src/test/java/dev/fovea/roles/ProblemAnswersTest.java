package dev.fovea.roles;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.roles.greetings.GreetingsService;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a client that isn't Fovea reads when something is wrong. */
class ProblemAnswersTest {
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final JsonMapper JSON = new JsonMapper();
  private static Processes processes;
  private static String url;

  @BeforeAll
  static void start() {
    processes = new Processes();
    url = Processes.url(processes.start(List.of(GreetingsService.class), "roles=registry"));
  }

  @AfterAll
  static void stop() {
    processes.close();
    HTTP.close();
  }

  @Test
  void areRfc9457WithARemedyAndTheValues() throws Exception {
    var answer = send("POST", "/api/v1/greetings/ann", "{\"text\":\"mine\"}");
    assertThat(answer.statusCode()).isEqualTo(409);
    assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
    var problem = JSON.readTree(answer.body());
    assertThat(problem.path("type").asString())
        .isEqualTo("tag:fovea.dev,2026:problem/greeting-taken");
    assertThat(problem.path("title").asString()).isEqualTo("Greeting taken");
    assertThat(problem.path("status").asInt()).isEqualTo(409);
    assertThat(problem.path("detail").asString())
        .isEqualTo("greeting 'ann' is taken by [ann, bob]");
    assertThat(problem.path("remedy").asString()).isEqualTo("try something else");
    assertThat(problem.path("holders").get(1).asString()).isEqualTo("bob");
    assertThat(problem.path("digest").asString()).startsWith("sha256:");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          POST | /api/v1/greetings/ann | {"text":        | 422 | invalid-request  | not JSON
          POST | /api/v1/greetings/ann | {"text":{}}     | 422 | invalid-request  | 'text': not of the expected form
          POST | /api/v1/greetings/ann | []              | 422 | invalid-request  | not of the expected form
          POST | /api/v1/greetings/ann | {"text":" "}    | 422 | invalid-request  | text: must not be blank
          POST | /api/v1/greetings/ann |                 | 422 | invalid-request  | missing, cut short or not readable
          GET  | /api/v1/greetings/A_B |                 | 422 | invalid-request  | name: 'A_B' (expected: 1 to 63 lower-case letters
          GET  | /api/v1/greetings/-/count?limit=101 |   | 422 | invalid-request  | limit: must be less than or equal to 100
          GET  | /api/v1/greetings/-/count?limit=x |     | 422 | invalid-request  | limit: 'x'
          GET  | /api/v1/greetings/-/count |             | 400 | bad-request      | Required parameter 'limit' is not present
          GET  | /api/v1/nothing       |                 | 404 | no-such-thing    | there is no route 'GET /api/v1/nothing' here
          PUT  | /api/v1/greetings/ann |                 | 405 | method-not-allowed | Method 'PUT' is not supported
          GET  | /api/v1/greetings/no-x |                | 404 | no-such-thing    | there is no greeting 'no-x' here
          """)
  void sayWhatIsWrongWithTheRequest(
      String method, String path, String body, int status, String type, String detail)
      throws Exception {
    var answer = send(method, path, body == null ? "" : body);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    var problem = JSON.readTree(answer.body());
    assertThat(problem.path("type").asString()).isEqualTo("tag:fovea.dev,2026:problem/" + type);
    assertThat(problem.path("detail").asString()).contains(detail);
    assertThat(problem.path("remedy").asString()).isNotBlank();
    assertLeaksNothing(answer.body());
  }

  @Test
  void sayNothingInternalWhenSomethingUnexpectedHappens() throws Exception {
    var answer = send("POST", "/api/v1/greetings/-/broken", "");
    assertThat(answer.statusCode()).isEqualTo(500);
    assertThat(JSON.readTree(answer.body()).path("remedy").asString()).contains("incident");
    assertThat(answer.body()).doesNotContain("secret");
    assertLeaksNothing(answer.body());
  }

  @Test
  void surviveJsonThatIsTenThousandLevelsDeepOrVeryLong() throws Exception {
    var deep = send("POST", "/api/v1/greetings/ann", "{\"text\":" + "[".repeat(10_000));
    assertThat(deep.statusCode()).isEqualTo(422);
    assertLeaksNothing(deep.body());
    var number = send("POST", "/api/v1/greetings/ann", "{\"text\":" + "9".repeat(5_000_000) + "}");
    assertThat(number.statusCode()).isEqualTo(422);
    assertLeaksNothing(number.body());
  }

  @Test
  void areForNobodyWhereNoTokenIsShownAndTheHeaderAloneIsNotBelieved() throws Exception {
    var answer =
        HTTP.send(
            HttpRequest.newBuilder(URI.create(url + "/api/v1/greetings/-/who"))
                .header(OnBehalfOf.HEADER, "boss;*;ADMIN,SERVICE")
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(JSON.readTree(answer.body()).valueStream().map(JsonNode::asString))
        .containsExactly("nobody", "", "[]");
    assertThat(send("POST", "/internal/v1/inbox/registry/x.Y", "{}").statusCode()).isEqualTo(403);
  }

  private static void assertLeaksNothing(String body) {
    assertThat(body)
        .doesNotContain(
            "dev.fovea", "java.", "Exception", "tools.jackson", "at line: ", "/home", "org.spring");
  }

  private static HttpResponse<String> send(String method, String path, String body)
      throws IOException, InterruptedException {
    return HTTP.send(
        HttpRequest.newBuilder(URI.create(url + path))
            .header("Content-Type", "application/json")
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }
}
