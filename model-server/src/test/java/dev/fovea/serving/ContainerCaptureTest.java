package dev.fovea.serving;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContainerCaptureTest {
  private static final Map<String, String> WHOLE =
      Map.of(
          "FOVEA_FRAMES_URL", "http://fovea-rollouts.fovea:4800/internal/v1/frames",
          "FOVEA_FRAMES_TOKEN", "a secret of more than 32 characters",
          "FOVEA_FRAMES_ROLLOUT", "sha256:" + "ab".repeat(32),
          "FOVEA_FRAMES_UNSURE_BELOW", "0.6",
          "FOVEA_FRAMES_AUDIT_SHARE", "0.01");
  private final List<String> said = new ArrayList<>();

  private ModelServerConfig of(Map<String, String> environment) {
    return ContainerCapture.of(TestModels.config("bright"), environment, said::add);
  }

  @Test
  void takesFramesWhereItsEnvironmentSaysSo() {
    var config = of(WHOLE);

    assertThat(config.frames()).isInstanceOf(HttpFrameSink.class);
    assertThat(config.capture().unsureBelow()).isEqualTo(0.6);
    assertThat(config.capture().auditShare()).isEqualTo(0.01);
    assertThat(said).isEmpty();
  }

  @Test
  void takesNoneWithoutAnAddressAndSaysNothing() {
    var config = of(Map.of("FOVEA_FRAMES_TOKEN", "a secret of more than 32 characters"));

    assertThat(config.frames()).isSameAs(FrameSink.NOWHERE);
    assertThat(said).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "FOVEA_FRAMES_TOKEN, '', FOVEA_FRAMES_TOKEN is not set",
    "FOVEA_FRAMES_TOKEN, hunter2, 7 characters (expected: at least 32)",
    "FOVEA_FRAMES_ROLLOUT, '', FOVEA_FRAMES_ROLLOUT is not set",
    "FOVEA_FRAMES_ROLLOUT, latest, digest: 'latest'",
    "FOVEA_FRAMES_URL, ftp://host/, scheme 'ftp'",
    "FOVEA_FRAMES_URL, 'http://a b/', Illegal character",
    "FOVEA_FRAMES_UNSURE_BELOW, 2, each 0 to 1",
    "FOVEA_FRAMES_AUDIT_SHARE, much, much"
  })
  void servesWithoutFramesAndSaysWhyWhereSomethingIsWrong(String name, String value, String why) {
    var environment = new HashMap<>(WHOLE);
    environment.put(name, value);
    var config = of(environment);

    assertThat(config.frames()).isSameAs(FrameSink.NOWHERE);
    assertThat(config.capture()).isEqualTo(CaptureSettings.NOTHING);
    assertThat(said)
        .singleElement()
        .satisfies(line ->
            assertThat(line)
                .startsWith("frames are not taken: ")
                .contains(why)
                .doesNotContain("hunter2", "a secret of"));
  }
}
