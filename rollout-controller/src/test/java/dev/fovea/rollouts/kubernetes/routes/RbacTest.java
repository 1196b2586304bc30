package dev.fovea.rollouts.kubernetes.routes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.rollouts.kubernetes.Cluster;
import dev.fovea.rollouts.router.Split;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/**
 * The rights that are listed for whoever installs Fovea are those that it uses, all and no more.
 */
class RbacTest extends PlayedCluster {
  @Test
  void aWholeRolloutAsksForWhatIsListedAndForNothingElse() throws Exception {
    node.trouble = Optional.of("ContainerCreating");
    unready(1);
    node.trouble = Optional.empty();
    node.look();
    router.route(LAMP, Split.all(backend(1)));
    router.route(LAMP, split(10));
    router.take(rollout(2));
    router.route(LAMP, Split.all(backend(1)));
    await(() -> router.drained(rollout(2), Duration.ZERO));
    for (var running : servers.running()) {
      servers.stop(running);
    }
    router.close(LAMP);

    assertThat(api.verbs).isEqualTo(listed());
  }

  private static Set<String> listed() throws IOException {
    var listed = new TreeSet<String>();
    try (InputStream in =
        Objects.requireNonNull(Cluster.class.getResourceAsStream("rbac.yaml"), "rbac.yaml")) {
      Map<String, Object> role = new Yaml(new SafeConstructor(new LoaderOptions())).load(in);
      assertThat(role.get("kind")).as("namespaced").isEqualTo("Role");
      for (var rule : (List<?>) role.get("rules")) {
        for (var group : (List<?>) ((Map<?, ?>) rule).get("apiGroups")) {
          for (var resource : (List<?>) ((Map<?, ?>) rule).get("resources")) {
            for (var verb : (List<?>) ((Map<?, ?>) rule).get("verbs")) {
              listed.add("%s/%s %s".formatted(group, resource, verb));
            }
          }
        }
      }
    }
    return listed;
  }
}
