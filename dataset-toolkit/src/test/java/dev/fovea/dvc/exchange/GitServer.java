package dev.fovea.dvc.exchange;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.zip.GZIPInputStream;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.transport.PacketLineOut;
import org.eclipse.jgit.transport.RefAdvertiser.PacketLineOutRefAdvertiser;
import org.eclipse.jgit.transport.UploadPack;

/** A repository by Git's smart HTTP, as {@code git http-backend} gives it. */
final class GitServer implements AutoCloseable {
  private static final String SERVICE = "git-upload-pack";

  private final HttpServer server;
  final Queue<String> asked = new ConcurrentLinkedQueue<>();

  /** Answers one request. */
  interface Answer {
    void to(HttpExchange exchange) throws IOException;
  }

  GitServer(Repository repository) throws IOException {
    this(exchange -> {
      exchange.getResponseHeaders().set("Cache-Control", "no-cache");
      boolean advertises = exchange.getRequestURI().getPath().endsWith("/info/refs");
      var kind = advertises ? "advertisement" : "result";
      exchange
          .getResponseHeaders()
          .set("Content-Type", "application/x-%s-%s".formatted(SERVICE, kind));
      exchange.sendResponseHeaders(200, 0);
      try (var in = body(exchange);
          var out = exchange.getResponseBody()) {
        var pack = new UploadPack(repository);
        pack.setBiDirectionalPipe(false);
        if (advertises) {
          var line = new PacketLineOut(out);
          line.writeString("# service=" + SERVICE + "\n");
          line.end();
          pack.sendAdvertisedRefs(new PacketLineOutRefAdvertiser(line));
        } else {
          pack.upload(in, out, null);
        }
      }
    });
  }

  GitServer(Answer answer) throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          var user = exchange.getRequestHeaders().getOrDefault("Authorization", List.of("Basic "));
          asked.add(
              exchange.getRequestMethod()
                  + " "
                  + new String(
                      Base64.getDecoder().decode(user.getFirst().substring("Basic ".length())),
                      StandardCharsets.UTF_8));
          try (exchange) {
            answer.to(exchange);
          }
        });
    server.start();
  }

  private static InputStream body(HttpExchange exchange) throws IOException {
    var encoding = exchange.getRequestHeaders().getFirst("Content-Encoding");
    return "gzip".equals(encoding)
        ? new GZIPInputStream(exchange.getRequestBody())
        : exchange.getRequestBody();
  }

  String url() {
    return "http://127.0.0.1:%d/team/data.git".formatted(server.getAddress().getPort());
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
