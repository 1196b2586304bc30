package dev.fovea.cli.imports.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeldKeyTests {
  @ParameterizedTest
  @ValueSource(strings = {"loss", "val/map50-95", "a b:c.d_e", "größe", "mlflow.runName"})
  void keepsWhatCanBeKept(String key) {
    assertThat(HeldKey.of(key)).isEqualTo(key);
  }

  @Test
  void writesOthersSoThatTwoStayTwo() {
    var keys =
        List.of(
            "",
            "a(b)",
            "a[b]",
            "../x",
            "a//b",
            "/a",
            "a/",
            ".",
            "x".repeat(300),
            "x".repeat(301),
            "a\nb");
    var held = new HashSet<String>();
    for (var key : keys) {
      held.add(HeldKey.of(key));
      assertThat(HeldKey.of(HeldKey.of(key))).as(key).isEqualTo(HeldKey.of(key));
      assertThat(HeldKey.of(key)).hasSizeLessThanOrEqualTo(250).doesNotContain("..");
    }

    assertThat(held).hasSize(keys.size());
  }

  @ParameterizedTest
  @ValueSource(strings = {"../x", "a/../../x", "/etc/passwd", "a//b", "a/./b", "", "a\\b", "a\0b"})
  void namesWhatIsWrongWithAPath(String path) {
    assertThat(FilePath.fault(path)).isPresent();
  }

  @Test
  void takesOrdinaryPaths() {
    assertThat(FilePath.fault("plots/a b+c%20.bin")).isEmpty();
  }

  @Test
  void decodesTheNamesThatMlflowGivesToImages() {
    assertThat(HeldPath.of("images/a%2Bstep%2B1.png")).isEqualTo("images/a+step+1.png");
    assertThat(HeldPath.of("a b+c%20.bin")).isEqualTo("a b+c .bin");
    assertThat(HeldPath.of("100%")).isEqualTo("100_");
    assertThat(HeldPath.of("a;b")).isEqualTo("a_b");
    for (var tricky : List.of("%2e%2e/x", "a%2fb", "a%5cb", "%00", "%252e%252e/x", "%ff")) {
      assertThat(HeldPath.of(tricky)).as(tricky).doesNotContain("%", "..", "\\");
      assertThat(FilePath.fault(HeldPath.of(tricky))).isEmpty();
    }
  }
}
