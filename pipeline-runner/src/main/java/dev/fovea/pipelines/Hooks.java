package dev.fovea.pipelines;

import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.NoSuchThing;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.service.annotation.DeleteExchange;
import org.springframework.web.service.annotation.GetExchange;
import org.springframework.web.service.annotation.HttpExchange;
import org.springframework.web.service.annotation.PostExchange;
import org.springframework.web.service.annotation.PutExchange;

/**
 * A project's GitHub webhook: events of one repository, signed with a secret that both sides hold,
 * ask for releases. GitHub itself posts to {@code /api/v1/projects/{project}/hooks/github}.
 */
@HttpExchange("/api/v1/projects/{project}/hooks/github")
public interface Hooks {
  /** Listens to this repository from now on; a new hook gets its secret, an old one keeps it. */
  @PutExchange
  NewSecret listen(@PathVariable("project") Name project, @RequestBody Source source)
      throws InvalidRequest;

  /** A new secret; the one before stays good for a while. */
  @PostExchange("/rotation")
  NewSecret rotate(@PathVariable("project") Name project, @RequestBody Rotation rotation)
      throws NoSuchThing, InvalidRequest;

  /** The hook, without its secret. */
  @GetExchange
  Hook hook(@PathVariable("project") Name project) throws NoSuchThing;

  /** What came, newest first, at most 100. */
  @GetExchange("/deliveries")
  List<Delivery> deliveries(@PathVariable("project") Name project);

  /** Listens no more. */
  @DeleteExchange
  void remove(@PathVariable("project") Name project) throws NoSuchThing;

  /** Whose events count. */
  record Source(String repository) {}

  /** How long the old secret stays good, up to 7 days; a day where it is left out. */
  record Rotation(@Nullable Duration overlap) {}

  /**
   * What to enter at GitHub.
   *
   * @param path where GitHub posts to, on this server
   * @param secret shown once; empty where the hook keeps the one it has
   */
  record NewSecret(String path, Optional<String> secret, Optional<Instant> previousUntil) {
    @Override
    public String toString() {
      return "NewSecret[path=%s, secret=•••, previousUntil=%s]".formatted(path, previousUntil);
    }
  }

  /** A hook as it stands. */
  record Hook(
      Name project,
      String repository,
      String path,
      Instant changed,
      Optional<Instant> previousUntil) {}

  /**
   * One delivery.
   *
   * @param id GitHub's
   * @param state {@code waiting}, {@code done}, {@code ignored} or {@code refused}
   * @param outcome in a sentence
   */
  record Delivery(String id, String event, String state, String outcome, Instant received) {}
}
