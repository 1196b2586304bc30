package dev.fovea.lab.agent.remote;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.Problem;
import dev.fovea.lab.AgentCalls;
import dev.fovea.lab.agent.AgentFailed;
import dev.fovea.roles.RemoteApi;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;

/**
 * The way to the lab. Every call has an end; a token that has run out is replaced by showing the
 * key again. Nothing here looks at this machine's clock.
 */
final class LabLink {
  /** Longer than the lab holds a question open. */
  private static final Duration PATIENCE = Duration.ofSeconds(45);

  private final URI server;
  private final Name device;
  private final DeviceKey key;
  private final HttpClient http =
      HttpClient.newBuilder()
          .connectTimeout(PATIENCE)
          .followRedirects(HttpClient.Redirect.NEVER)
          .build();
  private Optional<Session> session = Optional.empty();

  private record Session(AgentCalls calls, String token) {}

  LabLink(URI server, Name device, DeviceKey key) {
    this.server = server;
    this.device = device;
    this.key = key;
  }

  /** The calls that need no token. */
  static AgentCalls door(URI server) {
    return new RemoteApi(server, Optional.empty()).as(AgentCalls.class, PATIENCE);
  }

  /**
   * Makes a call; where the token is no longer good, once more with a new one.
   *
   * @throws Problem as the lab says, of kind UNAVAILABLE where it does not answer
   */
  <T> T call(Function<AgentCalls, T> call) {
    return withSession(session -> call.apply(session.calls()));
  }

  /** The model's bytes as they come; whoever reads them checks them. */
  InputStream model(Digest digest) {
    return withSession(session -> download(digest, session.token()));
  }

  private <T> T withSession(Function<Session, T> call) {
    var before = session();
    try {
      return call.apply(before);
    } catch (Problem e) {
      if (e.kind() != Problem.Kind.UNAUTHENTICATED) {
        throw e;
      }
      return call.apply(renewed(before));
    }
  }

  private InputStream download(Digest digest, String token) {
    var request =
        HttpRequest.newBuilder(URI.create(server + "/api/v1/lab/agents/me/models/" + digest))
            .header("Authorization", "Bearer " + token)
            .timeout(PATIENCE)
            .build();
    try {
      var answer = http.send(request, BodyHandlers.ofInputStream());
      if (answer.statusCode() == 200) {
        return answer.body();
      }
      answer.body().close();
      throw new ModelNotGiven(digest, answer.statusCode());
    } catch (IOException e) {
      throw new AgentFailed(
          device.text(),
          "model %s could not be fetched: %s".formatted(digest.abbreviated(), e),
          "check the network between the device and " + server);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AgentFailed(device.text(), "it was stopped", "start it again");
    }
  }

  private synchronized Session session() {
    if (session.isEmpty()) {
      session = Optional.of(opened());
    }
    return session.get();
  }

  private synchronized Session renewed(Session stale) {
    if (session.filter(stale::equals).isPresent()) {
      session = Optional.empty();
    }
    return session();
  }

  private Session opened() {
    var door = door(server);
    var challenge = door.challenge(new AgentCalls.Who(device)).text();
    var token = door.token(key.sign(AgentCalls.CHALLENGE_TYPE, challenge)).token();
    return new Session(
        new RemoteApi(server, Optional.of(token)).as(AgentCalls.class, PATIENCE), token);
  }

  /** The lab did not hand the model out. */
  static final class ModelNotGiven extends Problem {
    ModelNotGiven(Digest model, int status) {
      super(
          status == 401 ? Kind.UNAUTHENTICATED : status == 403 ? Kind.CONFLICT : Kind.NOT_FOUND,
          "the lab answered %d to the question for model %s".formatted(status, model.abbreviated()),
          "register the model again if its object was lost");
    }
  }
}
