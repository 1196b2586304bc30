package dev.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.kernel.LineageNode;
import dev.fovea.kernel.LineageNode.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which of several things a name means. */
class WhyCommandTests {
  private static LineageNode node(Kind kind, String label) {
    return LineageNode.named(kind, label, label);
  }

  @Test
  void theExactNameComesBeforeOneThatHoldsIt() {
    var variant = node(Kind.VARIANT, "reader 4 int8");
    var rollout = node(Kind.ROLLOUT, "reader 4");
    assertThat(WhyCommand.meant(List.of(variant, rollout), "Reader 4")).isEqualTo(rollout);
  }

  @Test
  void theModelComesBeforeItsRollout() {
    var model = node(Kind.MODEL_VERSION, "reader 4");
    var rollout = node(Kind.ROLLOUT, "reader 4");
    assertThat(WhyCommand.meant(List.of(rollout, model), "reader 4")).isEqualTo(model);
  }
}
