package dev.fovea.datasets.versions;

import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * At start-up, makes the versions of branches that moved just before the process was killed; beside
 * the work of the day, has written down what older versions lack.
 */
@Component
class CatchUp implements DisposableBean {
  private static final Logger LOG = LoggerFactory.getLogger(CatchUp.class);
  private static final Duration LONGEST_END = Duration.ofSeconds(5);

  private final RegisteredProjects projects;
  private final VersionRecorder recorder;
  private final List<VersionFollower> followers;
  private volatile @Nullable Thread following;

  CatchUp(RegisteredProjects projects, VersionRecorder recorder, List<VersionFollower> followers) {
    this.projects = projects;
    this.recorder = recorder;
    this.followers = followers;
  }

  @EventListener(ApplicationReadyEvent.class)
  void start() {
    reconcile();
    following = Thread.ofVirtual().name("datasets-catch-up").start(this::follow);
  }

  void reconcile() {
    for (var project : projects.all().keySet()) {
      try {
        recorder
            .reconcile(project)
            .forEach(version ->
                LOG.info(
                    "recorded version {} of {}, pushed before the last stop",
                    version.number(),
                    version.dataset()));
      } catch (RuntimeException e) {
        // One team's trouble must not keep the others from starting.
        LOG.error("the repository of {} could not be compared with its versions", project, e);
      }
    }
  }

  private void follow() {
    for (var follower : followers) {
      try {
        follower.catchUp();
      } catch (RuntimeException e) {
        if (Thread.currentThread().isInterrupted()) {
          return;
        }
        LOG.error("what older versions lack could not be written; the next start tries again", e);
      }
    }
  }

  @Override
  public void destroy() throws InterruptedException {
    var running = following;
    if (running != null) {
      running.interrupt();
      running.join(LONGEST_END);
    }
  }
}
