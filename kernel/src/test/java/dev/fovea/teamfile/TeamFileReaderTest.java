package dev.fovea.teamfile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.fovea.kernel.Name;
import dev.fovea.teamfile.Gate.Bound;
import dev.fovea.teamfile.Gate.Measure;
import dev.fovea.teamfile.Gate.Variant;
import dev.fovea.teamfile.ReleaseSpec.PruneSpec;
import dev.fovea.teamfile.ReleaseSpec.SearchSpec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TeamFileReaderTest {
  static final String WHOLE =
      """
      project: parcels
      datasets:
        digits:
          path: data/digits.dvc
          format: csv
          classes: [0, 1, "two"]
          quality: {undecodable: refuse, split-leakage: warn}
      train:
        refit-head: {epochs: 12, learning-rate: 0.5, l2: 0, feedback-weight: 3, seed: 7}
      release:
        model: digit-reader
        dataset: digits
        preprocess: {resize: letterbox, size: [640, 480], colour: rgb, scale: 1/255, mean: [0.5, 0.25, 0], std: [1, 2, 0.5], layout: nchw}
        quantize: {target: ort-x86, calibration: 300, method: mse, equalisation: true, bias-correction: true}
        parity: 1e-3
        gates:
          - {measure: accuracy, of: int8, on: test, at-least: 0.41}
          - {measure: accuracy, drop: [fp32, int8], at-most: 0.6pp}
          - {measure: worst-recall, of: fp32, slice: night, at-least: 35%}
          - {measure: latency-p99, device: orin-nx, at-most: 30ms}
          - measure: size
            at-most: 25 MiB
        canary: {shadow: 15%, weights: [5%, 25%, 50%], requests: 10, margin: 1.5, false-rollback: 1%, approvals: 2, unsure-below: 70%, bake: 90m}
      feedback: {budget: 20, unsure-below: 0.5, audit-share: 2%}
      """;

  private static final String DETECTOR =
      """
      project: p
      datasets: {d: {path: d.dvc, format: coco}}
      release:
        model: m
        dataset: d
        preprocess: {resize: letterbox, size: [640, 640], colour: rgb, scale: 1/255}
        detector: {output: yolo-v8, confidence: 0.01, iou: 60%, most: 100}
        gates:
          - {measure: map, of: int8, at-least: 0.5}
          - {measure: map50, of: fp32, slice: night, at-least: 60%}
          - {measure: map-small, drop: [fp32, int8], at-most: 1pp}
          - {measure: worst-ap, at-least: 0.2}
      """;

  private static final String SMALLEST =
      """
      project: p
      datasets: {d: {path: d.dvc, format: csv}}
      release:
        model: m
        preprocess: {resize: none, size: [28, 28], colour: grey, scale: 1}
        gates:
          - GATE
      """;

  @Test
  void readsEveryKey() {
    var file = TeamFile.parse(WHOLE);
    assertThat(file.project()).isEqualTo(new Name("parcels"));
    assertThat(file.datasets())
        .isEqualTo(
            Map.of(
                new Name("digits"),
                new DatasetSpec(
                    "data/digits.dvc",
                    DatasetSpec.Format.CSV,
                    List.of("0", "1", "two"),
                    Map.of(
                        DatasetSpec.Check.UNDECODABLE,
                        DatasetSpec.Reaction.REFUSE,
                        DatasetSpec.Check.SPLIT_LEAKAGE,
                        DatasetSpec.Reaction.WARN))));
    assertThat(file.train()).contains(new TrainSpec.RefitHead(12, 0.5, 0, 3, 7));
    assertThat(file.feedback()).isEqualTo(new FeedbackSpec(20, 0.5, 0.02));
    var release = file.release().orElseThrow();
    assertThat(release.model()).isEqualTo(new Name("digit-reader"));
    assertThat(release.preprocess())
        .isEqualTo(
            new PreprocessSpec(
                PreprocessSpec.Resize.LETTERBOX,
                640,
                480,
                PreprocessSpec.Colour.RGB,
                1 / 255.0,
                List.of(0.5, 0.25, 0.0),
                List.of(1.0, 2.0, 0.5)));
    assertThat(release.quantize().calibration()).isEqualTo(300);
    assertThat(release.quantize().equalisation()).isTrue();
    assertThat(release.quantize().biasCorrection()).isTrue();
    assertThat(release.quantize().method()).isEqualTo(ReleaseSpec.QuantizeSpec.Method.MSE);
    assertThat(release.parity()).isEqualTo(1e-3);
    assertThat(release.canary())
        .isEqualTo(
            new CanarySpec(List.of(5, 25, 50), 10, 1.5, 0.01, 2, 0.7)
                .shadowing(15)
                .baking(Duration.ofMinutes(90)));
    assertThat(release.gates())
        .containsExactly(
            gate(Measure.ACCURACY, Variant.INT8, false, "", "", Bound.AT_LEAST, 0.41, 17),
            gate(Measure.ACCURACY, Variant.INT8, true, "", "", Bound.AT_MOST, 0.006, 18),
            gate(Measure.WORST_RECALL, Variant.FP32, false, "night", "", Bound.AT_LEAST, 0.35, 19),
            gate(Measure.LATENCY_P99, Variant.INT8, false, "", "orin-nx", Bound.AT_MOST, 30, 20),
            gate(Measure.SIZE, Variant.INT8, false, "", "", Bound.AT_MOST, 25, 21));
  }

  @Test
  void readsWhatStaysInFloat() {
    var gate = SMALLEST.replace("GATE", "{measure: accuracy, at-least: 0.5}");
    var searched =
        gate.replace(
            "  gates:", "  quantize: {search: {budget: 0.5pp, prefer: smallest}}\n  gates:");
    assertThat(TeamFile.parse(searched).release().orElseThrow().quantize().search())
        .contains(new SearchSpec(0.005, 512, SearchSpec.Preference.SMALLEST));
    var pruned =
        searched.replace(
            "prefer: smallest",
            "device: orin-nx, prune: {structured: [10%, 20%], magnitude: [50%]}");
    assertThat(TeamFile.parse(pruned).release().orElseThrow().quantize().search())
        .contains(
            new SearchSpec(
                0.005,
                512,
                SearchSpec.Preference.FASTEST,
                Optional.of(new PruneSpec(List.of(10, 20), List.of(50))),
                Optional.of(Name.of("orin-nx"))));
    var half = gate.replace("  gates:", "  quantize: {type: fp16}\n  gates:");
    assertThat(TeamFile.parse(half).release().orElseThrow().quantize().type())
        .isEqualTo(ReleaseSpec.QuantizeSpec.Type.FP16);
  }

  @Test
  void takesTheDefaultsOfTheRecordsWhereTheFileSaysNothing() {
    var file = TeamFile.parse(SMALLEST.replace("GATE", "{measure: accuracy, at-least: 0.5}"));
    assertThat(file.feedback()).isEqualTo(FeedbackSpec.DEFAULT);
    assertThat(file.train()).isEmpty();
    var release = file.release().orElseThrow();
    assertThat(release.dataset()).as("the only one").isEqualTo(new Name("d"));
    assertThat(release.canary()).isEqualTo(CanarySpec.DEFAULT);
    assertThat(release.quantize()).isEqualTo(ReleaseSpec.QuantizeSpec.DEFAULT);
    assertThat(release.parity()).isEqualTo(ReleaseSpec.DEFAULT_PARITY);
    assertThat(release.preprocess().mean()).containsExactly(0.0);
    assertThat(release.preprocess().std()).containsExactly(1.0);
    assertThat(file.datasets().get(new Name("d")).reactionTo(DatasetSpec.Check.ORPHAN))
        .isEqualTo(DatasetSpec.Reaction.REFUSE);
    assertThat(
            TeamFile.parse(
                    "project: p\n"
                        + "datasets: {d: {path: d.dvc, format: csv}}\n"
                        + "train: {refit-head: {}}")
                .train())
        .contains(TrainSpec.RefitHead.DEFAULT);
  }

  @Test
  void readsHowLongABakeIs() {
    var file = WHOLE.replace("bake: 90m", "bake: BAKE");
    for (var each :
        Map.of(
                "0", Duration.ZERO,
                "45s", Duration.ofSeconds(45),
                "2 h", Duration.ofHours(2),
                "30d", Duration.ofDays(30))
            .entrySet()) {
      assertThat(
              TeamFile.parse(file.replace("BAKE", each.getKey()))
                  .release()
                  .orElseThrow()
                  .canary()
                  .bake())
          .isEqualTo(each.getValue());
    }
  }

  @Test
  void readsATrainingCommand() {
    var line = "python train.py --data {dataset} --out {output}";
    var file =
        TeamFile.parse(
            "project: p\ndatasets: {d: {path: d.dvc, format: csv}}\ntrain:\n  command: " + line);
    assertThat(file.train()).contains(new TrainSpec.Command(line));
  }

  @ParameterizedTest
  @CsvSource({
    "800us, 0.8",
    "800 µs, 0.8",
    "30ms, 30",
    "1.5 s, 1500",
  })
  void readsTimesInMilliseconds(String written, double millis) {
    assertThat(limit("{measure: latency-p50, device: d, at-most: " + written + "}"))
        .isEqualTo(millis);
  }

  @ParameterizedTest
  @CsvSource({"1048576 B, 1", "512KiB, 0.5", "25 MiB, 25", "2GiB, 2048"})
  void readsSizesInMebibytes(String written, double mebibytes) {
    assertThat(limit("{measure: memory, device: d, at-most: " + written + "}"))
        .isEqualTo(mebibytes);
  }

  /** Each line: what replaces what in the whole file, the line of the mistake, and words of it. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          project: parcels          | projekt: parcels            | 1  | did you mean 'project'?
          project: parcels          | project: Par_cels           | 1  | 'project': name: 'Par_cels' (expected: 1 to 63 lower-case
          feedback: {               | feedbak: {                  | 24 | the file has no 'feedbak'; did you mean 'feedback'?
          feedback: {               | something: {                | 24 | the file has no 'something' (expected: project, datasets
          path: data/digits.dvc     | path: ../digits.dvc         | 4  | 'path': '../digits.dvc' (expected: the path of a .dvc file in the repository
          path: data/digits.dvc     | path: /etc/passwd           | 4  | (expected: the path of a .dvc file
          path: data/digits.dvc     | path: data//digits.dvc      | 4  | (expected: the path of a .dvc file
          path: data/digits.dvc     | path: [a.dvc]               | 4  | 'path' is a list (expected: one value)
          format: csv               | format: parquet             | 5  | 'parquet' (expected: one of csv, imagefolder, coco, yolo, voc, cvat, datumaro)
          classes: [0, 1, "two"]    | splits: {train: 0.8}        | 6  | 'splits' has no effect in the dataset: this version doesn't split
          classes: [0, 1, "two"]    | classes: [a, b, a]          | 6  | 'classes' names 'a' twice
          classes: [0, 1, "two"]    | classes: 10                 | 6  | 'classes' is '10' (expected: a list in brackets)
          undecodable: refuse       | undecodable: ignore         | 7  | 'ignore' (expected: one of refuse, warn, off)
          undecodable: refuse       | class-drift: warn           | 7  | 'class-drift' has no effect in quality
          train:                    | train: {resources: {gpu: 1}}\\nx: | 8 | 'resources' has no effect in train
          epochs: 12                | epochs: 0                   | 9  | 'epochs': '0' (expected: a whole number, 1 to 10000)
          epochs: 12                | epochs: 99999999999999999999 | 9 | (expected: a whole number, 1 to 10000)
          learning-rate: 0.5        | learning-rate: 0            | 9  | 'learning-rate': '0' (expected: a number above 0
          learning-rate: 0.5        | learning-rate: .nan         | 9  | 'learning-rate': '.nan'
          l2: 0                     | l2: -1                      | 9  | 'l2': '-1' (expected: a number, 0 to 1000)
          refit-head: {             | resources: {gpu: 1}, x: {   | 9  | not YAML
          dataset: digits           | dataset: letters            | 12 | 'dataset': 'letters' (expected: one of [digits])
          resize: letterbox         | resize: crop                | 13 | 'crop' (expected: one of stretch, letterbox, none)
          size: [640, 480]          | size: [640]                 | 13 | 'size' has one side or none
          size: [640, 480]          | size: [640, 9000]           | 13 | '9000' (expected: a whole number, 1 to 8192)
          colour: rgb               | colour: grey                | 13 | 'mean' has 3 values (expected: 1, one a channel of grey)
          scale: 1/255              | scale: 1/0                  | 13 | 'scale': '1/0' (expected: a number above 0
          layout: nchw              | layout: nhwc                | 13 | 'layout': 'nhwc' (expected: 'nchw', the only one in this version)
          std: [1, 2, 0.5]          | std: [1, 0, 0.5]            | 13 | 'std': '0' (expected: a number above 0
          target: ort-x86           | target: openvino            | 14 | 'openvino' (expected: one of ort-x86, tensorrt)
          method: mse               | method: kl                  | 14 | 'kl' (expected: one of min-max, percentile, mse, entropy)
          equalisation: true        | equalisation: 1             | 14 | 'equalisation': '1' (expected: true or false)
          bias-correction: true     | bias-correction: yes please | 14 | 'bias-correction': 'yes please' (expected: true or false)
          method: mse               | type: fp8                   | 14 | 'fp8' (expected: one of int8, weight-only, fp16)
          method: mse               | search: 1pp                 | 14 | search is '1pp' (expected: a mapping with budget, images, prefer, prune, device)
          method: mse               | search: {images: 64}        | 14 | 'budget'
          method: mse               | search: {budget: 1%}        | 14 | '1%' (expected: a difference such as 0.6pp or 0.006)
          method: mse               | search: {budget: -0.01}     | 14 | '-0.01' (expected: a difference such as 0.6pp or 0.006, 0 to 1)
          method: mse               | search: {budget: 1pp, images: 8} | 14 | 'images': '8' (expected: a whole number, 32 to 10000)
          method: mse               | search: {budget: 1pp, prefer: cheapest} | 14 | 'cheapest' (expected: one of fastest, smallest)
          method: mse               | type: fp16, search: {budget: 1pp} | 14 | 'search' beside 'type: fp16' (expected: one of them
          method: mse               | search: {budget: 1pp, device: Orin NX} | 14 | 'device'
          method: mse               | search: {budget: 1pp, prune: 10%} | 14 | prune is '10%' (expected: a mapping with structured, magnitude)
          method: mse               | search: {budget: 1pp, prune: {}} | 14 | none of 'structured' and 'magnitude' in prune
          method: mse               | search: {budget: 1pp, prune: {structured: 10%}} | 14 | 'structured' is '10%' (expected: a list in brackets)
          method: mse               | search: {budget: 1pp, prune: {structured: [0%]}} | 14 | 'structured': '0' (expected: a whole number, 1 to 95)
          method: mse               | search: {budget: 1pp, prune: {magnitude: [96%]}} | 14 | 'magnitude': '96' (expected: a whole number, 1 to 95)
          method: mse               | search: {budget: 1pp, prune: {magnitude: [-5%]}} | 14 | 'magnitude': '-5%' (expected: a whole percentage such as 5%)
          method: mse               | search: {budget: 1pp, prune: {magnitude: [0.5]}} | 14 | 'magnitude': '0.5' (expected: a whole percentage such as 5%)
          method: mse               | search: {budget: 1pp, prune: {structured: []}} | 14 | 'structured': [] (expected: one or more, rising)
          method: mse               | search: {budget: 1pp, prune: {structured: [20%, 10%]}} | 14 | 'structured': [20, 10] (expected: one or more, rising)
          method: mse               | search: {budget: 1pp, prune: {structured: [10%, 10%]}} | 14 | 'structured': [10, 10] (expected: one or more, rising)
          method: mse               | search: {budget: 1pp, prune: {structured: [1%, 2%, 3%, 4%, 5%]}} | 14 | 'structured' has 5 values (expected: at most 4)
          method: mse               | search: {budget: 1pp, prune: {share: 10%, magnitude: [5%]}} | 14 | 'share' has no effect in prune: write the shares behind
          calibration: 300          | mixed-precision: auto       | 14 | 'mixed-precision' has no effect in quantize
          measure: accuracy, of: int8 | measure: map50-95, of: int8 | 17 | 'map50-95' (expected: one of accuracy, macro-recall, worst-recall, accuracy-under, map, map50, map-small, map-medium, map-large, worst-ap, map-under, latency-p50
          measure: accuracy, of: int8 | measure: map, of: int8     | 17 | 'measure': map without 'detector' under release (expected: one of accuracy, macro-recall, worst-recall, accuracy-under; or 'detector: {output: yolo-v8}'
          measure: accuracy, drop   | measure: worst-ap, drop      | 18 | 'measure': worst-ap without 'detector'
          measure: accuracy, of: int8 | cel: "true"                | 17 | 'cel' has no effect in the gate: this version has no gates in CEL; the measures are accuracy,
          on: test                  | on: val                     | 17 | 'on': 'val' (expected: 'test', the only one in this version)
          at-least: 0.41            | at-least: 41                | 17 | '41' (expected: a share such as 0.9 or 90%, 0 to 1)
          at-least: 0.41            | at-least: 0.41, at-most: 1  | 17 | both of 'at-least' and 'at-most' (expected: one)
          at-least: 0.41            | slice: night                | 17 | none of 'at-least' and 'at-most' (expected: one)
          at-most: 0.6pp            | at-most: 0.6%               | 18 | '0.6%' (expected: a difference such as 0.6pp or 0.006)
          drop: [fp32, int8]        | drop: [int8, fp32]          | 18 | 'drop' compares other variants (expected: [fp32, int8])
          drop: [fp32, int8]        | drop: [fp32, int8], of: int8 | 18 | 'of' and 'drop' in one gate
          slice: night              | device: d                   | 19 | 'device' with worst-recall, which no device measures
          device: orin-nx           | slice: night                | 20 | latency-p99 without 'device'
          device: orin-nx           | device: orin-nx, slice: s   | 20 | 'slice' with latency-p99
          device: orin-nx           | device: orin-nx, scenario: offline | 20 | 'scenario' has no effect in the gate
          at-most: 30ms             | at-most: 30                 | 20 | '30' (expected: a time such as 30ms (us, ms or s))
          at-most: 25 MiB           | at-most: 25 MB              | 22 | '25 MB' (expected: a size such as 25 MiB
          weights: [5%, 25%, 50%]   | weights: [5%, 50%, 25%]     | 23 | 'weights': [5, 50, 25] (expected: one or more, rising)
          weights: [5%, 25%, 50%]   | weights: [5%, 100%]         | 23 | '100' (expected: a whole number, 1 to 99)
          shadow: 15%               | shadow: 100%                | 23 | 'shadow': '100' (expected: a whole number, 1 to 99)
          shadow: 15%               | shadow: 0.1                 | 23 | 'shadow': '0.1' (expected: a whole percentage such as 5%)
          shadow: 15%               | shadow: [15%]               | 23 | 'shadow' is a list (expected: one value)
          bake: 90m                 | bake: 90                    | 23 | 'bake': '90' (expected: a length of time such as 30m
          bake: 90m                 | bake: -1h                   | 23 | 'bake': '-1h' (expected: a length of time
          bake: 90m                 | bake: 31d                   | 23 | 'bake': '31d' (expected: a length of time such as 30m (s, m, h or d), 0 for none, at most 30 d)
          margin: 1.5               | margin: 0.9                 | 23 | 'margin': '0.9' (expected: a number, 1 to 100)
          false-rollback: 1%        | false-rollback: 60%         | 23 | 'false-rollback': '60%' (expected: a share
          budget: 20                | budget: 20 annotator-minutes a day | 24 | 'budget': '20 annotator-minutes a day' (expected: a whole number
          """)
  void namesTheLineAndWhatWasExpected(String found, String replacement, int line, String words) {
    assertThat(WHOLE).contains(found.strip());
    var problem =
        mistakesOf(WHOLE.replace(found.strip(), replacement.strip().replace("\\n", "\n")));
    assertThat(problem.mistakes())
        .anySatisfy(mistake -> {
          assertThat(mistake.text()).contains(words.strip());
          assertThat(mistake.line()).isEqualTo(line);
        });
  }

  @Test
  void readsHowADetectorIsReadAndItsGates() {
    var release = TeamFile.parse(DETECTOR).release().orElseThrow();
    assertThat(release.detector())
        .contains(new DetectorSpec(DetectorSpec.Output.YOLO_V8, 0.01, 0.6, 100));
    assertThat(release.gates())
        .containsExactly(
            gate(Measure.MAP, Variant.INT8, false, "", "", Bound.AT_LEAST, 0.5, 9),
            gate(Measure.MAP50, Variant.FP32, false, "night", "", Bound.AT_LEAST, 0.6, 10),
            gate(Measure.MAP_SMALL, Variant.INT8, true, "", "", Bound.AT_MOST, 0.01, 11),
            gate(Measure.WORST_AP, Variant.INT8, false, "", "", Bound.AT_LEAST, 0.2, 12));
  }

  @Test
  void takesWhatUltralyticsValidatesWithWhereNothingIsSaidOfADetector() {
    for (var output : DetectorSpec.Output.values()) {
      var file =
          DETECTOR.replaceAll(
              "detector: .*", "detector: {output: %s}".formatted(Values.written(output)));
      assertThat(TeamFile.parse(file).release().orElseThrow().detector())
          .contains(new DetectorSpec(output, 0.001, 0.7, 300));
    }
    assertThat(TeamFile.parse(WHOLE).release().orElseThrow().detector()).isEmpty();
  }

  /** Each line: what replaces what in the detector's file, the line of the mistake, words of it. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          output: yolo-v8      | output: yolo-v5         | 7  | 'output': 'yolo-v5' (expected: one of yolo-v8, boxes, torchvision)
          output: yolo-v8, conf | conf                   | 7  | detector has no 'output'
          output: yolo-v8      | output: boxes           | 7  | 'iou' with boxes, whose model removes boxes that overlap itself
          output: yolo-v8      | output: torchvision     | 7  | 'iou' with torchvision
          confidence: 0.01     | confidence: 1.5         | 7  | 'confidence': '1.5' (expected: a share such as 0.9 or 90%, 0 to 1)
          confidence: 0.01     | confidence: .nan        | 7  | 'confidence': '.nan'
          iou: 60%             | iou: -0.1               | 7  | 'iou': '-0.1' (expected: a share such as 0.9 or 90%, 0 to 1)
          iou: 60%             | nms: 60%                | 7  | 'nms' has no effect in detector: write 'iou'
          iou: 60%             | classes: [a]            | 7  | 'classes' has no effect in detector: the classes are the dataset's
          most: 100            | most: 0                 | 7  | 'most': '0' (expected: a whole number, 1 to 1000)
          most: 100            | most: 1001              | 7  | 'most': '1001' (expected: a whole number, 1 to 1000)
          most: 100            | top: 100                | 7  | detector has no 'top'
          detector: {          | detector: yolo-v8\\n  x: { | 7  | detector is 'yolo-v8' (expected: a mapping with output, confidence, iou, most, tiles)
          measure: map,        | measure: accuracy,      | 9  | 'measure': accuracy with 'detector' under release (expected: one of map, map50, map-small, map-medium, map-large, worst-ap, map-under; or no 'detector'
          measure: map50       | measure: worst-recall   | 10 | 'measure': worst-recall with 'detector'
          measure: map,        | measure: map, device: d, | 9 | 'device' with map, which no device measures
          at-least: 0.5}       | at-least: 50}           | 9  | '50' (expected: a share such as 0.9 or 90%, 0 to 1)
          project: p           | project: p\\ntrain: {refit-head: {}} | 2 | 'refit-head' with 'detector' under release (expected: no 'train'
          at-most: 1pp         | at-most: 1%             | 11 | '1%' (expected: a difference such as 0.6pp or 0.006)
          """)
  void namesWhatIsWrongWithADetector(String found, String replacement, int line, String words) {
    assertThat(DETECTOR).contains(found.strip());
    var problem =
        mistakesOf(DETECTOR.replace(found.strip(), replacement.strip().replace("\\n", "\n")));
    assertThat(problem.mistakes())
        .anySatisfy(mistake -> {
          assertThat(mistake.text()).contains(words.strip());
          assertThat(mistake.line()).isEqualTo(line);
        });
  }

  @Test
  void findsAllMistakesInOneReadingInTheOrderOfTheLines() {
    var problem =
        mistakesOf(
            WHOLE
                .replace("parcels", "PARCELS")
                .replace("format: csv", "format: x")
                .replace("margin: 1.5", "margin: 0")
                .replace("budget: 20", "budgt: 20"));
    assertThat(problem.mistakes())
        .extracting(TeamFileProblem.Mistake::line)
        .containsExactly(1, 5, 23, 24);
    assertThat(problem.explanation())
        .startsWith("fovea.yaml:1: 'project'")
        .contains("\nfovea.yaml:5: ");
  }

  @Test
  void refusesKeysThatStandTwice() {
    assertThat(
            mistakesOf("project: a\nproject: b\ndatasets: {d: {path: d.dvc, format: csv}}")
                .mistakes())
        .containsExactly(new TeamFileProblem.Mistake(2, "'project' stands twice in the file"));
    assertThat(
            mistakesOf(
                    "project: a\n"
                        + "datasets:\n"
                        + "  d: {path: d.dvc, format: csv}\n"
                        + "  d: {path: e.dvc, format: csv}")
                .mistakes())
        .containsExactly(new TeamFileProblem.Mistake(4, "dataset 'd' stands twice"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "   \n# nothing\n",
        "[]",
        "just words",
        "project: p",
        "datasets: {}",
        "project: p\ndatasets: {}",
        "project: p\ndatasets: []",
        "project: p\ndatasets: {d: }",
        "project: p\ndatasets: {d: {path: d.dvc, format: csv}}\ntrain:",
        "project: p\ndatasets: {d: {path: d.dvc, format: csv}}\ntrain: {command: x}",
        "project: p\ndatasets: {d: {path: d.dvc, format: csv}, e: {path: d.dvc, format: csv}}",
        "project: p\n---\nproject: q",
        "a: b: c",
        "\tproject: p",
        "project: \"\\u0000\"",
        "? [a]\n: b",
        "project: p\u0000"
      })
  void refusesWhatIsNoTeamFile(String text) {
    assertThat(mistakesOf(text).mistakes()).isNotEmpty();
  }

  private static double limit(String gate) {
    return TeamFile.parse(SMALLEST.replace("GATE", gate))
        .release()
        .orElseThrow()
        .gates()
        .getFirst()
        .limit();
  }

  private static TeamFileProblem mistakesOf(String yaml) {
    var problem = catchThrowableOfType(TeamFileProblem.class, () -> TeamFile.parse(yaml));
    assertThat(problem).as(yaml).isNotNull();
    return problem;
  }

  private static Gate gate(
      Measure measure,
      Variant of,
      boolean drop,
      String slice,
      String device,
      Bound bound,
      double limit,
      int line) {
    return new Gate(
        measure,
        of,
        drop,
        Optional.of(slice).filter(text -> !text.isEmpty()),
        Optional.of(device).filter(text -> !text.isEmpty()).map(Name::new),
        bound,
        limit,
        line);
  }
}
