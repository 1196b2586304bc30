package dev.fovea.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.kernel.Digest;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FramesTokenTest {
  private static final String SECRET = "a secret of more than 32 characters";
  private static final Digest ROLLOUT = rollout("one");
  private final FramesToken token = FramesToken.from(SECRET);

  @Test
  void namesTheRolloutThatItWasMadeFor() {
    assertThat(token.of(ROLLOUT)).startsWith("fms_" + ROLLOUT.hex()).hasSize(133);
    assertThat(FramesToken.from(SECRET).rollout(token.of(ROLLOUT))).contains(ROLLOUT);
  }

  @Test
  void isWorthNothingForAnotherRolloutOrInstallation() {
    var code = token.of(ROLLOUT).substring(69);
    assertThat(token.rollout("fms_%s.%s".formatted(rollout("two").hex(), code))).isEmpty();
    assertThat(FramesToken.from(SECRET + "!").rollout(token.of(ROLLOUT))).isEmpty();
  }

  @Test
  void takesNothingThatIsNearlyOne() {
    var right = token.of(ROLLOUT);
    assertThat(token.rollout(right.substring(1))).isEmpty();
    assertThat(token.rollout(right + "0")).isEmpty();
    assertThat(token.rollout(right + "\n")).isEmpty();
    assertThat(token.rollout(right.toUpperCase(Locale.ROOT))).isEmpty();
    assertThat(token.rollout(right.replace('.', ':'))).isEmpty();
    assertThat(token.rollout("fms_%s.%s".formatted(ROLLOUT.hex(), "0".repeat(64)))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "fms_", "fms_.", "fag_0", "Bearer", "\0"})
  void takesNoOtherWord(String shown) {
    assertThat(token.rollout(shown)).isEmpty();
  }

  @Test
  void refusesASecretThatMightBeGuessedWithoutRepeatingIt() {
    assertThatThrownBy(() -> FramesToken.from("hunter2"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("frames token: 7 characters (expected: at least 32)");
  }

  @Test
  void doesNotTellItsSecret() {
    assertThat(token.toString()).doesNotContain(SECRET);
    assertThat(token.of(ROLLOUT)).doesNotContain(SECRET);
  }

  private static Digest rollout(String name) {
    return Digest.sha256(name.getBytes(StandardCharsets.UTF_8));
  }
}
