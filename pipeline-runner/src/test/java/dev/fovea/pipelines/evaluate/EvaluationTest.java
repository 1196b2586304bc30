package dev.fovea.pipelines.evaluate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.datasets.Sample;
import dev.fovea.kernel.Digest;
import dev.fovea.pipelines.evaluate.Found.Truth;
import dev.fovea.store.memory.MemoryObjectStore;
import dev.fovea.teamfile.DetectorSpec;
import dev.fovea.teamfile.PreprocessSpec;
import dev.fovea.teamfile.TilesSpec;
import dev.fovea.vision.detection.Detection;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

class EvaluationTest {
  private static final Digest SOME = Digest.sha256(new byte[] {1});

  /** As the version before detectors wrote it; an image has the digest of everything here. */
  private static final String CLASSIFIED =
      """
      {"variant":"SOME","dataset":"SOME","preprocess":"SOME","accuracy":0.5,"recalls":{"dark":1.0,"light":0.0},\
      "slices":{"night":1.0},"answers":[{"image":"SOME","path":"a.png","label":"dark","slice":"night","answer":"dark",\
      "confidence":0.9},{"image":"SOME","path":"b.png","label":"light","slice":null,"answer":"","confidence":0.0}]}\
      """
          .replace("SOME", SOME.toString());

  private static final List<Answer> ANSWERS =
      List.of(
          new Scored(SOME, "a.png", "dark", Optional.of("night"), "dark", 0.9),
          new Scored(SOME, "b.png", "light", Optional.empty(), "", 0));

  private final MemoryObjectStore objects = new MemoryObjectStore();

  @Test
  void readsTheClassifiersOfTheVersionBeforeAndKeepsTheirDigest() throws Exception {
    var old = objects.put(CLASSIFIED.getBytes(StandardCharsets.UTF_8));
    var read = Evaluation.read(objects, old);
    assertThat(read).isInstanceOf(ClassifiedEvaluation.class);
    assertThat(((ClassifiedEvaluation) read).answers()).isEqualTo(ANSWERS);
    assertThat(read.write(objects)).isEqualTo(old);
    assertThat(Evaluation.of(shard(Optional.empty()), SOME, SOME, ANSWERS))
        .isInstanceOf(ClassifiedEvaluation.class);
    assertThat(read.words()).isEqualTo("50.00 % right");
  }

  @Test
  void readsAnswersAndShardsOfTheVersionBeforeAndWritesThemAlike() {
    var json = EvaluationJson.MAPPER;
    var old =
        """
        {"fp32":[{"image":"SOME","path":"a.png","label":"dark","slice":"night","answer":"dark","confidence":0.9}],"int8":[]}\
        """
            .replace("SOME", SOME.toString());
    var answers = json.readValue(old, Shard.Answers.class);
    assertThat(answers).isEqualTo(new Shard.Answers(ANSWERS.subList(0, 1), List.of()));
    assertThat(json.writeValueAsString(answers)).isEqualTo(old);

    var order =
        """
        {"fp32":"SOME","int8":"SOME","classes":["dark","light"],"preprocess":{"resize":"NONE","width":8,"height":8,\
        "colour":"GREY","scale":1.0,"mean":[0.0],"std":[1.0]},"samples":[{"path":"a.png","image":"SOME","md5":"m",\
        "bytes":1,"label":"dark","split":"test","slice":null}]}\
        """
            .replace("SOME", SOME.toString());
    var shard = json.readValue(order, Shard.class);
    assertThat(shard).isEqualTo(shard(Optional.empty()));
    assertThat(json.writeValueAsString(shard)).isEqualTo(order);
  }

  @Test
  void readsADetectorsAsItWroteThem() throws Exception {
    var spec = new DetectorSpec(DetectorSpec.Output.BOXES, 0.25, 0.7, 30);
    var shard = shard(Optional.of(spec));
    assertThat(EvaluationJson.MAPPER.readValue(json(shard), Shard.class)).isEqualTo(shard);
    var seen = new Seen(SOME, "a.png", List.of(new Detection(1, 0.1f, 1 / 3.0, 2, 3, 4)), 2);
    var answers = new Shard.Answers(List.of(seen), List.of(seen));
    assertThat(EvaluationJson.MAPPER.readValue(json(answers), Shard.Answers.class))
        .isEqualTo(answers);
    var images =
        List.of(
            new Found(
                SOME,
                "a.png",
                Optional.of("night"),
                List.of(new Truth(1, 1, 2, 3, 4, 3.5), new Truth(0, 5, 5, 9, 9, 16)),
                List.of(new Detection(1, 0.75, 1, 2, 3, 4)),
                3),
            new Found(SOME, "b.png", Optional.empty(), List.of(), List.of(), 0));
    var evaluation =
        DetectedEvaluation.of(SOME, SOME, SOME, spec, List.of("dark", "light", "none"), images);
    var digest = evaluation.write(objects);
    assertThat(Evaluation.read(objects, digest)).isEqualTo(evaluation);
    assertThat(evaluation.map()).as("one of two classes is found").isCloseTo(0.5, within(1e-12));
    assertThat(evaluation.precisions())
        .containsOnlyKeys("dark", "light")
        .containsEntry("dark", 0.0);
    assertThat(evaluation.slices()).containsOnlyKeys("night");
    assertThat(evaluation.words())
        .isEqualTo(
            "mAP 50.00 %, 50.00 % at overlap 0.50 (3 outputs that are no numbers or enclose nothing count as no detection)");
  }

  @Test
  void keepsWhereThePrecisionOfEachClassLiesAndOnHowMuchThatRests() throws Exception {
    var spec = DetectorSpec.of(DetectorSpec.Output.BOXES);
    var classes = List.of("half", "whole", "missed", "once", "none");
    var images = new ArrayList<Found>();
    for (int i = 0; i < 12; i++) {
      var there = new ArrayList<>(List.of(square(0, 10), square(0, 50), square(1, 90)));
      var seen = new ArrayList<>(List.of(detection(1, 90)));
      if (i % 2 == 0) {
        seen.add(detection(0, 10));
      }
      if (i < 3) {
        there.add(square(2, 130));
      }
      if (i == 5) {
        there.addAll(List.of(square(3, 170), square(3, 210)));
        seen.add(detection(3, 170));
      }
      images.add(new Found(SOME, "%02d.png".formatted(i), Optional.empty(), there, seen, 0));
    }
    var evaluation = DetectedEvaluation.of(SOME, SOME, SOME, spec, classes, images);
    assertThat(evaluation.precisions()).containsOnlyKeys("half", "whole", "missed", "once");
    assertThat(evaluation.intervals())
        .as("not of what every resample finds alike, nor of what one image has alone")
        .containsOnlyKeys("half");
    var half = evaluation.intervals().get("half");
    double precision = evaluation.precisions().get("half");
    assertThat(half.low()).isBetween(0.05, precision - 0.05);
    assertThat(half.high()).isBetween(precision + 0.05, 0.5);
    assertThat(half.objects()).isEqualTo(24);
    assertThat(half.images()).isEqualTo(12);
    assertThat(Evaluation.read(objects, evaluation.write(objects))).isEqualTo(evaluation);

    var json = (ObjectNode) EvaluationJson.MAPPER.valueToTree(evaluation);
    json.remove("intervals");
    var before = objects.put(EvaluationJson.MAPPER.writeValueAsBytes(json));
    var read = (DetectedEvaluation) Evaluation.read(objects, before);
    assertThat(read.intervals()).as("an evaluation of before").isEmpty();
    assertThat(read.precisions()).isEqualTo(evaluation.precisions());
    assertThat(read.write(objects)).isEqualTo(before);
  }

  private static Truth square(int category, double left) {
    return new Truth(category, left, 10, left + 20, 30, 400);
  }

  private static Detection detection(int category, double left) {
    return new Detection(category, 0.75, left, 10, left + 20, 30);
  }

  /** As the version before tiles wrote it. */
  @Test
  void readsTheDetectorsOfTheVersionBeforeAndKeepsTheirDigest() throws Exception {
    var json =
        """
        {"variant":"SOME","dataset":"SOME","preprocess":"SOME","detector":{"output":"BOXES","confidence":0.25,"iou":0.7,\
        "most":30},"classes":["dark"],"map":-1.0,"map50":-1.0,"precisions":{},"slices":{},"images":[{"image":"SOME",\
        "path":"b.png","slice":null,"objects":[],"detections":[],"unusable":0}]}\
        """
            .replace("SOME", SOME.toString());
    var old = objects.put(json.getBytes(StandardCharsets.UTF_8));
    var read = Evaluation.read(objects, old);
    assertThat(((DetectedEvaluation) read).passes()).isEmpty();
    assertThat(read.write(objects)).isEqualTo(old);

    var seen = "{\"image\":\"SOME\",\"path\":\"b.png\",\"detections\":[],\"unusable\":0}";
    var answers =
        "{\"fp32\":[SEEN],\"int8\":[]}".replace("SEEN", seen).replace("SOME", SOME.toString());
    assertThat(json(EvaluationJson.MAPPER.readValue(answers, Shard.Answers.class)))
        .isEqualTo(answers);
  }

  @Test
  void readsThoseOfTilesAsItWroteThem() throws Exception {
    var spec = tiled();
    var shard = shard(Optional.of(spec));
    assertThat(EvaluationJson.MAPPER.readValue(json(shard), Shard.class)).isEqualTo(shard);
    var seen = new Seen(SOME, "a.png", List.of(), 0, Optional.of(7));
    var answers = new Shard.Answers(List.of(seen), List.of(seen));
    assertThat(EvaluationJson.MAPPER.readValue(json(answers), Shard.Answers.class))
        .isEqualTo(answers);
    var images = List.of(found(Optional.of(5)), found(Optional.of(5)), found(Optional.of(14)));
    var evaluation = DetectedEvaluation.of(SOME, SOME, SOME, spec, List.of("dark"), images);
    assertThat(Evaluation.read(objects, evaluation.write(objects))).isEqualTo(evaluation);
    assertThat(evaluation.passes()).contains(new Passes(5, 14, 8));
    assertThat(evaluation.passes().orElseThrow().words())
        .isEqualTo("5 to 14 passes of the model an image, 8.00 in mean");
    assertThat(new Passes(4, 4, 4).words()).isEqualTo("4 passes of the model an image");
  }

  /** What a sandboxed process says is not believed. */
  @Test
  void takesNoCountOfPassesThatCannotBe() {
    var sample = new Sample("a.png", SOME, "m", 1, "", "test", Optional.empty());
    var inTiles = shard(Optional.of(tiled()));
    for (int passes : new int[] {1, 9, 1_025}) {
      assertThat(seen(Optional.of(passes)).fits(inTiles, sample)).isTrue();
    }
    for (int passes : new int[] {0, -1, 1_026, Integer.MAX_VALUE}) {
      assertThat(seen(Optional.of(passes)).fits(inTiles, sample)).isFalse();
    }
    assertThat(seen(Optional.empty()).fits(inTiles, sample)).isFalse();
    var atOnce = shard(Optional.of(DetectorSpec.of(DetectorSpec.Output.BOXES)));
    assertThat(seen(Optional.empty()).fits(atOnce, sample)).isTrue();
    assertThat(seen(Optional.of(1)).fits(atOnce, sample)).isFalse();
  }

  private static Seen seen(Optional<Integer> passes) {
    return new Seen(SOME, "a.png", List.of(), 0, passes);
  }

  private static Found found(Optional<Integer> passes) {
    return new Found(SOME, "a.png", Optional.empty(), List.of(), List.of(), 0, passes);
  }

  private static DetectorSpec tiled() {
    return new DetectorSpec(
        DetectorSpec.Output.BOXES, 0.25, 0.7, 30, Optional.of(TilesSpec.of(640, 480)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "null",
        "{\"variant\":1}",
        "{\"accuracy\":0.5,\"map\":0.5}",
        "{\"images\":[{\"detections\":[{\"x1\":\"NaN\"}]}]}"
      })
  void refusesWhatIsNoEvaluation(String json) throws Exception {
    var digest = objects.put(json.getBytes(StandardCharsets.UTF_8));
    assertThatThrownBy(() -> Evaluation.read(objects, digest).words())
        .as(json)
        .isInstanceOf(RuntimeException.class);
  }

  private static String json(Object value) {
    return EvaluationJson.MAPPER.writeValueAsString(value);
  }

  private static Shard shard(Optional<DetectorSpec> detector) {
    var spec =
        new PreprocessSpec(
            PreprocessSpec.Resize.NONE,
            8,
            8,
            PreprocessSpec.Colour.GREY,
            1,
            List.of(0.0),
            List.of(1.0));
    var sample = new Sample("a.png", SOME, "m", 1, "dark", "test", Optional.empty());
    return new Shard(SOME, SOME, List.of("dark", "light"), spec, detector, List.of(sample));
  }
}
