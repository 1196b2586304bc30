package dev.fovea.serving;

import com.sun.net.httpserver.HttpExchange;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Text;
import dev.fovea.serving.metrics.ArmCounters;
import dev.fovea.serving.metrics.ServerMetrics;
import dev.fovea.serving.model.Answer;
import dev.fovea.serving.model.Answers;
import dev.fovea.serving.model.RunQueue;
import dev.fovea.serving.model.ServedModel;
import dev.fovea.serving.protocol.InferRequest;
import dev.fovea.serving.protocol.InferRequestReader;
import dev.fovea.serving.protocol.InferResponseWriter;
import dev.fovea.serving.protocol.InputTensor;
import dev.fovea.serving.protocol.OutputTensor;
import dev.fovea.serving.protocol.ProtocolError;
import dev.fovea.serving.shadow.ShadowCopies;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** {@code POST …/infer}. */
final class InferenceEndpoint {
  private static final String JSON_LENGTH = "Inference-Header-Content-Length";

  private final ModelServerConfig config;
  private final ServedModel model;
  private final RunQueue runs;
  private final RequestBodies bodies;
  private final ServerMetrics metrics;
  private final FrameCapture capture;
  private final ArmCounters arm;
  private final ShadowCopies copies;

  InferenceEndpoint(
      ModelServerConfig config,
      ServedModel model,
      RunQueue runs,
      ServerMetrics metrics,
      FrameCapture capture,
      ArmCounters arm,
      ShadowCopies copies) {
    this.config = config;
    this.model = model;
    this.runs = runs;
    this.metrics = metrics;
    this.capture = capture;
    this.arm = arm;
    this.copies = copies;
    bodies = new RequestBodies(config.limits());
  }

  private record Answered(InferRequest request, Answers answers) {}

  /**
   * Answers, counts, and lets the capture look at the images and copies go once the client has its
   * answer. A request that is copied is no evidence of this arm: its copy is one of the other's.
   *
   * @param named whether the client chose the version
   */
  void answer(HttpExchange exchange, boolean named) throws IOException {
    long start = System.nanoTime();
    boolean isCopy =
        copies.isCopy(
            Optional.ofNullable(exchange.getRequestHeaders().getFirst(ModelServer.SHADOW)));
    var copy = named || isCopy ? Optional.<ShadowCopies.Copy>empty() : copies.draw();
    var whole = new AtomicReference<byte[]>();
    var answered = Optional.<Answered>empty();
    arm.begin();
    try {
      answered = Optional.of(counted(exchange, start, whole));
    } finally {
      arm.end(
          answered.isPresent(),
          named || isCopy || copy.isPresent(),
          System.nanoTime() - start,
          answered.map(each -> confidence(each.answers())).orElse(OptionalDouble.empty()));
      if (copy.isPresent() && whole.get() != null) {
        copy.get()
            .send(
                "/v2/models/%s/infer".formatted(config.name()),
                toShadow(exchange),
                whole.get(),
                answered.flatMap(each -> word(each.answers())));
      }
    }
    observe(answered.get());
  }

  private static Map<String, String> toShadow(HttpExchange exchange) {
    return Stream.of("Content-Type", JSON_LENGTH)
        .flatMap(name ->
            Optional.ofNullable(exchange.getRequestHeaders().getFirst(name)).stream()
                .map(value -> Map.entry(name, value)))
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  private Answered counted(HttpExchange exchange, long start, AtomicReference<byte[]> whole)
      throws IOException {
    try {
      var answered =
          bodies.read(
              exchange.getRequestHeaders(),
              exchange.getRequestBody(),
              body -> {
                whole.set(body);
                var request = InferRequestReader.read(body, jsonLength(exchange));
                var wanted = wanted(request);
                var answers = runs.run(() -> model.answer(request.inputs()));
                send(exchange, request, wanted, answers);
                return new Answered(request, answers);
              });
      metrics.answered(200, answered.answers().each().size(), System.nanoTime() - start);
      return answered;
    } catch (ProtocolError e) {
      metrics.answered(e.status(), 0, System.nanoTime() - start);
      if (whole.get() == null) {
        // What the client still sends would be taken for its next request.
        exchange.getResponseHeaders().set("Connection", "close");
      }
      throw e;
    }
  }

  private static OptionalDouble confidence(Answers answers) {
    return answers.each().stream().mapToDouble(Answer::confidence).min();
  }

  private void observe(Answered answered) {
    var answers = answered.answers().each();
    for (var answer : answers) {
      metrics.confident(answer.confidence());
    }
    for (var input : answered.request().inputs()) {
      if (input instanceof InputTensor.Bytes images) {
        for (int i = 0; i < answers.size(); i++) {
          capture.offer(images.elements().get(i), answers.get(i));
        }
      }
    }
  }

  /** Checked before the model runs: a wrong name should not cost a run. */
  private List<InferRequest.Requested> wanted(InferRequest request) {
    var offered = model.outputs().stream().map(each -> each.name()).toList();
    if (request.outputs().isEmpty()) {
      return offered.stream()
          .map(name -> new InferRequest.Requested(name, request.binary()))
          .toList();
    }
    var names = new HashSet<String>();
    for (var output : request.outputs()) {
      if (!offered.contains(output.name())) {
        throw ProtocolError.badRequest(
            "output '%s' is not in the model (expected: %s)"
                .formatted(Text.excerpt(output.name()), offered));
      }
      if (!names.add(output.name())) {
        throw ProtocolError.badRequest("output '%s' comes twice".formatted(output.name()));
      }
    }
    return request.outputs();
  }

  private void send(
      HttpExchange exchange,
      InferRequest request,
      List<InferRequest.Requested> wanted,
      Answers answers)
      throws IOException {
    var binary =
        wanted.stream()
            .filter(InferRequest.Requested::binary)
            .map(InferRequest.Requested::name)
            .collect(Collectors.toSet());
    var outputs = wanted.stream().map(each -> output(each.name(), answers)).toList();
    var body =
        InferResponseWriter.write(
            config.name().text(), config.version(), request.id(), outputs, binary);
    var headers = exchange.getResponseHeaders();
    headers.set("Content-Type", binary.isEmpty() ? "application/json" : "application/octet-stream");
    body.jsonBytes().ifPresent(length -> headers.set(JSON_LENGTH, Integer.toString(length)));
    confidence(answers)
        .ifPresent(least ->
            headers.set(ModelServer.CONFIDENCE, String.format(Locale.ROOT, "%.6f", least)));
    word(answers).ifPresent(word -> headers.set(ModelServer.ANSWER, word));
    Replies.send(exchange, 200, body.bytes());
  }

  /** Of the labels, which may hold anything; a digest of them fits into a header. */
  private static Optional<String> word(Answers answers) {
    if (answers.each().isEmpty()) {
      return Optional.empty();
    }
    var labels = answers.each().stream().map(Answer::label).collect(Collectors.joining("\0"));
    return Optional.of(Digest.sha256(labels.getBytes(StandardCharsets.UTF_8)).abbreviated());
  }

  private static OutputTensor output(String name, Answers answers) {
    for (var raw : answers.raw()) {
      if (raw.name().equals(name)) {
        return raw;
      }
    }
    var each = answers.each();
    if (name.equals(ServedModel.LABEL)) {
      return new OutputTensor.Texts(
          name, new long[] {each.size()}, each.stream().map(Answer::label).toList());
    }
    int classes = each.getFirst().probabilities().length;
    var all = new float[each.size() * classes];
    for (int i = 0; i < each.size(); i++) {
      System.arraycopy(each.get(i).probabilities(), 0, all, i * classes, classes);
    }
    return new OutputTensor.Floats(name, new long[] {each.size(), classes}, all);
  }

  private static OptionalInt jsonLength(HttpExchange exchange) {
    var header = Optional.ofNullable(exchange.getRequestHeaders().getFirst(JSON_LENGTH));
    if (header.isEmpty()) {
      return OptionalInt.empty();
    }
    try {
      return OptionalInt.of(Integer.parseInt(header.get()));
    } catch (NumberFormatException _) {
      throw ProtocolError.badRequest(
          "%s: '%s' (expected: a whole number)".formatted(JSON_LENGTH, Text.excerpt(header.get())));
    }
  }
}
