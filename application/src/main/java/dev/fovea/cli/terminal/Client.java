package dev.fovea.cli.terminal;

import dev.fovea.kernel.Caller;
import dev.fovea.roles.RemoteApi;
import dev.fovea.roles.ServiceUnavailable;
import dev.fovea.server.Home;
import dev.fovea.server.ServerOptions;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.web.service.annotation.GetExchange;
import org.springframework.web.service.annotation.HttpExchange;
import org.springframework.web.service.annotation.PostExchange;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The server that a command talks to. Address: {@code --server}, {@code FOVEA_URL}, the server on
 * this home, port 4800. Token: {@code FOVEA_TOKEN}, {@code FOVEA_TOKEN_FILE}, the owner's token of
 * this home, which goes to this machine's own server alone.
 */
public final class Client {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final RemoteApi remote;

  private Client(RemoteApi remote) {
    this.remote = remote;
  }

  public static Client connect(@Nullable String server) {
    var home = new Home(ServerOptions.defaultHome());
    var local = Home.line(home.addressFile());
    var address = address(server, local);
    var owner = local.filter(address::equals).flatMap(_ -> Home.line(home.tokenFile()));
    var token = variable("FOVEA_TOKEN").or(Client::tokenOfFile).or(() -> owner);
    return new Client(new RemoteApi(URI.create(address), token));
  }

  /** Without any token, for a server that is to give one. */
  static Client anonymous(@Nullable String server) {
    var local = Home.line(new Home(ServerOptions.defaultHome()).addressFile());
    return new Client(new RemoteApi(URI.create(address(server, local)), Optional.empty()));
  }

  /** The same server with this token. */
  public Client with(String token) {
    return new Client(new RemoteApi(remote.address(), Optional.of(token)));
  }

  /** Whether the environment holds a token. */
  public static boolean hasToken() {
    return variable("FOVEA_TOKEN").or(() -> variable("FOVEA_TOKEN_FILE")).isPresent();
  }

  private static String address(@Nullable String server, Optional<String> local) {
    return Optional.ofNullable(server)
        .or(() -> variable("FOVEA_URL"))
        .or(() -> local)
        .orElseGet(Client::defaultAddress)
        .replaceAll("/+$", "");
  }

  static String defaultAddress() {
    return "http://127.0.0.1:" + ServerOptions.DEFAULT_PORT;
  }

  private static Optional<String> variable(String name) {
    return Optional.ofNullable(System.getenv(name)).filter(value -> !value.isBlank());
  }

  private static Optional<String> tokenOfFile() {
    return variable("FOVEA_TOKEN_FILE")
        .map(file -> {
          try {
            return Files.readString(Path.of(file)).strip();
          } catch (IOException e) {
            throw new UncheckedIOException("FOVEA_TOKEN_FILE %s cannot be read".formatted(file), e);
          }
        });
  }

  /** The APIs, for a caller that needs more than one. */
  public RemoteApi remote() {
    return remote;
  }

  public URI address() {
    return remote.address();
  }

  public Optional<String> token() {
    return remote.token();
  }

  /**
   * What the server streams under this path, for bodies that are too large for an API. Its status
   * is the caller's to look at, and its body to close.
   */
  public HttpResponse<InputStream> open(String path) throws IOException {
    var request = HttpRequest.newBuilder(URI.create(address() + path)).timeout(PATIENCE);
    token().ifPresent(token -> request.header("Authorization", "Bearer " + token));
    // It outlives this method: the body is still to be read.
    var http =
        HttpClient.newBuilder()
            .connectTimeout(PATIENCE)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
    try {
      return http.send(request.build(), BodyHandlers.ofInputStream());
    } catch (ConnectException e) {
      throw new ServiceUnavailable(
          "fovea",
          "no server answers at " + address(),
          "start one with 'fovea serve', or say where it is with --server or FOVEA_URL");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while the server answered", e);
    }
  }

  public <T> T api(Class<T> type) {
    return remote.as(type);
  }

  public String signInPath() {
    return api(Me.class).link().path();
  }

  /** Asks who we are: fails with what to do where no server answers or the token is wrong. */
  public void requireAnswer() {
    api(Me.class).me();
  }

  public String json(Object value) {
    return JSON.writeValueAsString(value);
  }

  /** The caller's own account. */
  @HttpExchange("/api/v1/me")
  interface Me {
    @GetExchange
    Caller me();

    @PostExchange("/sign-in-link")
    Link link();

    record Link(String path) {}
  }
}
