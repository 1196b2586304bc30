package dev.fovea.lab.agent.remote;

import dev.fovea.kernel.Name;
import dev.fovea.lab.agent.DeviceAgent;
import dev.fovea.lab.agent.ModelFiles;
import dev.fovea.lab.remote.LabServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiFunction;

/** A remote agent on a thread of this JVM, which reaches its lab by HTTP alone. */
final class RunningAgent implements AutoCloseable {
  final List<String> said = new CopyOnWriteArrayList<>();
  final List<Throwable> ended = new CopyOnWriteArrayList<>();
  private final AgentHome home;
  private final Thread thread;

  private RunningAgent(AgentHome home, BiFunction<Name, ModelFiles, DeviceAgent> measures) {
    this.home = home;
    try {
      var agent = RemoteAgent.of(home, home.identity().orElseThrow(), 1 << 20, measures, said::add);
      this.thread = Thread.ofPlatform().daemon().start(() -> run(agent));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static RunningAgent joined(
      LabServer lab,
      String name,
      String label,
      Path folder,
      BiFunction<Name, ModelFiles, DeviceAgent> measures) {
    var home = AgentHome.open(folder);
    RemoteAgent.join(
        home,
        lab.address(),
        lab.code(name, label),
        Optional.of(Name.of(name)),
        Map.of("processor", "of a test"));
    return new RunningAgent(home, measures);
  }

  private void run(RemoteAgent agent) {
    try {
      agent.run();
    } catch (Throwable e) {
      ended.add(e);
    }
  }

  /** Whether it has said a line with these words. */
  boolean said(String words) {
    return said.stream().anyMatch(line -> line.contains(words));
  }

  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join(10_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    home.close();
  }
}
