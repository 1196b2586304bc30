package dev.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.fovea.cli.LineageCommand.Deployment;
import dev.fovea.cli.terminal.ExitCode;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.LineageLinked;
import dev.fovea.kernel.LineageNode;
import dev.fovea.kernel.LineageNode.Kind;
import dev.fovea.kernel.Name;
import dev.fovea.registry.Lineage.Way;
import dev.fovea.rollouts.Rollout;
import dev.fovea.rollouts.Rollout.Attempt;
import dev.fovea.rollouts.Rollout.Copied;
import dev.fovea.rollouts.Rollout.State;
import dev.fovea.rollouts.Rollouts.Arm;
import dev.fovea.rollouts.Rollouts.Serving;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LineageCommandTests {
  private static final Name LAMPS = Name.of("lamps");
  private static final Name LAMP = Name.of("lamp");

  @Test
  void saysWhichDeploymentsHaveTraffic() {
    var stable = rollout("one", 1, State.PROMOTED);
    var canary = rollout("two", 2, State.CANARY);
    var before = rollout("zero", 0, State.PROMOTED);
    var found =
        LineageCommand.deployments(
            List.of(
                way(stable),
                way(canary),
                way(before),
                way(rollout("of another time", 9, State.FAILED))),
            List.of(canary, stable, before),
            _ ->
                Optional.of(
                    new Serving(LAMP, arm("stable", stable), Optional.of(arm("canary", canary)))));
    assertThat(found)
        .extracting(Deployment::number, Deployment::state, Deployment::serves)
        .containsExactly(
            tuple(1, "promoted", "stable"),
            tuple(2, "canary", "canary"),
            tuple(0, "promoted", "no"));
    assertThat(found.getFirst().way())
        .containsExactly("lamp 1 int8 calibrated on lamps 1", "lamp 1 served by lamp 1 int8");
  }

  @Test
  void ofTwoAttemptsAtOneReleaseTheLaterServes() {
    var first = rollout("first", 1, State.PROMOTED);
    var second = rollout("second", 1, State.PROMOTED);
    var found =
        LineageCommand.deployments(
            List.of(way(first), way(second)),
            List.of(second, first),
            _ -> Optional.of(new Serving(LAMP, arm("stable", second), Optional.empty())));
    assertThat(found).extracting(Deployment::serves).containsExactly("no", "stable");
  }

  @Test
  void anExportNeedsAForm() {
    var out = new StringWriter();
    var err = new StringWriter();
    assertThat(CommandRun.of(out, err, "lineage", "export", "digits 1")).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("--format");
    assertThat(CommandRun.of(out, err, "lineage", "export", "digits 1", "--format", "dot"))
        .isEqualTo(ExitCode.USAGE);
  }

  private static Way way(Rollout rollout) {
    var dataset = LineageNode.named(Kind.DATASET_VERSION, "lamps 1", "lamps 1");
    var variant =
        new LineageNode(
            Kind.VARIANT, rollout.variant(), "lamp %d int8".formatted(rollout.number()));
    var end =
        new LineageNode(Kind.ROLLOUT, rollout.digest(), "lamp %d".formatted(rollout.number()));
    return new Way(
        end,
        List.of(
            new LineageLinked(LAMPS, dataset, "calibrated on", variant, Instant.EPOCH),
            new LineageLinked(LAMPS, variant, "served by", end, Instant.EPOCH)));
  }

  private static Arm arm(String name, Rollout rollout) {
    return new Arm(name, rollout.number(), rollout.variant(), 50, "http://127.0.0.1:1", 0, 0);
  }

  private static Rollout rollout(String name, int number, State state) {
    var digest = digest(name);
    return new Rollout(
        digest,
        LAMPS,
        LAMP,
        number,
        digest("variant " + number),
        digest("release " + number),
        Optional.empty(),
        state,
        0,
        0,
        List.of(50),
        Optional.empty(),
        List.of(),
        digest("evidence"),
        List.of(),
        List.of(),
        "",
        Instant.EPOCH,
        "ada",
        Optional.empty(),
        new Copied(0, 0, 0),
        Optional.empty(),
        new Attempt(1, digest, "ada", ""));
  }

  private static Digest digest(String name) {
    return Digest.sha256(name.getBytes(StandardCharsets.UTF_8));
  }
}
