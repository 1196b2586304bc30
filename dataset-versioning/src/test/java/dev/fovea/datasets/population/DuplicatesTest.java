package dev.fovea.datasets.population;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.datasets.Sample;
import dev.fovea.kernel.Digest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DuplicatesTest {
  @Test
  void namesTheFirstImageWithTheSameBytes() {
    var found =
        Duplicates.among(
            List.of(
                sample("a.png", "x", "train"),
                sample("b.png", "y", "train"),
                sample("c.png", "x", "train"),
                sample("d.png", "x", "train")));
    assertThat(found.again()).extracting(Sample::path).containsExactly("c.png", "d.png");
    assertThat(found.remarks())
        .containsExactly(
            new Remark(List.of("c.png"), "has the same bytes as a.png, and both are in train"),
            new Remark(List.of("d.png"), "has the same bytes as a.png, and both are in train"));
  }

  @Test
  void leavesTheSameBytesInTwoSplitsToLeakage() {
    var found =
        Duplicates.among(List.of(sample("a.png", "x", "train"), sample("b.png", "x", "test")));
    assertThat(found.again()).isEmpty();
    assertThat(found.remarks()).isEmpty();
  }

  @Test
  void isOneRemarkWhereThereAreMany() {
    var samples = new ArrayList<Sample>();
    for (int i = 0; i < 100_001; i++) {
      samples.add(sample("%06d.png".formatted(i), "x", "val"));
    }
    assertThat(Duplicates.among(samples).remarks())
        .singleElement()
        .satisfies(remark ->
            assertThat(remark.text())
                .startsWith(
                    "100,000 images have the same bytes as another of their split: 000001.png, 000002.png, ")
                .endsWith("000008.png and 99,992 more"));
  }

  private static Sample sample(String path, String bytes, String split) {
    var image = Digest.sha256(bytes.getBytes(StandardCharsets.UTF_8));
    return new Sample(path, image, "", 1, "0", split, Optional.empty());
  }
}
