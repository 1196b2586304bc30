package dev.fovea.registry.models;

import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.Name;
import dev.fovea.registry.Models.Registration;
import dev.fovea.registry.tracking.TrackedRun;
import dev.fovea.registry.tracking.TrackedRuns;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** Registers the models of Fovea's own jobs. */
@Component
final class JobModels {
  private final JdbcClient database;
  private final TransactionTemplate transaction;
  private final RegisteredModels registered;
  private final ModelVersions versions;
  private final NewVersions newVersions;
  private final RegistrationNews news;
  private final JobFiles files;
  private final TrackedRuns runs;

  JobModels(
      JdbcClient database,
      TransactionTemplate transaction,
      RegisteredModels registered,
      ModelVersions versions,
      NewVersions newVersions,
      RegistrationNews news,
      JobFiles files,
      TrackedRuns runs) {
    this.database = database;
    this.transaction = transaction;
    this.registered = registered;
    this.versions = versions;
    this.newVersions = newVersions;
    this.news = news;
    this.files = files;
    this.runs = runs;
  }

  /** The version of this file under this name, made where there is none yet. */
  Version register(Name project, Registration wanted) {
    var stored = files.check(wanted);
    var run =
        wanted
            .run()
            .map(id ->
                runs.find(project, id)
                    .orElseThrow(() ->
                        new InvalidRequest(
                            "run: '%s' is none of project %s".formatted(id, project),
                            "log the run first, or leave it out")));
    return Objects.requireNonNull(
        transaction.execute(_ -> {
          if (registered.insert(project, wanted.model().text(), Optional.empty())) {
            registered.told(project, wanted.model().text(), Optional.empty(), List.of());
          }
          // Two deliveries of one job wait for each other here, and the second finds the first's
          // version.
          database
              .sql(
                  "select name from registry.registered_model where project = ? and name = ? for update")
              .params(project.text(), wanted.model().text())
              .query(String.class)
              .single();
          return versions
              .withFile(project, wanted.model().text(), wanted.digest())
              .orElseGet(() -> add(project, wanted, stored, run));
        }));
  }

  private Version add(
      Name project, Registration wanted, JobFiles.Stored stored, Optional<TrackedRun> run) {
    var place = files.place(project, wanted, stored);
    var version =
        newVersions.add(
            project,
            new NewVersions.Draft(
                wanted.model().text(),
                "models:/" + place.owner(),
                place.uri(),
                run,
                Optional.of(place.owner()),
                "",
                "",
                Optional.of(
                    new Version.ModelFile(wanted.digest(), wanted.format(), wanted.parity())),
                wanted.dataset().or(() -> run.flatMap(TrackedRun::trainedOn)),
                List.of()));
    wanted
        .from()
        .filter(older -> !older.equals(wanted.digest()))
        .ifPresent(older -> news.madeFrom(version, older));
    return version;
  }
}
