package dev.fovea.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.datasets.Annotation;
import dev.fovea.datasets.Datasets;
import dev.fovea.datasets.Frames;
import dev.fovea.datasets.ImageHistories;
import dev.fovea.datasets.PipelineStages;
import dev.fovea.datasets.Projects;
import dev.fovea.datasets.SignedVersions;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.GitCommit;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.Problem;
import dev.fovea.lab.Agents;
import dev.fovea.lab.Lab;
import dev.fovea.pipelines.Releases;
import dev.fovea.pipelines.Retrainings;
import dev.fovea.registry.AuditLog;
import dev.fovea.registry.Lineage;
import dev.fovea.registry.Models;
import dev.fovea.registry.Runs;
import dev.fovea.registry.SignedModels;
import dev.fovea.roles.RemoteApi;
import dev.fovea.rollouts.Rollouts;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each API, called as a bean and over HTTP, gives the same answer and the same problem: what lets a
 * caller not know where a role runs.
 */
class BothBindingsTests {
  private static final Name PROJECT = Name.of("bindings");
  private static final Name NOBODY = Name.of("nobody");
  private static final Digest UNKNOWN = Digest.sha256("nothing".getBytes(StandardCharsets.UTF_8));
  private static final GitCommit NO_COMMIT = GitCommit.of("0".repeat(40));

  @TempDir private static Path home;
  private static FoveaServer server;
  private static RemoteApi remote;

  @BeforeAll
  static void start() {
    server = FoveaServer.start(TestServers.at(home).with("logging.level.root=error"));
    remote = new RemoteApi(server.address(), Home.line(home.resolve("token")));
    server.bean(Projects.class).create(PROJECT);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  /** One call, on whichever binding it is given. */
  private record Call<T>(Class<T> api, String method, Function<T, Object> call) {
    Object asBean() {
      return outcome(server.bean(api));
    }

    Object overHttp() {
      return outcome(remote.as(api));
    }

    private Object outcome(T binding) {
      try {
        return call.apply(binding);
      } catch (Problem problem) {
        return List.of(problem.getClass(), problem.kind(), problem.explanation(), problem.remedy());
      }
    }

    @Override
    public String toString() {
      return api.getSimpleName() + "." + method;
    }
  }

  private static <T> Call<T> call(Class<T> api, String method, Function<T, Object> call) {
    return new Call<>(api, method, call);
  }

  private static Stream<Call<?>> calls() {
    return Stream.of(
        call(Projects.class, "projects", Projects::projects),
        call(Projects.class, "project", api -> api.project(PROJECT)),
        call(Projects.class, "project unknown", api -> api.project(NOBODY)),
        call(Datasets.class, "heads", api -> api.heads(PROJECT)),
        call(Datasets.class, "versions", api -> api.versions(PROJECT, NOBODY)),
        call(Datasets.class, "head unknown", api -> api.head(PROJECT, NOBODY)),
        call(Datasets.class, "version unknown", api -> api.version(PROJECT, NOBODY, UNKNOWN)),
        call(Datasets.class, "diff unknown", api -> api.diff(PROJECT, NOBODY, UNKNOWN, UNKNOWN)),
        call(Datasets.class, "teamFile before a push", api -> api.teamFile(PROJECT)),
        call(Datasets.class, "teamFile unknown", api -> api.teamFile(PROJECT, NO_COMMIT)),
        call(Datasets.class, "pushes", api -> api.pushes(PROJECT)),
        call(
            PipelineStages.class,
            "stages before a push",
            api -> api.stages(PROJECT, PipelineStages.MAIN)),
        call(
            PipelineStages.class,
            "stages of a hostile name",
            api -> api.stages(PROJECT, "../HEAD")),
        call(
            SignedVersions.class,
            "statement unknown",
            api -> api.statement(PROJECT, NOBODY, UNKNOWN)),
        call(
            ImageHistories.class,
            "history unknown",
            api -> api.history(PROJECT, NOBODY, "images/a.png", 100, 10)),
        call(
            ImageHistories.class,
            "history of a path that leaves",
            api -> api.history(PROJECT, NOBODY, "../a.png", 100, 10)),
        call(
            ImageHistories.class,
            "sides unknown",
            api -> api.sides(PROJECT, NOBODY, UNKNOWN, "images/a.png")),
        call(Frames.class, "newest", api -> api.newest(PROJECT, 10)),
        call(Frames.class, "frame unknown", api -> api.frame(PROJECT, UNKNOWN)),
        call(Frames.class, "count", api -> api.count(PROJECT)),
        call(Annotation.class, "batches", api -> api.batches(PROJECT)),
        call(Annotation.class, "batch unknown", api -> api.batch(PROJECT, UNKNOWN)),
        call(Annotation.class, "items unknown", api -> api.items(PROJECT, UNKNOWN)),
        call(Annotation.class, "lease unknown", api -> api.lease(PROJECT, UNKNOWN)),
        call(Annotation.class, "commit unknown", api -> api.commit(PROJECT, UNKNOWN)),
        call(
            Annotation.class,
            "select of nothing",
            api -> api.select(PROJECT, new Annotation.Selection(NOBODY, NOBODY, 10))),
        call(Runs.class, "newest", api -> api.newest(PROJECT, 10)),
        call(Runs.class, "newest of too many", api -> api.newest(PROJECT, 100_000)),
        call(Runs.class, "run unknown", api -> api.run(PROJECT, "0123456789abcdef")),
        call(Models.class, "heads", api -> api.heads(PROJECT)),
        call(Models.class, "version unknown", api -> api.version(PROJECT, NOBODY, 1)),
        call(
            Models.class,
            "alias that points nowhere",
            api -> api.aliased(PROJECT, NOBODY, "production")),
        call(SignedModels.class, "keys", api -> api.keys(PROJECT)),
        call(SignedModels.class, "signature unknown", api -> api.signature(PROJECT, "nobody's", 1)),
        call(SignedModels.class, "verify unknown", api -> api.verify(PROJECT, "nobody's", 1, true)),
        call(Lineage.class, "find nothing", api -> api.find(PROJECT, "nothing at all")),
        call(Lineage.class, "around unknown", api -> api.around(PROJECT, UNKNOWN, 3)),
        call(Lineage.class, "around too far", api -> api.around(PROJECT, UNKNOWN, 3_000)),
        call(Lineage.class, "why unknown", api -> api.why(PROJECT, UNKNOWN)),
        call(Lineage.class, "rollouts unknown", api -> api.rollouts(PROJECT, UNKNOWN)),
        call(AuditLog.class, "newest", api -> api.newest(PROJECT, 10)),
        call(AuditLog.class, "verify", api -> api.verify(PROJECT)),
        call(Lab.class, "device", api -> api.device(Name.of("local-cpu")).facts().keySet()),
        call(Lab.class, "device unknown", api -> api.device(NOBODY)),
        call(Lab.class, "profiles", api -> api.profiles(Name.of("local-cpu"))),
        call(Lab.class, "job unknown", api -> api.job(UNKNOWN)),
        call(Lab.class, "request on an unknown device", api -> api.request(request(NOBODY, 100))),
        call(
            Lab.class,
            "request of too few samples",
            api -> api.request(request(Name.of("local-cpu"), 1))),
        call(Agents.class, "invitations", Agents::invitations),
        call(Agents.class, "statement of nothing", api -> api.statement(UNKNOWN)),
        call(
            Agents.class,
            "invite of an unknown kind",
            api -> api.invite(new Agents.InviteRequest(NOBODY, "toaster", Optional.empty()))),
        call(
            Agents.class,
            "invite of the lab's own device",
            api ->
                api.invite(
                    new Agents.InviteRequest(Name.of("local-cpu"), "cpu", Optional.empty()))),
        call(
            Agents.class,
            "remove unknown",
            api -> {
              api.remove(NOBODY);
              return "removed";
            }),
        call(Releases.class, "releases", api -> api.releases(PROJECT)),
        call(Releases.class, "release unknown", api -> api.release(PROJECT, UNKNOWN)),
        call(Releases.class, "measures unknown", api -> api.measures(PROJECT, UNKNOWN)),
        call(Releases.class, "of unknown", api -> api.of(PROJECT, NOBODY, 1)),
        call(
            Releases.class,
            "start of an unknown model",
            api -> api.start(PROJECT, new Releases.Candidate(NOBODY, 1))),
        call(Retrainings.class, "retrainings", api -> api.retrainings(PROJECT)),
        call(Rollouts.class, "rollouts", api -> api.rollouts(PROJECT)),
        call(Rollouts.class, "rollout unknown", api -> api.rollout(PROJECT, UNKNOWN)),
        call(Rollouts.class, "attempts at unknown", api -> api.attempts(PROJECT, UNKNOWN)),
        call(
            Rollouts.class,
            "again unknown",
            api ->
                api.again(PROJECT, UNKNOWN, new Rollouts.Again(new UUID(4, 1), "it was better"))),
        call(Rollouts.class, "serving nothing", api -> api.serving(PROJECT, NOBODY)));
  }

  private static Lab.ProfileRequest request(Name device, int samples) {
    return new Lab.ProfileRequest(PROJECT, device, UNKNOWN, List.of(1L, 1L, 28L, 28L), 0, samples);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("calls")
  void theAnswerIsTheSameOnBothBindings(Call<?> call) {
    assertThat(call.overHttp()).isEqualTo(call.asBean());
  }
}
