package dev.fovea.registry.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class FrontTest {
  private record Pair(int number, double loss, double latency) {
    boolean beats(Pair other) {
      return loss <= other.loss
          && latency <= other.latency
          && (loss < other.loss || latency < other.latency);
    }
  }

  @RepeatedTest(50)
  void isWhatNoOtherBeats(RepetitionInfo repetition) {
    var random = new Random(repetition.getCurrentRepetition());
    // Few different numbers, so that there are ties of every kind.
    var all =
        IntStream.range(0, random.nextInt(60))
            .mapToObj(i -> new Pair(i, random.nextInt(8), 1 + random.nextInt(8)))
            .toList();
    assertThat(front(all))
        .containsExactlyInAnyOrderElementsOf(
            all.stream().filter(one -> all.stream().noneMatch(other -> other.beats(one))).toList());
  }

  @Test
  void beginsWithTheBestAndKeepsTheEqualInTheirOrder() {
    var all = List.of(new Pair(0, 2, 1), new Pair(1, 1, 3), new Pair(2, 2, 1), new Pair(3, 1, 3));
    assertThat(front(all)).extracting(Pair::number).containsExactly(1, 3, 0, 2);
    assertThat(front(List.of())).isEmpty();
  }

  @Test
  void anInfiniteLossIsBeatenByEachFasterOne() {
    double worst = Double.POSITIVE_INFINITY;
    var all = List.of(new Pair(0, worst, 2), new Pair(1, -worst, 3), new Pair(2, worst, 4));
    assertThat(front(all)).extracting(Pair::number).containsExactly(1, 0);
  }

  private static List<Pair> front(List<Pair> all) {
    return Front.of(all, Pair::loss, Pair::latency);
  }
}
