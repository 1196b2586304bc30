package dev.fovea.datasets.versions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.datasets.Manifest;
import dev.fovea.datasets.Sample;
import dev.fovea.kernel.Digest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ManifestDiffTest {
  @Test
  void tellsAddedRemovedRelabelledAndMovedApart() {
    var before =
        manifest(
            sample("a", "img-a", "1"),
            sample("b", "img-b", "2"),
            sample("c", "img-c", "3"),
            sample("d", "img-d", "4"));
    var after =
        manifest(
            sample("a", "img-a", "1"),
            sample("b", "img-b", "7"),
            sample("moved/c", "img-c", "3"),
            sample("e", "img-e", "5"));
    var diff = ManifestDiff.between(before, after);
    assertThat(diff.added()).extracting(Sample::path).containsExactly("e");
    assertThat(diff.removed()).extracting(Sample::path).containsExactly("d");
    assertThat(diff.relabelled()).extracting(each -> each.after().label()).containsExactly("7");
    assertThat(diff.unchanged()).isEqualTo(2);
  }

  @Test
  void takesOtherBytesUnderTheSamePathForAnotherImage() {
    var diff =
        ManifestDiff.between(manifest(sample("a", "old", "1")), manifest(sample("a", "new", "1")));
    assertThat(diff.added()).hasSize(1);
    assertThat(diff.removed()).hasSize(1);
    assertThat(diff.unchanged()).isZero();
  }

  @Test
  void countsASecondCopyOfAnImageAsAdded() {
    var diff =
        ManifestDiff.between(
            manifest(sample("a", "img", "1")),
            manifest(sample("a", "img", "1"), sample("b", "img", "1")));
    assertThat(diff.added()).extracting(Sample::path).containsExactly("b");
    assertThat(diff.unchanged()).isEqualTo(1);
  }

  private static Manifest manifest(Sample... samples) {
    return new Manifest(List.of("1"), List.of(samples));
  }

  private static Sample sample(String path, String content, String label) {
    var image = Digest.sha256(content.getBytes(StandardCharsets.UTF_8));
    return new Sample(path, image, "", 1, label, "train", Optional.empty());
  }
}
