package dev.fovea.rollouts.kubernetes.routes;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.kernel.Digest;
import dev.fovea.rollouts.TestModels;
import dev.fovea.rollouts.kubernetes.FakeApiServer;
import dev.fovea.rollouts.kubernetes.FakeGateway;
import dev.fovea.rollouts.kubernetes.FakeNode;
import dev.fovea.rollouts.kubernetes.KubernetesModelServers;
import dev.fovea.rollouts.kubernetes.KubernetesProperties;
import dev.fovea.rollouts.kubernetes.TestCluster;
import dev.fovea.rollouts.router.Backend;
import dev.fovea.rollouts.router.TrafficRouter;
import dev.fovea.rollouts.router.TrafficRouterContract;
import dev.fovea.rollouts.servers.NotReadyYet;
import dev.fovea.rollouts.servers.Served;
import dev.fovea.rollouts.turns.Turn;
import dev.fovea.store.memory.MemoryObjectStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;

/**
 * The contract's router over a cluster that is played: an API server, a node that runs real model
 * servers, a gateway that follows the routes.
 */
abstract class PlayedCluster extends TrafficRouterContract {
  final MemoryObjectStore objects = new MemoryObjectStore();
  final FakeApiServer api = new FakeApiServer();
  final FakeNode node = new FakeNode(api, objects);
  final FakeGateway gateway = new FakeGateway(api);
  final KubernetesModelServers servers =
      new KubernetesModelServers(
          api.client(),
          TestCluster.properties(gateway.uri()),
          TestCluster::reference,
          Clock.systemUTC());
  final GatewayApiRouter router = process(1);

  @AfterEach
  void stop() {
    router.close();
    gateway.close();
    node.close();
    api.close();
  }

  /** A controller in its so many-th turn. */
  GatewayApiRouter process(long epoch) {
    return process(epoch, TestCluster.properties(gateway.uri()));
  }

  GatewayApiRouter process(long epoch, KubernetesProperties properties) {
    var turn =
        new Turn() {
          @Override
          public boolean mine() {
            return true;
          }

          @Override
          public long epoch() {
            return epoch;
          }

          @Override
          public void check() {}
        };
    return new GatewayApiRouter(api.client(), properties, turn, System::nanoTime);
  }

  @Override
  protected TrafficRouter router() {
    return router;
  }

  @Override
  protected URI gateway() {
    return gateway.uri();
  }

  private Served served(int number) {
    var plan = TestModels.plan(number, TestModels.store(objects, "bright"));
    var image = Digest.sha256(("image " + number).getBytes(StandardCharsets.UTF_8));
    node.image(image, plan.variant(), number);
    return new Served(rollout(number), TestModels.LAMPS, plan, Optional.of(image));
  }

  /** A server that is asked for while it can't become ready. */
  void unready(int number) {
    assertThatThrownBy(() -> servers.ensure(served(number))).isInstanceOf(NotReadyYet.class);
  }

  @Override
  protected Backend backend(int number) {
    try {
      var address = servers.ensure(served(number));
      return new Backend(rollout(number), Integer.toString(number), address);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
