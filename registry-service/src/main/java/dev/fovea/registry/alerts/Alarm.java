package dev.fovea.registry.alerts;

import dev.fovea.kernel.Name;
import dev.fovea.registry.RunAlert.Kind;
import dev.fovea.registry.webhooks.Event;
import dev.fovea.registry.webhooks.Outbox;
import java.util.LinkedHashMap;
import java.util.Locale;
import org.springframework.stereotype.Component;

/** Raises alerts: once a run and kind, kept and told in one transaction. */
@Component("runAlarm")
class Alarm {
  private final AlertRows rows;
  private final Outbox outbox;

  Alarm(AlertRows rows, Outbox outbox) {
    this.rows = rows;
    this.outbox = outbox;
  }

  /** In the caller's transaction. */
  void raise(Name project, String run, Kind kind, String metric, String words) {
    if (!rows.add(run, kind, metric, words)) {
      return;
    }
    var data = new LinkedHashMap<String, Object>();
    data.put("run_id", run);
    data.put("run_name", rows.name(run));
    data.put("kind", kind.name().toLowerCase(Locale.ROOT));
    data.put("metric", metric);
    data.put("explanation", words);
    outbox.happened(project, Event.RUN_ALERT, data);
  }
}
