package dev.fovea.pipelines.status;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * GitHub's statuses on this machine: refuses what GitHub refuses, shows the newest of each context,
 * and has bad days when told so.
 */
final class FakeGitHub implements AutoCloseable {
  private static final int DESCRIPTION_CHARS = 140;

  private final HttpServer server;
  private final List<Call> calls = new CopyOnWriteArrayList<>();
  private final List<Call> taken = new CopyOnWriteArrayList<>();
  private volatile Manner manner = _ -> Reply.of(201);

  /** How it answers: when it likes. */
  interface Manner {
    Reply answer(Call call) throws InterruptedException;
  }

  /** An answer without a body. */
  record Reply(int status, Map<String, String> headers) {
    static Reply of(int status) {
      return new Reply(status, Map.of());
    }
  }

  /** A call as it came. */
  record Call(String path, String authorization, String version, JsonNode body, long nanos) {
    String text(String field) {
      return body.path(field).asString("");
    }
  }

  FakeGitHub() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext(
        "/",
        exchange -> {
          var headers = exchange.getRequestHeaders();
          var call =
              new Call(
                  exchange.getRequestMethod() + " " + exchange.getRequestURI(),
                  String.valueOf(headers.getFirst("Authorization")),
                  String.valueOf(headers.getFirst("X-GitHub-Api-Version")),
                  JsonMapper.shared().readTree(exchange.getRequestBody().readAllBytes()),
                  System.nanoTime());
          calls.add(call);
          var reply = reply(call);
          if (reply.status() / 100 == 2) {
            taken.add(call);
          }
          reply.headers().forEach(exchange.getResponseHeaders()::set);
          exchange.sendResponseHeaders(reply.status(), -1);
          exchange.close();
        });
    server.start();
  }

  private Reply reply(Call call) {
    var description = call.text("description");
    if (description.codePointCount(0, description.length()) > DESCRIPTION_CHARS
        || !List.of("pending", "success", "failure", "error").contains(call.text("state"))) {
      return Reply.of(422);
    }
    try {
      return manner.answer(call);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Reply.of(500);
    }
  }

  String api() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  void answers(Manner with) {
    manner = with;
  }

  List<Call> calls() {
    return List.copyOf(calls);
  }

  List<Call> taken() {
    return List.copyOf(taken);
  }

  /** What its page of a commit shows: context and state. */
  Map<String, String> shown(String repository, String commit) {
    var shown = new LinkedHashMap<String, String>();
    taken.stream()
        .filter(
            call -> call.path().equals("POST /repos/%s/statuses/%s".formatted(repository, commit)))
        .forEach(call -> shown.put(call.text("context"), call.text("state")));
    return shown;
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
