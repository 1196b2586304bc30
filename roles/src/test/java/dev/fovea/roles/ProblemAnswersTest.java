package dev.fovea.roles;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.roles.greetings.GreetingsService;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
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
    url =
        Processes.url(
            processes.start(List.of(GreetingsService.class, Letters.class), "roles=registry"));
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

  /** Bodies with places for everything, and questions to the database. */
  @RestController
  static class Letters {
    private final JdbcClient jdbc;

    Letters(JdbcClient jdbc) {
      this.jdbc = jdbc;
    }

    record Line(String text) {}

    record Letter(
        String to,
        Optional<String> note,
        OptionalInt copies,
        List<Line> lines,
        Map<String, String> marks,
        @Nullable String from) {}

    @PostMapping("/api/v1/letters")
    Letter send(@RequestBody Letter letter) {
      return letter;
    }

    @GetMapping("/api/v1/letters")
    List<String> find(@RequestParam("text") String text, @RequestParam("number") long number) {
      return jdbc.sql("select :text || cast(cast(:number as bigint) as integer)")
          .param("text", text)
          .param("number", number)
          .query(String.class)
          .list();
    }

    @PostMapping("/api/v1/letters/-/guess")
    void guess() {
      throw new TooManyRequests("10 guesses", Duration.ofMinutes(1), "wait a minute");
    }
  }

  @Test
  void aFieldThatMayBeAbsentMayBeLeftOut() throws Exception {
    var answer = send("POST", "/api/v1/letters", "{\"to\":\"ann\",\"lines\":[],\"marks\":{}}");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    var letter = JSON.readTree(answer.body());
    assertThat(letter.path("note").isNull()).isTrue();
    assertThat(letter.path("from").isNull()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          {}                                                            | 'to' is missing
          {"to":null,"lines":[],"marks":{}}                             | 'to' is missing
          {"to":"ann","lines":null,"marks":{}}                          | 'lines' is missing
          {"to":"ann","lines":[{"text":"a"},null],"marks":{}}           | 'lines[1]' is missing
          {"to":"ann","lines":[{"text":null}],"marks":{}}               | 'lines[0].text' is missing
          {"to":"ann","lines":[],"marks":{"a":"b","c":null}}            | 'marks.c' is missing
          {"to":"ann","lines":[],"marks":{},"copies":"many"}            | 'copies'
          """)
  void nameWhatABodyLacks(String body, String detail) throws Exception {
    var answer = send("POST", "/api/v1/letters", body);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(422);
    assertThat(JSON.readTree(answer.body()).path("detail").asString()).contains(detail);
    assertLeaksNothing(answer.body());
  }

  @ParameterizedTest
  @CsvSource({
    "text=a%00b&number=1, the character U+0000",
    "text=a&number=99999999999, a number that is too large"
  })
  void sayWhatTheDatabaseHasNoPlaceFor(String query, String detail) throws Exception {
    assertThat(send("GET", "/api/v1/letters?text=a&number=1", "").body()).isEqualTo("[\"a1\"]");
    var answer = send("GET", "/api/v1/letters?" + query, "");
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(422);
    assertThat(JSON.readTree(answer.body()).path("detail").asString()).contains(detail);
    assertLeaksNothing(answer.body());
  }

  @Test
  void sayHowLongToWaitWhereSomebodyAsksTooOften() throws Exception {
    var answer = send("POST", "/api/v1/letters/-/guess", "");
    assertThat(answer.statusCode()).isEqualTo(429);
    assertThat(answer.headers().firstValue("Retry-After")).contains("60");
    assertThat(JSON.readTree(answer.body()).path("type").asString()).endsWith("/too-many-requests");
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
