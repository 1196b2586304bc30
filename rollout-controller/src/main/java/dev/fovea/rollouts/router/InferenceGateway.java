package dev.fovea.rollouts.router;

import dev.fovea.kernel.Name;
import dev.fovea.rollouts.router.Forwarding.Received;
import dev.fovea.rollouts.router.Forwarding.Sent;
import dev.fovea.rollouts.router.WeightedRouter.Visit;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.json.JsonMapper;

/**
 * The address that clients know: the Open Inference Protocol v2 of a project's models. Each infer
 * request goes to one arm of its model. Only the headers that the protocol needs are passed on, so
 * no client chooses its arm. A canary that answers with a 5xx or not at all is counted so, and the
 * stable answers in its place: an experiment costs a client time, never its answer. Copies for a
 * shadow leave once the client has its answer ({@link Shadows}).
 */
@RestController
public final class InferenceGateway implements AutoCloseable {
  private static final Set<String> TO_SERVER =
      Set.of("content-type", "content-encoding", "accept", "inference-header-content-length");
  private static final List<String> TO_CLIENT =
      List.of("Content-Type", "Inference-Header-Content-Length", "Retry-After");
  private static final String ARM = "Fovea-Arm";
  private static final int KIB = 1024;
  // Whatever else a path may hold names no model.
  private static final Pattern PATH = Pattern.compile("(/[\\w.~%-]{1,128}){1,6}");
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final WeightedRouter router;
  private final RouterLimits limits;
  private final Forwarding forwarding;
  private final Shadows shadows;
  private final Semaphore memory;

  public InferenceGateway(WeightedRouter router, RouterLimits limits) {
    this.router = router;
    this.limits = limits;
    forwarding = Forwarding.of(limits);
    shadows = new Shadows(router, limits);
    memory = new Semaphore((int) (limits.bodies().bytes() / KIB));
  }

  private record Failure(String error) {}

  private record ServerInfo(String name, String version, List<String> extensions) {}

  @RequestMapping({"/inference/{project}/v2", "/inference/{project}/v2/**"})
  void serve(
      @PathVariable("project") Name project,
      HttpServletRequest request,
      HttpServletResponse response)
      throws IOException, InterruptedException {
    var prefix = "/inference/" + project + "/v2";
    var uri = request.getRequestURI().substring(request.getContextPath().length());
    if (!uri.startsWith(prefix)) {
      fail(response, 404, "there is no such path");
      return;
    }
    var path = uri.substring(prefix.length());
    switch (path) {
      case "" -> write(response, 200, new ServerInfo("fovea", "2", List.of("binary_tensor_data")));
      case "/health/live" -> write(response, 200, Map.of("live", true));
      case "/health/ready" -> write(response, 200, Map.of("live", true, "ready", true));
      default -> model(project, path, request, response);
    }
  }

  private void model(
      Name project, String path, HttpServletRequest request, HttpServletResponse response)
      throws IOException, InterruptedException {
    var segments = List.of(path.substring(1).split("/", -1));
    if (!PATH.matcher(path).matches()
        || segments.size() < 2
        || !segments.getFirst().equals("models")) {
      fail(response, 404, "there is no such path; GET /v2 says what this server is");
      return;
    }
    var deployment = deployment(project, segments.get(1));
    var version =
        segments.size() > 3 && segments.get(2).equals("versions")
            ? Optional.of(segments.get(3))
            : Optional.<String>empty();
    if (deployment.isEmpty() || router.split(deployment.get()).isEmpty()) {
      fail(
          response,
          404,
          "no version of this model is in production; a release must be approved first");
      return;
    }
    long length = request.getContentLengthLong();
    if (length > limits.body().bytes()) {
      fail(response, 413, "the body is larger than %s, which is the most".formatted(limits.body()));
      return;
    }
    int held = (int) ((length < 0 ? limits.body().bytes() : length) / KIB) + 1;
    if (!memory.tryAcquire(held)) {
      response.setHeader("Retry-After", "1");
      fail(response, 503, "requests under way hold %s already".formatted(limits.bodies()));
      return;
    }
    try {
      var body = request.getInputStream().readNBytes((int) limits.body().bytes() + 1);
      if (body.length > limits.body().bytes()) {
        fail(
            response,
            413,
            "the body is larger than %s, which is the most".formatted(limits.body()));
        return;
      }
      var sent = new Sent(request.getMethod(), path, headers(request), body);
      forward(deployment.get(), version, sent, response);
    } finally {
      memory.release(held);
    }
  }

  private static Optional<Deployment> deployment(Name project, String model) {
    try {
      return Optional.of(new Deployment(project, Name.of(model)));
    } catch (IllegalArgumentException _) {
      return Optional.empty(); // no model has such a name
    }
  }

  private void forward(
      Deployment deployment, Optional<String> version, Sent sent, HttpServletResponse response)
      throws IOException, InterruptedException {
    boolean infers = sent.method().equals("POST") && sent.path().endsWith("/infer");
    var visit =
        version.isPresent()
            ? router.visit(deployment, version.get())
            : infers ? router.visit(deployment) : router.visitStable(deployment);
    if (visit.isEmpty()) {
      fail(
          response,
          404,
          "this version is not in production (there are: %s)"
              .formatted(String.join(", ", router.versions(deployment))));
      return;
    }
    var copy = visit.get().copy();
    var original = Optional.<Received>empty();
    try {
      var received = ask(visit.get(), sent, infers);
      original = Optional.of(received);
      answer(deployment, version, visit.get(), received, sent, response);
      if (copy.isPresent()) {
        response.flushBuffer();
      }
    } finally {
      if (copy.isPresent()) {
        shadows.offer(copy.get(), sent, original.flatMap(InferenceGateway::classes));
      }
    }
  }

  private void answer(
      Deployment deployment,
      Optional<String> version,
      Visit visit,
      Received received,
      Sent sent,
      HttpServletResponse response)
      throws IOException, InterruptedException {
    if (visit.canary() && version.isEmpty() && failed(received)) {
      var stable = router.visitStable(deployment);
      if (stable.isPresent()) {
        pass(stable.get(), ask(stable.get(), sent, true), response);
        return;
      }
    }
    pass(visit, received, response);
  }

  private Received ask(Visit visit, Sent sent, boolean infers) throws InterruptedException {
    try (visit) {
      long start = System.nanoTime();
      var received = forwarding.send(visit.backend(), sent);
      if (infers) {
        visit.ended(outcome(received, System.nanoTime() - start));
      }
      return received;
    }
  }

  /** What counts as good, for an arm's answers and for those to copies alike. */
  static Tally.Outcome outcome(Received received, long nanos) {
    return received instanceof Received.Answer answer && answer.response().statusCode() < 400
        ? new Tally.Outcome(
            true,
            answer.nanos(),
            Forwarding.confidence(answer.response()),
            Forwarding.answer(answer.response()))
        : new Tally.Outcome(false, nanos, OptionalDouble.empty(), Optional.empty());
  }

  private static Optional<String> classes(Received received) {
    return outcome(received, 0).answer();
  }

  private static boolean failed(Received received) {
    return switch (received) {
      case Received.Answer answer -> answer.response().statusCode() >= 500;
      case Received.Broken _ -> true;
      case Received.TimedOut _ -> false; // the client has waited long enough
    };
  }

  private static void pass(Visit visit, Received received, HttpServletResponse response)
      throws IOException {
    response.setHeader(ARM, visit.canary() ? "canary" : "stable");
    switch (received) {
      case Received.Answer(var answer, _) -> {
        for (var header : TO_CLIENT) {
          answer.headers().firstValue(header).ifPresent(value -> response.setHeader(header, value));
        }
        response.setStatus(answer.statusCode());
        response.setContentLength(answer.body().length);
        response.getOutputStream().write(answer.body());
      }
      case Received.TimedOut(var patience) ->
          fail(
              response,
              504,
              "the model gave no answer within %d s".formatted(patience.toSeconds()));
      case Received.Broken(var why) -> {
        response.setHeader("Retry-After", "1");
        fail(response, 503, "the model server does not answer: " + why);
      }
    }
  }

  private static Map<String, String> headers(HttpServletRequest request) {
    return TO_SERVER.stream()
        .flatMap(
            name -> Stream.ofNullable(request.getHeader(name)).map(value -> Map.entry(name, value)))
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  private static void fail(HttpServletResponse response, int status, String error)
      throws IOException {
    write(response, status, new Failure(error));
  }

  private static void write(HttpServletResponse response, int status, Object value)
      throws IOException {
    var body = JSON.writeValueAsBytes(value);
    response.setStatus(status);
    response.setContentType("application/json");
    response.setContentLength(body.length);
    response.getOutputStream().write(body);
  }

  @Override
  public void close() {
    shadows.close();
    forwarding.close();
  }
}
