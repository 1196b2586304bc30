package dev.fovea.pipelines.request;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.kernel.Caller;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.GitCommit;
import dev.fovea.kernel.Name;
import dev.fovea.pipelines.Releases.Candidate;
import dev.fovea.pipelines.fixture.FakeRegistry;
import dev.fovea.registry.ModelVersion.Format;
import dev.fovea.registry.Models;
import dev.fovea.registry.Run;
import dev.fovea.roles.NotAllowed;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CommitOfBuildTest {
  private static final Name PROJECT = Name.of("digits");
  private static final Name MODEL = Name.of("reader");
  private static final GitCommit OURS = GitCommit.of("a".repeat(40));

  private final FakeRegistry registry = new FakeRegistry();
  private final CommitOfBuild commits = new CommitOfBuild(registry, registry);

  @Test
  void aBuildMayReleaseWhatItsOwnCommitMade() {
    registry.track("mine", Map.of(Run.COMMIT_TAG, OURS.sha()));
    register("mine", Optional.of("mine"));
    assertThatCode(() -> require(1)).doesNotThrowAnyException();
  }

  @Test
  void aBuildMayNotReleaseWhatAnotherCommitMadeOrNobodySaysWhich() {
    registry.track("other", Map.of(Run.COMMIT_TAG, "b".repeat(40)));
    registry.track("untagged", Map.of());
    registry.track("abbreviated", Map.of(Run.COMMIT_TAG, OURS.abbreviated()));
    register("1", Optional.of("other"));
    register("2", Optional.of("untagged"));
    register("3", Optional.of("abbreviated"));
    register("4", Optional.empty());
    for (int number = 1; number <= 4; number++) {
      int tried = number;
      assertThatThrownBy(() -> require(tried))
          .isInstanceOf(NotAllowed.class)
          .hasMessageContaining("acme/parcels at aaaaaaaa may not release reader " + tried);
    }
  }

  private void require(int number) {
    commits.require(
        PROJECT,
        new Candidate(MODEL, number),
        new Caller.Build("acme/parcels", "4711", "refs/heads/main", OURS));
  }

  private void register(String file, Optional<String> run) {
    registry.register(
        PROJECT,
        new Models.Registration(
            MODEL,
            Digest.sha256(file.getBytes(StandardCharsets.UTF_8)),
            Format.ONNX,
            run,
            Optional.empty(),
            Optional.empty(),
            Optional.empty()));
  }
}
