package dev.fovea.vision.robustness;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.teamfile.Sweep.Kind;
import dev.fovea.vision.Frame;
import dev.fovea.vision.Golden;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class CorruptionTest {
  /** A picture and what others made of it: see src/test/python/robustness_reference.py. */
  private record Recorded(Frame frame, Kind kind, double strength, Frame theirs) {
    @Override
    public String toString() {
      return "%s of %s by %s".formatted(kind.written(), frame, strength);
    }
  }

  @ParameterizedTest
  @MethodSource("recorded")
  void isWhatTorchvisionAndPillowMake(Recorded recorded) {
    var ours = Corruption.of(recorded.kind(), recorded.strength()).apply(recorded.frame());
    assertThat(Golden.largestDifference(ours, recorded.theirs())).isZero();
  }

  private static Stream<Recorded> recorded() throws IOException {
    var all = new ArrayList<Recorded>();
    var json = JsonMapper.shared().readTree(Golden.bytes("robustness/faults.json"));
    for (var picture : json.path("pictures")) {
      for (var fault : picture.path("faults")) {
        all.add(
            new Recorded(
                frame(picture, picture),
                Arrays.stream(Kind.values())
                    .filter(kind -> kind.written().equals(fault.path("kind").asString()))
                    .findFirst()
                    .orElseThrow(),
                fault.path("strength").doubleValue(),
                frame(picture, fault)));
      }
    }
    assertThat(all).hasSize(2 * (7 + 7 + 9 + 4 + 3 + 5));
    return all.stream();
  }

  private static Frame frame(JsonNode picture, JsonNode samples) {
    return Frame.of(
        picture.path("width").intValue(),
        picture.path("height").intValue(),
        picture.path("channels").intValue(),
        Base64.getDecoder().decode(samples.path("samples").asString()));
  }

  @ParameterizedTest
  @EnumSource
  void leavesThePictureAsItIsAtStrengthZero(Kind kind) throws IOException {
    for (var frame : pictures()) {
      assertThat(Corruption.of(kind, 0).apply(frame)).isEqualTo(frame);
      assertThat(Corruption.of(kind, -0.0).apply(frame)).isEqualTo(frame);
    }
  }

  @ParameterizedTest
  @EnumSource
  void givesTheSamePictureForTheSamePictureAndKeepsItsSize(Kind kind) throws IOException {
    for (var frame : pictures()) {
      for (double strength : new double[] {kind.least(), kind.most() / 7, kind.most()}) {
        var one = Corruption.of(kind, strength).apply(frame);
        assertThat(Corruption.of(kind, strength).apply(copy(frame))).isEqualTo(one);
        assertThat(one.width()).isEqualTo(frame.width());
        assertThat(one.height()).isEqualTo(frame.height());
        assertThat(one.channels()).isEqualTo(frame.channels());
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "BRIGHTNESS, -1.01",
    "BRIGHTNESS, 3.01",
    "CONTRAST, NaN",
    "GAMMA, -1",
    "BLUR, -0.1",
    "BLUR, 10.5",
    "BLUR, Infinity",
    "NOISE, -0.1",
    "NOISE, 1e9",
    "JPEG, 1"
  })
  void refusesStrengthsThatThereAreNot(Kind kind, double strength) {
    assertThatThrownBy(() -> Corruption.of(kind, strength))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("%s: strength %s (expected: ".formatted(kind.written(), strength));
  }

  @Test
  void takesTheGreyThatIsThereForTheMeanOfAPictureLargerThanTorchCanSum() {
    int side = 300;
    var samples = new byte[side * side];
    Arrays.fill(samples, (byte) 255);
    samples[0] = 0;
    var flat = Corruption.of(Kind.CONTRAST, -1).apply(Frame.of(side, side, 1, samples));
    assertThat(flat.samples()).containsOnly((byte) 254);
  }

  @Test
  void blursByTheDefinitionAlsoWherePicturesAreSmallerThanTheKernel() {
    var random = new Random(3);
    for (int[] size : new int[][] {{1, 1}, {1, 5}, {4, 2}, {7, 6}}) {
      for (int channels : new int[] {1, 3}) {
        var samples = new byte[size[0] * size[1] * channels];
        random.nextBytes(samples);
        var frame = Frame.of(size[0], size[1], channels, samples);
        for (double deviation : new double[] {0.4, 1.7, 5}) {
          var blurred = Corruption.of(Kind.BLUR, deviation).apply(frame);
          for (int y = 0; y < size[1]; y++) {
            for (int x = 0; x < size[0]; x++) {
              for (int c = 0; c < channels; c++) {
                assertThat((double) blurred.sample(x, y, c))
                    .isCloseTo(mean(frame, x, y, c, deviation), within(0.5 + 1e-9));
              }
            }
          }
        }
      }
    }
  }

  /** The weighted mean in two dimensions at once, with each place mirrored step by step. */
  private static double mean(Frame frame, int x, int y, int channel, double deviation) {
    int radius = (int) Math.ceil(3 * deviation);
    double sum = 0;
    double weights = 0;
    for (int dy = -radius; dy <= radius; dy++) {
      for (int dx = -radius; dx <= radius; dx++) {
        double weight = Math.exp(-(dx * dx + dy * dy) / (2 * deviation * deviation));
        weights += weight;
        sum +=
            weight
                * frame.sample(
                    mirrored(x + dx, frame.width()), mirrored(y + dy, frame.height()), channel);
      }
    }
    return sum / weights;
  }

  private static int mirrored(int place, int length) {
    int at = place;
    while (at < 0 || at >= length) {
      at = length == 1 ? 0 : at < 0 ? -at : 2 * (length - 1) - at;
    }
    return at;
  }

  @ParameterizedTest
  @CsvSource({"0.02", "0.08", "0.15"})
  void addsNoiseOfThisDeviationThatIsNormal(double strength) {
    var grey = new byte[300 * 300];
    Arrays.fill(grey, (byte) 128);
    var noisy = Corruption.of(Kind.NOISE, strength).apply(Frame.of(300, 300, 1, grey));
    double sum = 0;
    double squares = 0;
    int within = 0;
    for (byte sample : noisy.samples()) {
      double distance = (sample & 0xff) - 128;
      sum += distance;
      squares += distance * distance;
      within += Math.abs(distance) <= 255 * strength ? 1 : 0;
    }
    double deviation = 255 * strength;
    assertThat(sum / grey.length).isCloseTo(0, within(4 * deviation / 300));
    // Rounding adds a variance of 1/12; the rarest samples are cut off.
    assertThat(Math.sqrt(squares / grey.length - 1 / 12.0))
        .isCloseTo(deviation, within(0.01 * deviation + 0.05));
    assertThat(within / (double) grey.length).isCloseTo(0.683, within(0.05));
  }

  @Test
  void addsAnotherNoiseToAnotherPictureAndTheSamePatternInEveryStrength() throws IOException {
    var frame = Golden.decoded("grey.png");
    var samples = frame.samples();
    samples[7] ^= 1;
    var other = Frame.of(frame.width(), frame.height(), 1, samples);
    var weak = Corruption.of(Kind.NOISE, 0.02).apply(frame);
    assertThat(Golden.meanDifference(weak, Corruption.of(Kind.NOISE, 0.02).apply(other)))
        .isGreaterThan(2);
    var strong = Corruption.of(Kind.NOISE, 0.04).apply(frame);
    for (int y = 0; y < frame.height(); y++) {
      for (int x = 0; x < frame.width(); x++) {
        int was = frame.sample(x, y, 0);
        if (strong.sample(x, y, 0) % 255 != 0 && weak.sample(x, y, 0) % 255 != 0) {
          assertThat(strong.sample(x, y, 0) - was)
              .isCloseTo(2 * (weak.sample(x, y, 0) - was), within(2));
        }
      }
    }
  }

  @Test
  void losesMoreTheLowerTheQuality() throws IOException {
    for (var frame : List.of(Golden.decoded("rgb.png"), Golden.decoded("grey.png"))) {
      double before = 0;
      for (double strength : new double[] {0.05, 0.3, 0.7, 0.95, 0.99}) {
        double loss = Golden.meanDifference(frame, Corruption.of(Kind.JPEG, strength).apply(frame));
        assertThat(loss).as("%s at %s", frame, strength).isGreaterThan(before);
        before = loss;
      }
    }
  }

  @Test
  void writesGreyAsGreyAndColoursInTheirPlaces() {
    var red = new byte[32 * 32 * 3];
    for (int i = 0; i < red.length; i += 3) {
      red[i] = (byte) 230;
      red[i + 1] = 20;
      red[i + 2] = 40;
    }
    var decoded = Corruption.of(Kind.JPEG, 0.1).apply(Frame.of(32, 32, 3, red));
    assertThat(decoded.sample(9, 9, 0)).isCloseTo(230, within(3));
    assertThat(decoded.sample(9, 9, 1)).isCloseTo(20, within(3));
    assertThat(decoded.sample(9, 9, 2)).isCloseTo(40, within(3));

    // A linear grey would be another: the JDK must not convert it.
    var grey = new byte[32 * 32];
    Arrays.fill(grey, (byte) 60);
    assertThat(Corruption.of(Kind.JPEG, 0.1).apply(Frame.of(32, 32, 1, grey)).sample(5, 5, 0))
        .isCloseTo(60, within(2));
  }

  private static List<Frame> pictures() throws IOException {
    return List.of(
        Golden.decoded("rgb.png"),
        Golden.decoded("grey.png"),
        Frame.of(1, 1, 1, new byte[] {77}),
        Frame.of(2, 3, 3, new byte[18]));
  }

  private static Frame copy(Frame frame) {
    return Frame.of(frame.width(), frame.height(), frame.channels(), frame.samples());
  }
}
