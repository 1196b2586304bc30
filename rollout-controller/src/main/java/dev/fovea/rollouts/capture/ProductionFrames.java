package dev.fovea.rollouts.capture;

import dev.fovea.rollouts.FramesSeen;
import dev.fovea.rollouts.servers.Served;
import dev.fovea.serving.FrameSink;
import dev.fovea.serving.SeenFrame;
import dev.fovea.store.ObjectStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Keeps a server's frames: first the bytes, then the word that they are there. */
final class ProductionFrames implements FrameSink {
  private final Served served;
  private final Supplier<String> arm;
  private final ObjectStore objects;
  private final Consumer<FramesSeen> publish;

  /**
   * @param arm which arm the server is now
   * @param publish makes the event durable before it returns
   */
  ProductionFrames(
      Served served, Supplier<String> arm, ObjectStore objects, Consumer<FramesSeen> publish) {
    this.served = served;
    this.arm = arm;
    this.objects = objects;
    this.publish = publish;
  }

  @Override
  public void keep(List<SeenFrame> frames) throws IOException {
    var kept = new ArrayList<FramesSeen.Frame>(frames.size());
    var now = arm.get();
    for (var frame : frames) {
      kept.add(
          new FramesSeen.Frame(
              objects.put(frame.image()),
              served.plan().model(),
              served.plan().variant(),
              now,
              frame.answer(),
              frame.confidence(),
              frame.margin(),
              frame.probabilities(),
              frame.reason().name().toLowerCase(Locale.ROOT),
              frame.seen()));
    }
    publish.accept(new FramesSeen(served.project(), kept));
  }
}
