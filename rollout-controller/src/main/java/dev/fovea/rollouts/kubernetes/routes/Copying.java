package dev.fovea.rollouts.kubernetes.routes;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.fovea.rollouts.judge.Copies;
import dev.fovea.rollouts.kubernetes.Cluster;
import dev.fovea.rollouts.kubernetes.ClusterRefused;
import dev.fovea.rollouts.kubernetes.ClusterUnreachable;
import dev.fovea.rollouts.kubernetes.Endpoints;
import dev.fovea.rollouts.kubernetes.KubernetesProperties;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;

/**
 * Has the pods of a model server copy requests to another, off the answer's path, since not every
 * gateway can mirror. A pod that was started again copies nothing until it is told again.
 */
final class Copying {
  private static final int OK = 200;
  private static final int NO_CONTENT = 204;
  private static final String COPIES = "the copies";

  private final Pods pods;
  private final Doors doors;
  private final KubernetesProperties properties;

  Copying(Pods pods, Doors doors, KubernetesProperties properties) {
    this.pods = pods;
    this.doors = doors;
    this.properties = properties;
  }

  /**
   * Which copies.
   *
   * @param share in percent, 1 to 99
   */
  record Target(URI address, int share) {
    byte[] json() {
      return Cluster.JSON.writeValueAsBytes(Map.of("target", address.toString(), "share", share));
    }
  }

  /** What a pod says of its copies. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  private record Answer(
      String target, int share, Reading sent, long compared, long disagreed, long dropped) {
    boolean isOf(Target wanted) {
      return share == wanted.share() && target.equals(wanted.address().toString());
    }

    Reading reading() {
      return sent.with(new Copies(compared, disagreed, dropped));
    }
  }

  /**
   * From now on a share of a server's requests is copied; telling it again changes nothing.
   *
   * @return what its pods have copied there so far
   * @throws ClusterUnreachable when a pod can't be told
   * @throws ClusterRefused when nothing is configured by which it could be
   */
  List<Reading> begin(String server, Target target) {
    return ask(server, "PUT", Optional.of(target.json())).stream().map(Answer::reading).toList();
  }

  /** What a server's pods have copied there so far; those that weren't told yet say nothing. */
  List<Reading> read(String server, Target target) {
    return ask(server, "GET", Optional.empty()).stream()
        .filter(answer -> answer.isOf(target))
        .map(Answer::reading)
        .toList();
  }

  /** Nothing is copied any more. */
  void end(String server) {
    var token = token();
    pods.ask(
        COPIES,
        server,
        pod -> {
          var url = url(pod);
          var reply = doors.call("DELETE", url, token, Optional.empty());
          if (reply.status() != NO_CONTENT) {
            throw new IOException("%s: HTTP %d".formatted(url, reply.status()));
          }
          return url;
        });
  }

  private List<Answer> ask(String server, String method, Optional<byte[]> body) {
    var token = token();
    return pods.ask(COPIES, server, pod -> call(method, pod, token, body));
  }

  private Answer call(String method, Endpoints pod, String token, Optional<byte[]> body)
      throws IOException {
    var url = url(pod);
    var reply = doors.call(method, url, token, body);
    if (reply.status() != OK) {
      throw new IOException("%s: HTTP %d %s".formatted(url, reply.status(), reply.excerpt()));
    }
    try {
      return Cluster.JSON.readValue(reply.body(), Answer.class);
    } catch (JacksonException e) {
      throw new IOException("%s: no counts: %s".formatted(url, e.getOriginalMessage()), e);
    }
  }

  private static String url(Endpoints pod) {
    return pod.url(pod.management()) + "/arm/shadow";
  }

  private String token() {
    var token = properties.armToken();
    if (token == null) {
      throw new ClusterRefused(
          "copying requests for a shadow or a bake",
          "the model servers take no orders without a token",
          "give fovea.rollouts.kubernetes.arm-token and model-secret");
    }
    return token;
  }
}
