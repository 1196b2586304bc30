package dev.fovea.lab.fleet;

import dev.fovea.lab.agent.DeviceAgent;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/** Says for the agents of this process, every few seconds, that their devices are there. */
final class Presence implements SmartLifecycle {
  private static final Logger LOG = LoggerFactory.getLogger(Presence.class);

  private final List<DeviceAgent> agents;
  private final Devices devices;
  private final Duration every;
  private volatile @Nullable Thread thread;

  Presence(List<DeviceAgent> agents, Devices devices, Duration every) {
    this.agents = agents;
    this.devices = devices;
    this.every = every;
  }

  /** The first word is said before this returns, so that whoever comes next finds the devices. */
  @Override
  public void start() {
    devices.pardon();
    agents.forEach(devices::heard);
    // Known before it runs: it ends where it finds itself gone.
    var repeating = Thread.ofVirtual().name("lab-presence").unstarted(this::repeat);
    thread = repeating;
    repeating.start();
  }

  @Override
  public void stop() {
    var running = thread;
    if (running != null) {
      thread = null;
      running.interrupt();
    }
  }

  @Override
  public boolean isRunning() {
    return thread != null;
  }

  /** Before the queue, which may hold jobs from an earlier life. */
  @Override
  public int getPhase() {
    return SmartLifecycle.DEFAULT_PHASE - 8192;
  }

  private void repeat() {
    while (thread != null) {
      try {
        Thread.sleep(every);
        agents.forEach(devices::heard);
      } catch (InterruptedException _) {
        return;
      } catch (RuntimeException e) {
        // Whatever it is, the next word is said: a silent device counts as lost.
        LOG.warn("the lab could not say that its devices are there: {}", e.getMessage());
      }
    }
  }
}
