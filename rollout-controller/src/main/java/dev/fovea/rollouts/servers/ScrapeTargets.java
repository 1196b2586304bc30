package dev.fovea.rollouts.servers;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Where the model servers' metrics are, in the form of Prometheus' HTTP service discovery: they
 * come and go with rollouts, each on an address of its own.
 */
@RestController
public class ScrapeTargets {
  private final ModelServers servers;

  public ScrapeTargets(ModelServers servers) {
    this.servers = servers;
  }

  /** One group of targets, with the labels that Prometheus puts on what it scrapes there. */
  record Group(List<String> targets, Map<String, String> labels) {}

  @GetMapping("/api/v1/model-servers")
  List<Group> targets() {
    return servers.running().stream()
        .flatMap(rollout ->
            servers.address(rollout).map(ScrapeTargets::hostAndPort).stream()
                .map(at -> new Group(List.of(at), Map.of("rollout", rollout.abbreviated()))))
        .toList();
  }

  private static String hostAndPort(URI uri) {
    return Optional.of(uri.getPort())
        .filter(port -> port > 0)
        .map(port -> uri.getHost() + ":" + port)
        .orElse(uri.getHost());
  }
}
