package dev.fovea.serving;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import dev.fovea.serving.metrics.ArmCounters;
import dev.fovea.serving.metrics.ServerMetrics;
import dev.fovea.serving.model.RunQueue;
import dev.fovea.serving.model.ServedModel;
import dev.fovea.serving.model.TensorInfo;
import dev.fovea.serving.protocol.ProtocolError;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/**
 * The paths of the Open Inference Protocol v2, also behind the configured prefix, {@code /metrics}
 * and {@code /arm}; every other path is a 404. The last two have no prefix, so that a gateway that
 * passes on what begins with it shows neither. Segments are compared as they are on the wire, so an
 * escaped slash or dot never becomes one.
 */
final class Routes implements HttpHandler {
  private static final String PLAIN_TEXT = "text/plain; version=0.0.4; charset=utf-8";

  private final ModelServerConfig config;
  private final ServedModel model;
  private final RunQueue runs;
  private final ServerMetrics metrics;
  private final ArmCounters arm;
  private final InferenceEndpoint inference;
  private final BooleanSupplier ready;

  Routes(
      ModelServerConfig config,
      ServedModel model,
      RunQueue runs,
      ServerMetrics metrics,
      ArmCounters arm,
      InferenceEndpoint inference,
      BooleanSupplier ready) {
    this.config = config;
    this.model = model;
    this.runs = runs;
    this.metrics = metrics;
    this.arm = arm;
    this.inference = inference;
    this.ready = ready;
  }

  private record ServerInfo(String name, String version, List<String> extensions) {}

  private record ModelInfo(
      String name,
      List<String> versions,
      String platform,
      List<TensorInfo> inputs,
      List<TensorInfo> outputs) {}

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    try {
      route(exchange);
    } catch (ProtocolError e) {
      Replies.error(exchange, e);
    } catch (RuntimeException | Error e) {
      System.getLogger(Routes.class.getName())
          .log(System.Logger.Level.ERROR, "a request failed", e);
      Replies.error(exchange, ProtocolError.failed("the server failed on this request"));
    } finally {
      exchange.close();
    }
  }

  private void route(HttpExchange exchange) throws IOException {
    var path = Arrays.asList(exchange.getRequestURI().getRawPath().substring(1).split("/", -1));
    if (path.equals(List.of("metrics"))) {
      get(exchange);
      Replies.text(exchange, PLAIN_TEXT, metrics.text(runs::waiting));
      return;
    }
    if (path.equals(List.of("arm"))) {
      get(exchange);
      Replies.json(exchange, 200, arm.reading());
      return;
    }
    int prefix = config.prefix().size();
    if (prefix > 0 && path.size() > prefix && path.subList(0, prefix).equals(config.prefix())) {
      path = path.subList(prefix, path.size());
    }
    if (!path.getFirst().equals("v2")) {
      throw unknown();
    }
    switch (tail(path, 1)) {
      case "" -> {
        get(exchange);
        Replies.json(
            exchange,
            200,
            new ServerInfo("fovea-model-server", "2", List.of("binary_tensor_data")));
      }
      case "/health/live" -> {
        get(exchange);
        Replies.json(exchange, 200, Map.of("live", true));
      }
      case "/health/ready" -> readiness(exchange);
      default -> model(exchange, path.subList(1, path.size()));
    }
  }

  private void model(HttpExchange exchange, List<String> path) throws IOException {
    if (path.size() < 2 || !path.getFirst().equals("models")) {
      throw unknown();
    }
    if (!path.get(1).equals(config.name().text())) {
      throw ProtocolError.notFound(
          "there is no such model here (there is: %s)".formatted(config.name()));
    }
    var rest = path.subList(2, path.size());
    boolean named = rest.size() >= 2 && rest.getFirst().equals("versions");
    if (named) {
      if (!rest.get(1).equals(config.version())) {
        throw ProtocolError.notFound(
            "there is no such version of %s here (there is: %s)"
                .formatted(config.name(), config.version()));
      }
      rest = rest.subList(2, rest.size());
    }
    switch (tail(rest, 0)) {
      case "" -> {
        get(exchange);
        Replies.json(
            exchange,
            200,
            new ModelInfo(
                config.name().text(),
                List.of(config.version()),
                "onnxruntime_onnx",
                model.inputs(),
                model.outputs()));
      }
      case "/ready" -> readiness(exchange);
      case "/infer" -> {
        if (!exchange.getRequestMethod().equals("POST")) {
          throw ProtocolError.notAllowed("infer takes POST");
        }
        if (!ready.getAsBoolean()) {
          throw ProtocolError.unavailable("the model is not ready");
        }
        inference.answer(exchange, named);
      }
      default -> throw unknown();
    }
  }

  // The protocol's text names this body "live", KServe answers "ready"; clients read the status
  // alone.
  private void readiness(HttpExchange exchange) throws IOException {
    get(exchange);
    boolean good = ready.getAsBoolean();
    Replies.json(exchange, good ? 200 : 503, Map.of("live", true, "ready", good));
  }

  private static String tail(List<String> path, int from) {
    return path.stream().skip(from).map(segment -> "/" + segment).collect(Collectors.joining());
  }

  private static void get(HttpExchange exchange) {
    if (!exchange.getRequestMethod().equals("GET")) {
      throw ProtocolError.notAllowed("this path takes GET");
    }
  }

  private static ProtocolError unknown() {
    return ProtocolError.notFound("there is no such path; GET /v2 says what this server is");
  }
}
