package dev.fovea.registry.tracking;

import dev.fovea.registry.webhooks.Event;
import dev.fovea.registry.webhooks.Outbox;
import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Tells webhooks of runs that have ended. */
@Component
final class RunNews {
  private final Outbox outbox;

  RunNews(Outbox outbox) {
    this.outbox = outbox;
  }

  /** In the caller's transaction; a run that goes on is no news. */
  void ended(TrackedRun run) {
    switch (RunStatus.valueOf(run.status())) {
      case FINISHED -> tell(run, Event.RUN_FINISHED);
      case FAILED, KILLED -> tell(run, Event.RUN_FAILED);
      case RUNNING, SCHEDULED -> {}
    }
  }

  private void tell(TrackedRun run, Event event) {
    var data = new LinkedHashMap<String, @Nullable Object>();
    data.put("run_id", run.id());
    data.put("run_name", run.name());
    data.put("experiment_id", Long.toString(run.experiment()));
    data.put("experiment_name", run.experimentName());
    data.put("status", run.status());
    data.put("start_time", run.startedMillis());
    data.put("end_time", run.endedMillis().orElse(null));
    outbox.happened(run.project(), event, data);
  }
}
