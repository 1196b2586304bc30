package dev.fovea.rollouts.servers;

import dev.fovea.serving.FrameSink;
import org.junit.jupiter.api.AfterEach;

class InProcessModelServersTest extends ModelServersContract {
  private final InProcessModelServers servers =
      new InProcessModelServers(objects, _ -> FrameSink.NOWHERE);

  @Override
  protected ModelServers servers() {
    return servers;
  }

  @AfterEach
  void stop() {
    servers.close();
  }
}
