package dev.fovea.pipelines.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FailingTest {
  private static final MathContext DIGITS = new MathContext(400);

  /** Every way in which the items of a unit can be right or wrong, each with its probability. */
  @ParameterizedTest
  @ValueSource(doubles = {0, 1e-9, 0.001, 0.1, 0.35, 0.5, 0.9, 0.999, 1})
  void isTheSumOverEveryOutcome(double error) {
    for (int items = 1; items <= 12; items++) {
      for (int bears = 0; bears < items; bears++) {
        double sum = 0;
        for (int outcome = 0; outcome < 1 << items; outcome++) {
          int wrong = Integer.bitCount(outcome);
          if (wrong > bears) {
            sum += Math.pow(error, wrong) * Math.pow(1 - error, items - wrong);
          }
        }
        assertThat(Failing.share(error, items, bears))
            .as("%d items, %d borne", items, bears)
            .isCloseTo(sum, relative(sum));
      }
    }
  }

  /** Every unit that can be made of the images, each image being as likely at each place. */
  @Test
  void isTheShareOfAllUnitsThatCanBeDrawn() {
    for (int images = 1; images <= 6; images++) {
      for (int wrong = 0; wrong <= images; wrong++) {
        for (int bears = 0; bears < 4; bears++) {
          int units = (int) Math.pow(images, 4);
          int failing = 0;
          for (int unit = 0; unit < units; unit++) {
            int errors = 0;
            for (int rest = unit, item = 0; item < 4; item++, rest /= images) {
              errors += rest % images < wrong ? 1 : 0;
            }
            failing += errors > bears ? 1 : 0;
          }
          assertThat(Failing.share(wrong / (double) images, 4, bears))
              .isCloseTo(failing / (double) units, within(1e-13));
        }
      }
    }
  }

  /** Exact arithmetic with the double's own value. */
  @ParameterizedTest
  @CsvSource({
    "0.01,    200,   0",
    "0.01,    200,   5",
    "0.3,     200,   60",
    "0.3,     200,   150",
    "0.97,    300,   299",
    "0.97,    300,   200",
    "1e-6,    2000,  3",
    "1e-12,   2000,  0",
    "1e-300,  2000,  0",
    "0.5,     2000,  1999",
    "0.999999, 500,  0",
  })
  void isExactToElevenDigits(double error, int items, int bears) {
    var wrong = new BigDecimal(error);
    var right = BigDecimal.ONE.subtract(wrong);
    var sum = BigDecimal.ZERO;
    var ways = BigInteger.ONE;
    for (int count = 0; count <= items; count++) {
      if (count > bears) {
        sum =
            sum.add(
                new BigDecimal(ways)
                    .multiply(wrong.pow(count, DIGITS), DIGITS)
                    .multiply(right.pow(items - count, DIGITS), DIGITS),
                DIGITS);
      }
      ways =
          ways.multiply(BigInteger.valueOf(items - count)).divide(BigInteger.valueOf(count + 1L));
    }
    double exact = sum.doubleValue();
    assertThat(Failing.share(error, items, bears)).isCloseTo(exact, relative(exact));
  }

  /** So that the ends of one interval are those of the other. */
  @Test
  void risesWithTheShareOfWrongAnswers() {
    for (int bears : new int[] {0, 1, 19, 150, 199}) {
      double before = 0;
      for (int i = 0; i <= 1_000; i++) {
        double share = Failing.share(i / 1_000.0, 200, bears);
        assertThat(share).isBetween(0.0, 1.0).isGreaterThanOrEqualTo(before - 1e-12);
        before = share;
      }
      assertThat(before).isEqualTo(1);
    }
  }

  @Test
  void isANumberForTheLargestUnits() {
    for (double error : new double[] {Double.MIN_VALUE, 1e-9, 0.5, 1 - 0x1p-53}) {
      for (int bears : new int[] {0, 5_000, 9_999}) {
        assertThat(Failing.share(error, 10_000, bears)).isBetween(0.0, 1.0);
      }
    }
  }

  private static Offset<Double> relative(double exact) {
    return within(Math.max(exact * 1e-11, Double.MIN_NORMAL));
  }
}
