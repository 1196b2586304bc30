package dev.fovea.vision.detection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.kernel.InvalidRequest;
import dev.fovea.onnx.session.FloatTensor;
import dev.fovea.teamfile.DetectorSpec;
import dev.fovea.teamfile.DetectorSpec.Output;
import dev.fovea.vision.preprocess.Fitting;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DetectorOutputTest {
  /** An image as large as the input. */
  private static final Fitting SAME = new Fitting(640, 640, 0, 0, 640, 640);

  @Test
  void readsCentreAndSizeOfYolo() {
    // Two places: 100 x 40 px around (200, 100), class 1; 10 x 10 px around (50, 60), class 0.
    var output = yolo(2, 200, 50, 100, 60, 100, 10, 40, 10, 0.1f, 0.8f, 0.9f, 0.2f);
    var found = read(new DetectorSpec(Output.YOLO_V8, 0.5, 0.7, 10), 2, output);
    assertThat(found.found())
        .containsExactly(
            new Detection(1, 0.9f, 150, 80, 250, 120), new Detection(0, 0.8f, 45, 55, 55, 65));
    assertThat(found.unusable()).isZero();
  }

  @Test
  void takesEveryClassOfAPlaceThatIsSureEnough() {
    var output = yolo(2, 200, 50, 100, 60, 100, 10, 40, 10, 0.1f, 0.8f, 0.9f, 0.2f);
    var found = read(new DetectorSpec(Output.YOLO_V8, 0.1, 0.7, 10), 2, output);
    assertThat(found.found())
        .extracting(Detection::category, each -> (float) each.score())
        .containsExactly(tuple(1, 0.9f), tuple(0, 0.8f), tuple(1, 0.2f), tuple(0, 0.1f));
  }

  /** Against the definition of greedy suppression, written down as plainly as it goes. */
  @ParameterizedTest
  @CsvSource({"300, 0.7, 0.001", "300, 0.45, 0.25", "20, 0.7, 0.001", "300, 0, 0.1", "300, 1, 0.1"})
  void suppressesClassByClassAsTorchvisionDoes(int most, double iou, double confidence) {
    var random = new SplittableRandom(11);
    for (int round = 0; round < 20; round++) {
      int places = 1 + random.nextInt(400);
      int classes = 1 + random.nextInt(4);
      var numbers = new float[(4 + classes) * places];
      for (int i = 0; i < places; i++) {
        numbers[i] = random.nextInt(60, 580);
        numbers[places + i] = random.nextInt(60, 580);
        numbers[2 * places + i] = random.nextInt(1, 120);
        numbers[3 * places + i] = random.nextInt(1, 120);
        for (int c = 0; c < classes; c++) {
          // Few different scores, so that some are equal.
          numbers[(4 + c) * places + i] = random.nextInt(200) / 200f;
        }
      }
      var spec = new DetectorSpec(Output.YOLO_V8, confidence, iou, most);
      var found = read(spec, classes, FloatTensor.of(numbers, 1, 4 + classes, places));
      assertThat(found.found()).isEqualTo(naive(numbers, places, classes, spec));
    }
  }

  @Test
  void findsTheSurestOfMoreThanAnyModelShouldAnswer() {
    int places = 200_000;
    var numbers = new float[6 * places];
    for (int i = 0; i < places; i++) {
      // A place for each of 50,000 squares without overlap, four times.
      numbers[i] = 1 + i % 50_000 % 250 * 2;
      numbers[places + i] = 1 + i % 50_000 / 250 * 2;
      numbers[2 * places + i] = 1;
      numbers[3 * places + i] = 1;
      numbers[4 * places + i] = 0.5f + i / 1e6f;
      numbers[5 * places + i] = 0.4f + (places - i) / 1e6f;
    }
    var spec = new DetectorSpec(Output.YOLO_V8, 0.001, 0.7, 3);
    var found = read(spec, 2, FloatTensor.of(numbers, 1, 6, places));
    assertThat(found.found())
        .extracting(each -> (float) each.score())
        .containsExactly(0.5f + 199_999 / 1e6f, 0.5f + 199_998 / 1e6f, 0.5f + 199_997 / 1e6f);
  }

  @Test
  void putsBoxesIntoTheImagesOwnPixelsAndCutsThemOffAtItsEdge() {
    // 202 x 135 px in the middle of 101 x 101: scales 2 and 135/68, 16 rows above.
    var fitting = new Fitting(202, 135, 0, 16, 101, 68);
    var output =
        FloatTensor.of(
            new float[] {
              10, 33, 20, 50, 0.9f, 0, //
              -5, 0, 110, 101, 0.8f, 0, //
              10, 2, 20, 9, 0.7f, 0
            },
            1,
            3,
            6);
    var found =
        DetectorOutput.of(new DetectorSpec(Output.BOXES, 0.1, 0, 10), 1)
            .read(Map.of("output0", output), fitting);
    assertThat(found.found())
        .containsExactly(
            new Detection(0, 0.9f, 20, 33.75, 40, 67.5),
            new Detection(0, 0.8f, 0, 0, 202, 135),
            new Detection(0, 0.7f, 20, 0, 40, 0));
  }

  @Test
  void readsRowsOfAnEndToEndModelAndLeavesItsPadding() {
    var output =
        FloatTensor.of(
            new float[] {
              1, 2, 3, 4, 0.4f, 1, //
              1, 2, 3, 4, 0.9f, 0, //
              0, 0, 0, 0, 0, -1, //
              0, 0, 0, 0, 0, 0
            },
            1,
            4,
            6);
    var found = read(new DetectorSpec(Output.BOXES, 0.001, 0.7, 10), 2, output);
    assertThat(found.found())
        .as("what overlaps is the model's business")
        .containsExactly(new Detection(0, 0.9f, 1, 2, 3, 4), new Detection(1, 0.4f, 1, 2, 3, 4));
    assertThat(found.unusable()).isZero();
  }

  @Test
  void readsTorchvisionsLabelsFromOneAndLeavesItsBackground() {
    var reader = DetectorOutput.of(DetectorSpec.of(Output.TORCHVISION), 2);
    assertThat(reader.wanted(List.of("scores", "extra", "boxes", "labels")))
        .containsExactly("boxes", "labels", "scores");
    assertThat(reader.wanted(List.of("3076", "3077", "3078", "3079")))
        .containsExactly("3076", "3077", "3078");
    var outputs = new LinkedHashMap<String, FloatTensor>();
    outputs.put("3076", FloatTensor.of(new float[] {1, 2, 3, 4, 5, 6, 7, 8, 1, 1, 2, 2}, 3, 4));
    outputs.put("3077", FloatTensor.of(new float[] {1, 2, 0}, 3));
    outputs.put("3078", FloatTensor.of(new float[] {0.5f, 0.9f, 0.99f}, 3));
    assertThat(reader.read(outputs, SAME).found())
        .containsExactly(new Detection(1, 0.9f, 5, 6, 7, 8), new Detection(0, 0.5f, 1, 2, 3, 4));
    outputs.put("3077", FloatTensor.of(new float[0], 0));
    assertThatThrownBy(() -> reader.read(outputs, SAME))
        .isInstanceOf(InvalidRequest.class)
        .hasMessageContaining(
            "float[3, 4] of boxes, float[0] of labels, float[3] of scores (expected: [N, 4], [N]");
    assertThatThrownBy(() -> reader.wanted(List.of("boxes", "labels")))
        .hasMessageContaining("model with 2 outputs [boxes, labels] (expected: 3");
  }

  @Test
  void findsNothingWhereNothingIsAnswered() {
    var outputs = new LinkedHashMap<String, FloatTensor>();
    outputs.put("boxes", FloatTensor.of(new float[0], 0, 4));
    outputs.put("labels", FloatTensor.of(new float[0], 0));
    outputs.put("scores", FloatTensor.of(new float[0], 0));
    assertThat(DetectorOutput.of(DetectorSpec.of(Output.TORCHVISION), 2).read(outputs, SAME))
        .isEqualTo(new Detections(List.of(), 0));
    assertThat(read(DetectorSpec.of(Output.YOLO_V8), 2, FloatTensor.of(new float[0], 1, 6, 0)))
        .isEqualTo(new Detections(List.of(), 0));
  }

  @Test
  void countsWhatIsNoNumberOrEnclosesNothingAsNoDetection() {
    float nan = Float.NaN;
    float infinite = Float.POSITIVE_INFINITY;
    var rows =
        new float[][] {
          {1, 2, 3, 4, nan, 0},
          {nan, 2, 3, 4, 0.9f, 0},
          {1, 2, infinite, 4, 0.9f, 0},
          {3, 2, 1, 4, 0.9f, 0},
          {1, 2, 3, 2, 0.9f, 0},
          {1, 2, 3, 4, 0.9f, nan},
          {1, 2, 3, 4, infinite, 0},
          {-3e38f, -3e38f, 3e38f, 3e38f, 0.6f, 0},
          {1, 2, 3, 4, 0.5f, 0}
        };
    var numbers = new float[rows.length * 6];
    IntStream.range(0, rows.length).forEach(i -> System.arraycopy(rows[i], 0, numbers, i * 6, 6));
    var found =
        read(
            new DetectorSpec(Output.BOXES, 0.1, 0.7, 10),
            1,
            FloatTensor.of(numbers, 1, rows.length, 6));
    assertThat(found.unusable()).isEqualTo(7);
    assertThat(found.found())
        .containsExactly(
            new Detection(0, 0.6f, 0, 0, 640, 640), new Detection(0, 0.5f, 1, 2, 3, 4));
  }

  @Test
  void refusesAnotherNumberOfClassesWithBoth() {
    var spec = DetectorSpec.of(Output.YOLO_V8);
    assertThatThrownBy(() -> read(spec, 3, FloatTensor.of(new float[84 * 5], 1, 84, 5)))
        .isInstanceOf(InvalidRequest.class)
        .hasMessage(
            "model of 80 classes (expected: 3, those of the dataset); its output out is [1, 84, 5]");
    assertThatThrownBy(() -> read(spec, 80, FloatTensor.of(new float[84 * 5], 1, 5, 84)))
        .hasMessageContaining("out is [1, 5, 84] (expected: [1, 84, N]")
        .extracting(e -> ((InvalidRequest) e).remedy())
        .asString()
        .contains("swap the last two axes");
    assertThatThrownBy(() -> read(spec, 80, FloatTensor.of(new float[85 * 5], 1, 85, 5)))
        .hasMessageContaining("[1, 85, 5] (expected: [1, 84, N]")
        .extracting(e -> ((InvalidRequest) e).remedy())
        .asString()
        .contains("YOLOv5");
    assertThatThrownBy(() -> read(spec, 80, FloatTensor.of(new float[84], 84)))
        .hasMessageContaining("[84] (expected: [1, 84, N]");
    assertThatThrownBy(() -> read(spec, 80, FloatTensor.of(new float[2 * 84], 2, 84, 1)))
        .hasMessageContaining("[2, 84, 1] (expected: [1, 84, N]");

    var rows = new float[] {1, 2, 3, 4, 0.9f, 7};
    var boxes = DetectorSpec.of(Output.BOXES);
    assertThatThrownBy(() -> read(boxes, 3, FloatTensor.of(rows, 1, 1, 6)))
        .hasMessage(
            "model answers class 7.0 (expected: a whole number, 0 to 2, for the 3 classes of the dataset)");
    assertThatThrownBy(() -> read(boxes, 3, FloatTensor.of(rows, 1, 6, 1)))
        .hasMessageContaining("[1, 6, 1] (expected: [1, N, 6]");
    rows[5] = 0.5f;
    assertThatThrownBy(() -> read(boxes, 3, FloatTensor.of(rows, 1, 1, 6)))
        .hasMessageContaining("model answers class 0.5");
    for (float label : new float[] {4, -1, 1.5f, Float.NaN}) {
      var outputs = new LinkedHashMap<String, FloatTensor>();
      outputs.put("boxes", FloatTensor.of(new float[] {1, 2, 3, 4}, 1, 4));
      outputs.put("labels", FloatTensor.of(new float[] {label}, 1));
      outputs.put("scores", FloatTensor.of(new float[] {0.9f}, 1));
      assertThatThrownBy(
              () -> DetectorOutput.of(DetectorSpec.of(Output.TORCHVISION), 3).read(outputs, SAME))
          .hasMessage(
              "model answers class %s (expected: a whole number, 1 to 3, for the 3 classes of the dataset)"
                  .formatted((double) label));
    }
    assertThatThrownBy(() -> DetectorOutput.of(spec, 3).wanted(List.of()))
        .hasMessageContaining("model without outputs");
  }

  @Test
  void refusesADetectionThatIsNone() {
    for (var each :
        new double[][] {
          {-1, 0.5, 0, 0, 1, 1}, {0, Double.NaN, 0, 0, 1, 1}, {0, 0.5, 2, 0, 1, 1},
          {0, 0.5, 0, 2, 1, 1}, {0, 0.5, -1, 0, 1, 1}, {0, 0.5, 0, 0, 1e7, 1},
          {0, 0.5, Double.NaN, 0, 1, 1}, {0, 0.5, 0, 0, 1, Double.POSITIVE_INFINITY}
        }) {
      assertThatThrownBy(
              () -> new Detection((int) each[0], each[1], each[2], each[3], each[4], each[5]))
          .as(Arrays.toString(each))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  private static org.assertj.core.groups.Tuple tuple(Object... values) {
    return org.assertj.core.groups.Tuple.tuple(values);
  }

  private static Detections read(DetectorSpec spec, int classes, FloatTensor output) {
    return DetectorOutput.of(spec, classes).read(Map.of("out", output), SAME);
  }

  private static FloatTensor yolo(int places, float... numbers) {
    return FloatTensor.of(numbers, 1, numbers.length / places, places);
  }

  private record Box(int category, float score, double[] sides) {}

  /** Class by class: all of a class by score, each removes all later ones that it overlaps. */
  private static List<Detection> naive(
      float[] numbers, int places, int classes, DetectorSpec spec) {
    var kept = new ArrayList<Box>();
    var all = new ArrayList<Box>();
    for (int i = 0; i < places; i++) {
      for (int c = 0; c < classes; c++) {
        float score = numbers[(4 + c) * places + i];
        double width = numbers[2 * places + i];
        double height = numbers[3 * places + i];
        double left = numbers[i] - width / 2;
        double top = numbers[places + i] - height / 2;
        if (score >= spec.confidence()) {
          all.add(new Box(c, score, new double[] {left, top, left + width, top + height}));
        }
      }
    }
    for (int c = 0; c < classes; c++) {
      int category = c;
      var left = new ArrayList<>(all.stream().filter(b -> b.category() == category).toList());
      left.sort(Comparator.comparing(Box::score).reversed());
      while (!left.isEmpty()) {
        var best = left.removeFirst();
        kept.add(best);
        left.removeIf(other -> overlap(best.sides(), other.sides()) > spec.iou());
      }
    }
    kept.sort(Comparator.comparing(Box::score).reversed().thenComparing(all::indexOf));
    return kept.stream()
        .limit(spec.most())
        .map(b ->
            new Detection(
                b.category(), b.score(), b.sides()[0], b.sides()[1], b.sides()[2], b.sides()[3]))
        .toList();
  }

  private static double overlap(double[] a, double[] b) {
    double width = Math.max(0, Math.min(a[2], b[2]) - Math.max(a[0], b[0]));
    double height = Math.max(0, Math.min(a[3], b[3]) - Math.max(a[1], b[1]));
    double both = width * height;
    double union = (a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - both;
    return both / union;
  }
}
