package dev.fovea.cli.labels;

import dev.fovea.kernel.Folders;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.labels.ImageSize;
import dev.fovea.labels.convert.KnownFormat;
import dev.fovea.labels.files.DiskFolder;
import dev.fovea.labels.format.LabelFormat;
import dev.fovea.labels.format.LabelMistake;
import dev.fovea.labels.format.LabelSource;
import dev.fovea.labels.yolo.Yolo;
import dev.fovea.vision.ImageDecoder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A dataset's folder with labels of one format, and new folders beside it. */
final class LabelsOnDisk {
  private final DiskFolder images;
  private final LabelSource source;

  /**
   * @throws InvalidRequest when it is no folder
   */
  LabelsOnDisk(Path folder) {
    if (!Files.isDirectory(folder)) {
      throw new InvalidRequest("%s is no folder".formatted(folder), "name the dataset's folder");
    }
    images = new DiskFolder(folder);
    source = LabelSource.of(images).with(path -> size(folder.resolve(path)));
  }

  LabelSource source() {
    return source;
  }

  /**
   * How it is read.
   *
   * @param task what YOLO's rows are; absent where data.yaml says it
   */
  LabelFormat reader(KnownFormat format, Optional<Yolo.Task> task)
      throws IOException, LabelMistake {
    return format.reader(source, task);
  }

  /** How it is written. */
  LabelFormat writer(KnownFormat format, Yolo.Task rows) {
    return format.writer(images, rows);
  }

  /** As trainers see it: upright. */
  private static Optional<ImageSize> size(Path image) throws IOException {
    if (!Files.isRegularFile(image)) {
      return Optional.empty();
    }
    return ImageDecoder.withDefaultLimits()
        .header(Files.readAllBytes(image))
        .map(header -> new ImageSize(header.uprightWidth(), header.uprightHeight()));
  }

  /** Writes a folder. */
  @FunctionalInterface
  interface Writing<T> {
    T into(DiskFolder fresh) throws IOException, LabelMistake;
  }

  /**
   * Makes a folder that is there whole or not at all.
   *
   * @param remedy where a label file is not of its format
   * @throws InvalidRequest when it is there already, or a label file is not of its format
   */
  static <T> T write(Path target, String remedy, Writing<T> writing) throws IOException {
    var place = target.toAbsolutePath();
    if (Files.exists(place)) {
      throw new InvalidRequest("%s is there already".formatted(place), "name another folder");
    }
    var fresh = Files.createTempDirectory(place.getParent(), ".labels");
    try {
      var result = writing.into(new DiskFolder(fresh));
      Files.move(fresh, place);
      return result;
    } catch (LabelMistake e) {
      throw new InvalidRequest(String.valueOf(e.getMessage()), remedy);
    } finally {
      Folders.remove(fresh);
    }
  }
}
