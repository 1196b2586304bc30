package dev.fovea.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.kernel.Name;
import dev.fovea.serving.model.ModelNotServable;
import dev.fovea.teamfile.PreprocessSpec;
import dev.fovea.teamfile.PreprocessSpec.Colour;
import dev.fovea.teamfile.PreprocessSpec.Resize;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ModelServerTest {
  @Test
  void refusesClassesThatTheModelHasNoScoresFor() {
    var config =
        ModelServerConfig.of(
            TestModels.file("bright"),
            Name.of("lamp"),
            "3",
            List.of("a", "b", "c"),
            TestModels.GREY_4X4);

    assertThatThrownBy(() -> ModelServer.start(config))
        .isInstanceOf(ModelNotServable.class)
        .hasMessageContaining("each of the 3 classes");
  }

  @Test
  void refusesPreprocessingOfAnotherSize() {
    var rgb =
        new PreprocessSpec(
            Resize.STRETCH, 4, 4, Colour.RGB, 1, List.of(0.0, 0.0, 0.0), List.of(1.0, 1.0, 1.0));
    var config =
        ModelServerConfig.of(
            TestModels.file("bright"), Name.of("lamp"), "3", TestModels.CLASSES, rgb);

    assertThatThrownBy(() -> ModelServer.start(config))
        .isInstanceOf(ModelNotServable.class)
        .hasMessageContaining("[3, 4, 4]");
  }

  @Test
  void refusesAModelOfTwoInputs() {
    assertThatThrownBy(() -> ModelServer.start(TestModels.config("two_inputs")))
        .isInstanceOf(ModelNotServable.class)
        .hasMessageContaining("2 inputs");
  }

  @Test
  void saysWhichAddressIsTaken() {
    try (var first = ModelServer.start(TestModels.config("bright"))) {
      assertThatThrownBy(() -> ModelServer.start(TestModels.config("bright").at(first.address())))
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageContaining(Integer.toString(first.address().getPort()));
    }
  }

  @Test
  void answersWhatIsUnderWayBeforeItCloses() throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var server = ModelServer.start(TestModels.config("bright"));
      var client = new Client(server.uri());
      var body = Client.pixels(IntStream.range(0, 64).mapToDouble(i -> i / 64.0).toArray());
      var answers =
          IntStream.range(0, 64)
              .mapToObj(_ ->
                  threads.submit(() -> {
                    try {
                      return client.infer(body).status();
                    } catch (UncheckedIOException _) {
                      return 0; // never reached the server: refused at the door
                    }
                  }))
              .toList();
      server.close();

      for (var answer : answers) {
        assertThat(answer.get()).isIn(200, 503, 0);
      }
    }
  }
}
