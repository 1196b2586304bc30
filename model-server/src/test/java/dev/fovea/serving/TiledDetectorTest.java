package dev.fovea.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Name;
import dev.fovea.serving.model.ModelNotServable;
import dev.fovea.serving.model.ServedModel;
import dev.fovea.serving.protocol.InputTensor;
import dev.fovea.serving.protocol.ProtocolError;
import dev.fovea.teamfile.DetectorSpec;
import dev.fovea.teamfile.DetectorSpec.Output;
import dev.fovea.teamfile.ServedDetector;
import dev.fovea.vision.ImageLimits;
import java.awt.Rectangle;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A detector that is served in tiles. */
class TiledDetectorTest {
  @TempDir private Path folder;

  @Test
  void answersWithTheObjectsOfAllTilesInPixelsOfTheImage() throws Exception {
    var image = Dots.png(40, 32, new Rectangle(8, 8, 8, 8), new Rectangle(32, 24, 8, 8));
    try (var server = ModelServer.start(Dots.config(folder, 1))) {
      var reply = new Client(server.uri()).infer(request(image));
      assertThat(reply.status()).as(() -> new String(reply.body())).isEqualTo(200);
      assertThat(reply.header(ModelServer.CONFIDENCE)).isEmpty();
      var outputs = reply.json().path("outputs");
      assertThat(outputs.valueStream().map(each -> each.path("name").asString()))
          .containsExactly("detection_boxes", "detection_scores", "detection_labels");
      assertThat(outputs.get(0).path("shape").toString()).isEqualTo("[2,4]");
      assertThat(numbers(outputs.get(0)))
          .as("each is seen by four tiles, and is there once")
          .containsExactly(8.0, 8.0, 16.0, 16.0, 32.0, 24.0, 40.0, 32.0);
      assertThat(numbers(outputs.get(1))).hasSize(2).allMatch(score -> score > 0.99);
      assertThat(outputs.get(2).path("data").toString()).isEqualTo("[\"dot\",\"dot\"]");
    }
  }

  @Test
  void answersWithNothingWhereThereIsNothing() throws Exception {
    try (var server = ModelServer.start(Dots.config(folder, 1))) {
      for (var size : List.of(new Rectangle(40, 32), new Rectangle(5, 3))) {
        var reply = new Client(server.uri()).infer(request(Dots.png(size.width, size.height)));
        assertThat(reply.status()).as(() -> new String(reply.body())).isEqualTo(200);
        assertThat(reply.json().path("outputs").get(0).path("shape").toString()).isEqualTo("[0,4]");
        assertThat(reply.json().path("outputs").get(2).path("data").toString()).isEqualTo("[]");
      }
    }
  }

  @Test
  void saysWhatItTakesAndAnswers() throws Exception {
    try (var server = ModelServer.start(Dots.config(folder, 1))) {
      var metadata = new Client(server.uri()).get("/v2/models/lamp").json();
      assertThat(metadata.path("inputs").toString())
          .isEqualTo("[{\"name\":\"image\",\"datatype\":\"BYTES\",\"shape\":[1]}]");
      assertThat(metadata.path("outputs").valueStream().map(each -> each.path("name").asString()))
          .containsExactly("detection_boxes", "detection_scores", "detection_labels");
    }
  }

  @Test
  void refusesWhatItCannotCutIntoTiles() throws Exception {
    var image = Dots.png(40, 32);
    try (var server = ModelServer.start(Dots.config(folder, 1))) {
      var client = new Client(server.uri());
      var tensor = client.infer(Client.pixels(0.5));
      assertThat(tensor.status()).isEqualTo(400);
      assertThat(tensor.error())
          .isEqualTo(
              "input 'pixels' with this datatype is not in the model (expected: 'image' BYTES, one image, of which the server makes tiles itself)");
      var two = client.infer(request(image, image));
      assertThat(two.status()).isEqualTo(400);
      assertThat(two.error()).contains("2 images in a request (expected: 1");
      var noImage = client.infer(request(new byte[] {1, 2, 3}));
      assertThat(noImage.status()).isEqualTo(400);
      assertThat(noImage.error()).startsWith("image 0: ");
      var large = client.infer(request(Dots.png(1_000, 1_000)));
      assertThat(large.status()).isEqualTo(400);
      assertThat(large.error())
          .contains("image of 1000 x 1000 px: 15,376 tiles of 16 x 16 px")
          .contains("expected: at most 1,024");
    }
  }

  @Test
  void beginsNoTileThatNobodyWaitsFor() throws Exception {
    var config = Dots.config(folder, 1);
    try (var model =
        ServedModel.load(
            config.model(),
            "dots",
            List.of(),
            Dots.PREPROCESS,
            Optional.of(Dots.DETECTOR),
            ImageLimits.DEFAULT,
            4,
            Duration.ofNanos(-1))) {
      var image = new InputTensor.Bytes("image", new long[] {1}, List.of(Dots.png(40, 32)));
      assertThatThrownBy(() -> model.answer(List.of(image)))
          .isInstanceOf(ProtocolError.class)
          .hasMessageStartingWith("0 of 13 tiles of the image were seen within")
          .extracting(e -> ((ProtocolError) e).status())
          .isEqualTo(503);
    }
  }

  @Test
  void refusesToStartWithAModelThatIsNoSuchDetector() throws Exception {
    var four = Dots.config(folder, 4);
    assertThatThrownBy(() -> ModelServer.start(four))
        .isInstanceOf(ModelNotServable.class)
        .hasMessageContaining("it takes 4 images at a time (expected: 1, a tile)");
    var config = Dots.config(folder, 1);
    var classes =
        config.detecting(
            Optional.of(new ServedDetector(Dots.DETECTOR.spec(), List.of("dot", "line"))));
    assertThatThrownBy(() -> ModelServer.start(classes))
        .isInstanceOf(ModelNotServable.class)
        .hasMessageContaining("model of 1 classes (expected: 2, those of the dataset)");
  }

  @Test
  void isNeverAClassifierNorADetectorWithoutTiles() throws Exception {
    var config = Dots.config(folder, 1);
    var untiled = Optional.of(new ServedDetector(DetectorSpec.of(Output.YOLO_V8), List.of("dot")));
    assertThatThrownBy(() -> config.detecting(untiled))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("a detector without tiles");
    assertThatThrownBy(() -> TestModels.config("bright").detecting(Optional.of(Dots.DETECTOR)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("a detector and 2 classes of a classifier");
  }

  @Test
  void travelsInTheDescriptionAndLeavesThatOfOthersAlone() {
    var json = JsonMapper.builder().build();
    var some = Digest.sha256(new byte[] {1});
    var plain =
        new ModelDescription(Name.of("lamp"), "3", some, TestModels.CLASSES, TestModels.GREY_4X4);
    assertThat(json.writeValueAsString(plain)).doesNotContain("detector");
    assertThat(json.readValue(json.writeValueAsString(plain), ModelDescription.class))
        .isEqualTo(plain);
    var tiled =
        new ModelDescription(
            Name.of("lamp"), "3", some, List.of(), Dots.PREPROCESS, Optional.of(Dots.DETECTOR));
    assertThat(json.readValue(json.writeValueAsString(tiled), ModelDescription.class))
        .isEqualTo(tiled);
  }

  private static List<Double> numbers(JsonNode output) {
    return output.path("data").valueStream().map(JsonNode::asDouble).toList();
  }

  private static String request(byte[]... images) {
    var data =
        Arrays.stream(images)
            .map(image -> "\"" + Base64.getEncoder().encodeToString(image) + "\"")
            .collect(Collectors.joining(","));
    return "{\"inputs\":[{\"name\":\"image\",\"shape\":[%d],\"datatype\":\"BYTES\",\"data\":[%s]}]}"
        .formatted(images.length, data);
  }
}
