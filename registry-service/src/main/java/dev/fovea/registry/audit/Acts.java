package dev.fovea.registry.audit;

import dev.fovea.kernel.Audited;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.Text;
import dev.fovea.registry.protocol.KeyValue;
import dev.fovea.roles.Callers;
import dev.fovea.roles.queue.Queue;
import java.time.Instant;
import java.util.UUID;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.stereotype.Component;

/** What the registry itself tells the audit log, in the transaction that did it. */
@Component
public final class Acts {
  private final Queue queue;

  Acts(@Qualifier("registryQueue") Queue queue) {
    this.queue = queue;
  }

  /** The caller did something. */
  public void done(Name project, String act, String object) {
    publish(project.text(), act, object, "done");
  }

  /** The caller set a tag. */
  public void tagged(Name project, KeyValue tag, String object) {
    done(
        project,
        "set tag %s to '%s'".formatted(Text.excerpt(tag.key()), Text.excerpt(tag.value())),
        object);
  }

  /** The caller took a tag away. */
  public void untagged(Name project, String key, String object) {
    done(project, "deleted tag " + Text.excerpt(key), object);
  }

  /** The caller did something that concerns the whole installation. */
  public void done(String act, String object) {
    publish("*", act, object, "done");
  }

  /** The caller wanted something and was refused. */
  public void refused(Name project, String act, String object, String why) {
    publish(project.text(), act, object, "refused: " + why);
  }

  /** The caller wanted something that concerns the whole installation and was refused. */
  public void refused(String act, String object, String why) {
    publish("*", act, object, "refused: " + why);
  }

  private void publish(String project, String act, String object, String outcome) {
    queue.publish(
        new Audited(
            UUID.randomUUID(),
            project,
            Callers.current().subject(),
            act,
            object,
            outcome,
            Instant.now()));
  }
}
