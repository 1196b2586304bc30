package dev.fovea.datasets.quality.samples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.datasets.Sample;
import dev.fovea.datasets.quality.images.ImageVerdict;
import dev.fovea.datasets.quality.samples.Lookalikes.Lookalike;
import dev.fovea.kernel.Digest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LookalikesTest {
  private static final long HASH = 0x5a3c_96f0_0ff1_33ccL;

  private final Lookalikes seen = new Lookalikes();

  @Test
  void findsWhatComparingAllPairsFinds() {
    var random = new Random(7);
    var hashes = new ArrayList<Long>();
    var splits = new ArrayList<String>();
    for (int i = 0; i < 4_000; i++) {
      boolean kin = i > 0 && random.nextInt(3) == 0;
      long hash = kin ? hashes.get(random.nextInt(i)) : random.nextLong();
      int flips = kin ? random.nextInt(6) : 0;
      for (int flip = 0; flip < flips; flip++) {
        hash ^= 1L << random.nextInt(Long.SIZE);
      }
      hashes.add(hash);
      splits.add(List.of("train", "val", "test").get(random.nextInt(3)));
    }
    int found = 0;
    for (int i = 0; i < hashes.size(); i++) {
      var expected = OptionalInt.empty();
      for (int j = 0; j < i; j++) {
        int distance = Long.bitCount(hashes.get(i) ^ hashes.get(j));
        if (distance <= 3
            && !splits.get(i).equals(splits.get(j))
            && distance < expected.orElse(Long.SIZE)) {
          expected = OptionalInt.of(distance);
        }
      }
      var actual = add("%d.png".formatted(i), splits.get(i), hashes.get(i), 640, 480);
      assertThat(actual.map(Lookalike::distance).orElse(-1)).isEqualTo(expected.orElse(-1));
      found += actual.isPresent() ? 1 : 0;
    }
    assertThat(found).isGreaterThan(500);
  }

  @Test
  void namesTheClosest() {
    add("far.png", "train", HASH ^ 0b111, 640, 480);
    add("near.png", "train", HASH ^ 0b1, 640, 480);
    assertThat(add("it.png", "test", HASH, 640, 480))
        .hasValueSatisfying(it -> {
          assertThat(it.sample().path()).isEqualTo("near.png");
          assertThat(it.distance()).isEqualTo(1);
        });
  }

  @Test
  void looksOnlyAcrossSplits() {
    add("a.png", "train", HASH, 640, 480);
    assertThat(add("b.png", "train", HASH, 640, 480)).isEmpty();
  }

  @Test
  void countsThoseThatLookLikeOneOfTheirOwnSplit() {
    add("a.png", "train", HASH, 640, 480);
    add("b.png", "train", HASH ^ 0b11, 640, 480);
    add("b.png", "train", HASH ^ 0b11, 640, 480);
    add("c.png", "test", HASH, 640, 480);
    add("far.png", "train", HASH ^ 0xff, 640, 480);
    assertThat(seen.ofOneSplit()).as("b.png looks like a.png, both times").isEqualTo(2);
  }

  @Test
  void takesTheSameBytesForLeakageAndNotForAlike() {
    add("a.png", "train", HASH, 640, 480);
    assertThat(add("a.png", "test", HASH, 640, 480)).isEmpty();
  }

  @Test
  void saysNothingAboutSmallPlainOrEvenImages() {
    add("small.png", "train", HASH, 640, 63);
    assertThat(add("small-too.png", "test", HASH, 640, 63)).isEmpty();
    add("plain.png", "train", 0, 640, 480);
    assertThat(add("plain-too.png", "test", 0, 640, 480)).isEmpty();
    add("gradient.png", "train", -1, 640, 480);
    assertThat(add("gradient-too.png", "test", -1, 640, 480)).isEmpty();
  }

  @Test
  void staysQuickWhereAllImagesAreAlike() {
    for (int i = 0; i < 100_000; i++) {
      add("train-%d.png".formatted(i), "train", HASH ^ 1L << i % Long.SIZE, 640, 480);
    }
    assertThat(add("test.png", "test", HASH, 640, 480)).isPresent();
  }

  private Optional<Lookalike> add(String path, String split, long hash, int width, int height) {
    var image = Digest.sha256(path.getBytes(StandardCharsets.UTF_8));
    return seen.add(
        new Sample(path, image, "", 1, "0", split, Optional.empty()),
        new ImageVerdict("", width, height, hash, Optional.empty()));
  }
}
