package dev.fovea.rollouts.judge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.SplittableRandom;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ShareTest {
  private static final double CHANCE = 0.001;

  @Test
  void aRightShareIsSeldomTakenForWrongHoweverOftenOneLooks() {
    var random = new SplittableRandom(11);
    int wrongly = 0;
    for (int run = 0; run < 2000; run++) {
      var share = Share.of(10);
      boolean off = false;
      for (int i = 0; i < 1000 && !off; i++) {
        share = random.nextInt(100) < 10 ? share.plus(0, 1) : share.plus(1, 0);
        off = share.off(CHANCE);
      }
      wrongly += off ? 1 : 0;
    }
    System.out.println("a share of 10 % taken for wrong in " + wrongly + " of 2000 rollouts");
    assertThat(wrongly).isLessThanOrEqualTo(8); // 2 expected at most, and chance
  }

  @ParameterizedTest
  @CsvSource({"10, 48, 60", "10, 0, 120", "1, 50, 20", "50, 100, 30", "10, 20, 400"})
  void aWrongShareIsSeen(int wanted, int sent, int within) {
    var random = new SplittableRandom(wanted + 100L * sent);
    var share = Share.of(wanted);
    for (int i = 0; i < within; i++) {
      share = random.nextInt(100) < sent ? share.plus(0, 1) : share.plus(1, 0);
    }

    assertThat(share.off(CHANCE)).as(share.sentence()).isTrue();
  }

  @Test
  void agreesWithAnExactSum() {
    // ∫ p³(1−p)⁷ dp = 3!·7!/11! = 1/1320, over 0.3³·0.7⁷
    double exact = Math.log(1.0 / 1320 / (Math.pow(0.3, 3) * Math.pow(0.7, 7)));

    assertThat(new Share(30, 7, 3).logEvidence()).isCloseTo(exact, within(1e-9));
  }

  @Test
  void saysWhatIsWrong() {
    assertThat(new Share(10, 520, 480).sentence())
        .isEqualTo("the gateway sends 48.0 % of 1000 requests to the canary instead of 10 %");
  }

  @Test
  void refusesNonsense() {
    assertThatThrownBy(() -> Share.of(0)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Share.of(100)).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Share.of(10).plus(-1, 0)).isInstanceOf(IllegalArgumentException.class);
  }

  private static Offset<Double> within(double offset) {
    return Offset.offset(offset);
  }
}
