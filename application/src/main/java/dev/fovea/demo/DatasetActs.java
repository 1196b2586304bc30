package dev.fovea.demo;

import dev.fovea.datasets.DatasetVersion;
import dev.fovea.datasets.Datasets;
import dev.fovea.datasets.Projects;
import dev.fovea.datasets.Push;
import dev.fovea.demo.digits.DigitsData;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A dataset is pushed, refused, mended, pushed again. */
final class DatasetActs {
  /** The dataset folder's name. */
  static final String DATA = "digits";

  private static final Duration LIMIT = Duration.ofMinutes(2);
  private final DigitsData digits;

  DatasetActs(DigitsData digits) {
    this.digits = digits;
  }

  /** The first push: two images do not decode, one is in train and in test. */
  void refusedPush(Stage stage, Story story) throws Exception {
    stage.engineer().as(Projects.class).create(stage.project());
    var datasets = stage.engineer().as(Datasets.class);
    var refused =
        datasets.pushes(stage.project()).stream().filter(push -> !push.accepted()).findFirst();
    if (refused.isEmpty() && datasets.versions(stage.project(), Stage.DATASET).isEmpty()) {
      var copy = new WorkingCopy(stage);
      var folder = checkOut(copy, digits);
      digits.spoil(folder);
      new DvcPush(stage).push(copy.data(), DATA);
      if (copy.commitAndPush("Add 3,300 handwritten digits", 0).accepted()) {
        throw new IllegalStateException("a push with broken images was accepted");
      }
      refused =
          datasets.pushes(stage.project()).stream().filter(push -> !push.accepted()).findFirst();
    }
    refused.ifPresent(push -> {
      stage
          .narrator()
          .refused(
              "git push → refused",
              push.findings().size() + " findings, said in the pusher's terminal");
      push.findings().stream()
          .filter(Push.Finding::refuses)
          .limit(3)
          .forEach(f -> stage.narrator().detail(f.file() + ": " + f.text()));
    });
  }

  /** The mended folder is accepted and becomes a version. */
  void acceptedPush(Stage stage, Story story) throws Exception {
    var datasets = stage.engineer().as(Datasets.class);
    if (datasets.versions(stage.project(), Stage.DATASET).isEmpty()) {
      var copy = new WorkingCopy(stage);
      checkOut(copy, digits);
      new DvcPush(stage).push(copy.data(), DATA);
      var pushed = copy.commitAndPush("Mend two images, keep one digit out of the test split", 5);
      if (!pushed.accepted()) {
        throw new IllegalStateException("the mended push was refused: " + pushed.terminal());
      }
    }
    var first = firstVersion(stage, datasets);
    stage
        .narrator()
        .done(
            "git push",
            "%s@%d · %,d images, every one decoded · commit %s"
                .formatted(
                    first.dataset(), first.number(), first.images(), first.commit().abbreviated()));
  }

  private static DatasetVersion firstVersion(Stage stage, Datasets datasets)
      throws InterruptedException {
    return Patience.until(
            "the dataset version of the push",
            LIMIT,
            () -> datasets.versions(stage.project(), Stage.DATASET),
            versions -> !versions.isEmpty())
        .getLast();
  }

  /** The example as an engineer has it on disk; whatever was changed in it before is put right. */
  static Path checkOut(WorkingCopy copy, DigitsData digits) {
    var folder = copy.data().resolve(DATA);
    try {
      Files.createDirectories(folder);
      for (var file : List.of("fovea.yaml", "train.py", "archive.py")) {
        try (var in = DatasetActs.class.getResourceAsStream(DigitsData.RESOURCES + file)) {
          if (in != null) {
            Files.write(copy.folder().resolve(file), in.readAllBytes());
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    digits.writeDataset(folder);
    return folder;
  }
}
