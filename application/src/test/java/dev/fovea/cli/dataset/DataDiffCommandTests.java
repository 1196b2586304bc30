package dev.fovea.cli.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.datasets.DatasetDiff;
import dev.fovea.datasets.DatasetDiff.Relabelled;
import dev.fovea.datasets.DatasetDiff.Total;
import dev.fovea.datasets.LabelledObject;
import dev.fovea.datasets.LabelledObject.Kind;
import dev.fovea.datasets.ObjectDiff;
import dev.fovea.datasets.ObjectDiff.Pair;
import dev.fovea.datasets.Sample;
import dev.fovea.kernel.Digest;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** What a person reads of two versions. */
class DataDiffCommandTests {
  private static final Digest IMAGE = Digest.sha256(new byte[0]);
  private static final DatasetDiff DIFF =
      new DatasetDiff(
          IMAGE,
          IMAGE,
          List.of(sample("cars/2.jpg", box("car", 5)), sample("cars/3.jpg")),
          List.of(),
          List.of(
              new Relabelled(
                  sample("cars/1.jpg", box("car", 10), box("car", 100)),
                  sample(
                      "cars/1.jpg",
                      box("car", 12),
                      box("truck", 100),
                      box("car", 300),
                      box("car", 400)),
                  new ObjectDiff(
                      List.of(2, 3),
                      List.of(),
                      List.of(new Pair(0, 0)),
                      List.of(new Pair(1, 1)),
                      List.of(),
                      0))),
          7,
          new Total(2, 0, 5));

  @Test
  void aDiffSaysOfEachImageWhatChanged() {
    assertThat(DataDiffCommand.table(DIFF))
        .hasToString(
            """
            CHANGE      PATH        LABEL                                   SPLIT
            added       cars/2.jpg  1 object                                train
            added       cars/3.jpg  background                              train
            relabelled  cars/1.jpg  2 boxes added, 1 moved, 1 car -> truck  train
            relabelled  and 4 more
            """);
  }

  @Test
  void theSameGoesOverTheWire() {
    var json = JsonMapper.builder().build();
    var text = json.writeValueAsString(DIFF);
    assertThat(text)
        .contains("\"moved\":[{\"before\":0,\"after\":0}]", "\"kind\":\"BOX\"")
        .doesNotContain("words", "noun");
    assertThat(json.readValue(text, DatasetDiff.class)).isEqualTo(DIFF);
  }

  private static LabelledObject box(String label, double x) {
    return new LabelledObject(
        label, Kind.BOX, x, 0, x + 20, 20, List.of(), 400, "0123456789abcdef");
  }

  private static Sample sample(String path, LabelledObject... objects) {
    return new Sample(path, IMAGE, "", 1, "", "train", Optional.empty(), List.of(objects));
  }
}
