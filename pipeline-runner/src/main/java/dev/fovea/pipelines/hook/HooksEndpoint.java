package dev.fovea.pipelines.hook;

import dev.fovea.kernel.Audited;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.NoSuchThing;
import dev.fovea.kernel.Text;
import dev.fovea.pipelines.Hooks;
import dev.fovea.roles.Callers;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.web.bind.annotation.RestController;

/** Makes, changes and ends hooks. */
@RestController
class HooksEndpoint implements Hooks {
  private static final Pattern REPOSITORY =
      Pattern.compile("[A-Za-z0-9-]{1,100}/[A-Za-z0-9._-]{1,100}");
  private static final Duration LONGEST_OVERLAP = Duration.ofDays(7);

  private final HookRows rows;
  private final TransactionTemplate transactions;
  private final Consumer<Object> events;

  /**
   * @param events where events go; called in a transaction
   */
  HooksEndpoint(HookRows rows, TransactionTemplate transactions, Consumer<Object> events) {
    this.rows = rows;
    this.transactions = transactions;
    this.events = events;
  }

  @Override
  public NewSecret listen(Name project, Source source) {
    if (source.repository() == null || !REPOSITORY.matcher(source.repository()).matches()) {
      throw new InvalidRequest(
          "repository: '%s' (expected: owner/name)"
              .formatted(Text.excerpt(String.valueOf(source.repository()))),
          "name the repository as GitHub does");
    }
    var secret = Signature.newSecret();
    boolean made =
        Boolean.TRUE.equals(
            transactions.execute(_ -> {
              audit(project, "made the GitHub hook listen to", source.repository());
              return rows.listen(project, source.repository(), secret);
            }));
    return new NewSecret(
        path(project), made ? Optional.of(secret) : Optional.empty(), Optional.empty());
  }

  @Override
  public NewSecret rotate(Name project, Rotation rotation) {
    var overlap = Optional.ofNullable(rotation.overlap()).orElse(Duration.ofDays(1));
    if (overlap.isNegative() || overlap.compareTo(LONGEST_OVERLAP) > 0) {
      throw new InvalidRequest(
          "overlap: %s (expected: PT0S to %s)".formatted(overlap, LONGEST_OVERLAP),
          "say how long the old secret stays good");
    }
    var secret = Signature.newSecret();
    var until =
        transactions.execute(_ -> {
          audit(project, "rotated the secret of the GitHub hook", project.text());
          return rows.rotate(project, secret, overlap).orElseThrow(() -> none(project));
        });
    return new NewSecret(path(project), Optional.of(secret), Optional.ofNullable(until));
  }

  @Override
  public Hook hook(Name project) {
    return rows.find(project)
        .map(known ->
            new Hook(
                project, known.repository(), path(project), known.changed(), known.previousUntil()))
        .orElseThrow(() -> none(project));
  }

  @Override
  public List<Delivery> deliveries(Name project) {
    return rows.newest(project);
  }

  @Override
  public void remove(Name project) {
    transactions.executeWithoutResult(_ -> {
      if (!rows.remove(project)) {
        throw none(project);
      }
      audit(project, "removed the GitHub hook", project.text());
    });
  }

  private void audit(Name project, String act, String object) {
    events.accept(
        new Audited(
            UUID.randomUUID(),
            project.text(),
            Callers.current().subject(),
            act,
            object,
            "done",
            Clock.systemUTC().instant()));
  }

  private static String path(Name project) {
    return "/api/v1/projects/%s/hooks/github".formatted(project);
  }

  private static NoSuchThing none(Name project) {
    return new NoSuchThing(
        "GitHub hook of project",
        project.text(),
        "make it with 'fovea project hook set OWNER/REPOSITORY'");
  }
}
