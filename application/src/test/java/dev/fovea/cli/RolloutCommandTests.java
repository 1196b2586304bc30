package dev.fovea.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.NoSuchThing;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How a person names a rollout. */
class RolloutCommandTests {
  private static final Digest ONE = Digest.parse("sha256:" + "4453ba08" + "0".repeat(56));
  private static final Digest LIKE_IT = Digest.parse("sha256:" + "4453ba08" + "1".repeat(56));

  @Test
  void theDigitsOfTheListAreEnoughWhileTheyAreUnique() {
    assertThat(RolloutCommand.meant("4453ba08", () -> List.of(ONE))).isEqualTo(ONE);
    assertThat(RolloutCommand.meant("4453ba081", () -> List.of(ONE, LIKE_IT))).isEqualTo(LIKE_IT);
    assertThatThrownBy(() -> RolloutCommand.meant("4453ba08", () -> List.of(ONE, LIKE_IT)))
        .isInstanceOfSatisfying(
            NoSuchThing.class,
            problem ->
                assertThat(problem.remedy())
                    .isEqualTo("give more digits: 2 rollouts begin with these"));
    assertThatThrownBy(() -> RolloutCommand.meant("ffffffff", () -> List.of(ONE)))
        .isInstanceOfSatisfying(
            NoSuchThing.class,
            problem -> assertThat(problem.remedy()).contains("fovea rollout list"));
  }

  @Test
  void aWholeDigestAsksForNoList() {
    assertThat(
            RolloutCommand.meant(
                ONE.toString(),
                () -> {
                  throw new AssertionError("asked");
                }))
        .isEqualTo(ONE);
    assertThatThrownBy(() -> RolloutCommand.meant("4453", List::of))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("64 lower-case hex digits");
  }
}
