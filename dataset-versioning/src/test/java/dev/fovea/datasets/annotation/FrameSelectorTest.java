package dev.fovea.datasets.annotation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.datasets.Frame;
import dev.fovea.datasets.annotation.FrameSelector.Candidate;
import dev.fovea.datasets.annotation.FrameSelector.Chosen;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Name;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FrameSelectorTest {
  private static final List<String> CLASSES = List.of("0", "1", "2");
  private final FrameSelector selector = new FrameSelector(3, 5);

  @Test
  void takesTheMostDoubtfulFirstAndSaysWhy() {
    var chosen =
        selector.choose(
            List.of(candidate("sure", 1, 0.9, 0.1, 0), candidate("torn", ~1L, 0.45, 0.44, 0.11)),
            CLASSES,
            1);
    assertThat(chosen).extracting(each -> each.frame().image()).containsExactly(image("torn"));
    assertThat(chosen.getFirst().why())
        .isEqualTo("The model wavered between 0 (45 %) and 1 (44 %); no frame left more doubt.");
  }

  @Test
  void takesOneOfImagesThatLookAlike() {
    var chosen =
        selector.choose(
            List.of(
                candidate("a", 0b0000, 0.4, 0.39, 0.21),
                candidate("b", 0b0111, 0.4, 0.38, 0.22),
                candidate("c", 0b1111, 0.4, 0.37, 0.23)),
            CLASSES,
            3);
    assertThat(images(chosen)).containsExactly(image("a"), image("c"));
  }

  @Test
  void takesAnswersFarFromThoseChosenBefore() {
    var first = candidate("first", hash(1), 0.40, 0.39, 0.21);
    var twin = candidate("twin", hash(2), 0.40, 0.38, 0.22);
    var other = candidate("other", hash(3), 0.1, 0.40, 0.5);
    var chosen = selector.choose(List.of(first, twin, other), CLASSES, 2);
    assertThat(images(chosen)).containsExactly(image("first"), image("other"));
    assertThat(chosen.get(1).why())
        .contains("0.42 away from the nearest of the 1 chosen before it");
  }

  @Test
  void letsNoGuessedClassTakeMoreThanTwiceItsShareWhileOthersWait() {
    var candidates = new ArrayList<Candidate>();
    var random = new Random(7);
    for (int i = 0; i < 40; i++) {
      candidates.add(candidate("zero" + i, random.nextLong(), 0.5, 0.49 - i / 1e3, 0.01));
    }
    for (int i = 0; i < 4; i++) {
      candidates.add(candidate("two" + i, random.nextLong(), 0.2, 0.25, 0.55 - i / 1e3));
      candidates.add(candidate("one" + i, random.nextLong(), 0.2, 0.55 - i / 1e3, 0.25));
    }
    var chosen = new FrameSelector(3, 100).choose(candidates, CLASSES, 9);
    assertThat(chosen).hasSize(9);
    assertThat(chosen.stream().filter(each -> each.frame().answer().equals("0")).count())
        .isLessThanOrEqualTo(6);
  }

  @Test
  void fillsTheBudgetWhenOnlyOneClassIsLeft() {
    var random = new Random(7);
    var candidates = new ArrayList<Candidate>();
    for (int i = 0; i < 20; i++) {
      candidates.add(candidate("zero" + i, random.nextLong(), 0.5, 0.4, 0.1));
    }
    assertThat(selector.choose(candidates, CLASSES, 10)).hasSize(10);
  }

  @Test
  void choosesTheSameWhateverTheOrder() {
    var random = new Random(3);
    var candidates = new ArrayList<Candidate>();
    for (int i = 0; i < 60; i++) {
      double top = 0.34 + random.nextInt(3) / 10.0;
      candidates.add(candidate("frame" + i, random.nextLong(), top, (1 - top) / 2, (1 - top) / 2));
    }
    var expected = selector.choose(candidates, CLASSES, 12);
    Collections.shuffle(candidates, random);
    assertThat(selector.choose(candidates, CLASSES, 12)).isEqualTo(expected);
  }

  private static List<Digest> images(List<Chosen> chosen) {
    return chosen.stream().map(each -> each.frame().image()).toList();
  }

  private static long hash(int seed) {
    return new Random(seed).nextLong();
  }

  private static Digest image(String name) {
    return Digest.sha256(name.getBytes(StandardCharsets.UTF_8));
  }

  private static Candidate candidate(String name, long dhash, double... given) {
    var probabilities = Arrays.stream(given).boxed().toList();
    var sorted = new ArrayList<>(probabilities);
    sorted.sort(Collections.reverseOrder());
    int best = probabilities.indexOf(sorted.getFirst());
    var frame =
        new Frame(
            image(name),
            Name.of("reader"),
            image("variant"),
            "stable",
            String.valueOf(best),
            sorted.getFirst(),
            sorted.get(0) - sorted.get(1),
            probabilities,
            "unsure",
            Instant.EPOCH);
    return new Candidate(frame, dhash);
  }
}
