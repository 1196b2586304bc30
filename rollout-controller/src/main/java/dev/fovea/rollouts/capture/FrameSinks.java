package dev.fovea.rollouts.capture;

import dev.fovea.rollouts.FramesSeen;
import dev.fovea.rollouts.servers.Served;
import dev.fovea.serving.FrameSink;
import dev.fovea.store.ObjectStore;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Where the frames of each server go, wherever it runs. */
public final class FrameSinks {
  private final ObjectStore objects;
  private final Consumer<FramesSeen> publish;

  /**
   * @param publish makes the event durable before it returns
   */
  public FrameSinks(ObjectStore objects, Consumer<FramesSeen> publish) {
    this.objects = objects;
    this.publish = publish;
  }

  /**
   * The sink of one server.
   *
   * @param arm which arm the server is now
   */
  public FrameSink of(Served served, Supplier<String> arm) {
    return new ProductionFrames(served, arm, objects, publish);
  }
}
