package dev.fovea.datasets.versions;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/** At start-up, makes the versions of branches that moved just before the process was killed. */
@Component
class CatchUp {
  private static final Logger LOG = LoggerFactory.getLogger(CatchUp.class);

  private final RegisteredProjects projects;
  private final VersionRecorder recorder;

  CatchUp(RegisteredProjects projects, VersionRecorder recorder) {
    this.projects = projects;
    this.recorder = recorder;
  }

  @EventListener(ApplicationReadyEvent.class)
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
}
