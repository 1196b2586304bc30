package dev.fovea.datasets.annotation;

import dev.fovea.datasets.Annotation.Item;
import dev.fovea.datasets.dvc.DvcObjects;
import dev.fovea.datasets.dvc.DvcObjects.Stored;
import dev.fovea.datasets.dvc.DvcProperties;
import dev.fovea.datasets.quality.labels.LabelsCsv;
import dev.fovea.dvc.DvcFile;
import dev.fovea.dvc.DvcMistake;
import dev.fovea.dvc.directory.DvcDirectory;
import dev.fovea.dvc.directory.DvcDirectory.Entry;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.Name;
import dev.fovea.store.ObjectStore;
import dev.fovea.teamfile.DatasetSpec;
import dev.fovea.teamfile.DatasetSpec.Format;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.springframework.stereotype.Component;

/**
 * Adds labelled frames to a folder as DVC tracks it: images, labels, {@code .dir} object and {@code
 * .dvc} file.
 */
@Component
class FolderGrowth {
  private static final int MAX_BYTES = 64 << 20;
  private static final int NAME_DIGITS = 12;
  private static final String SLICE = "production";

  private final DvcObjects names;
  private final ObjectStore objects;
  private final DvcProperties limits;

  FolderGrowth(DvcObjects names, ObjectStore objects, DvcProperties limits) {
    this.names = names;
    this.objects = objects;
    this.limits = limits;
  }

  /**
   * The folder with these items in its training split; the objects of it are stored.
   *
   * @throws InvalidRequest when labels of this format cannot be added to
   */
  GrownFolder grow(Name project, DatasetSpec spec, DvcFile file, List<Item> items)
      throws IOException, DvcMistake {
    if (spec.format() != Format.CSV && spec.format() != Format.IMAGEFOLDER) {
      throw new InvalidRequest(
          "labelled frames cannot be written in the format %s yet (expected: csv or imagefolder)"
              .formatted(spec.format().name().toLowerCase(Locale.ROOT)),
          "commit the batch to a dataset in one of these formats");
    }
    var directory = directory(project, file);
    var files = directory.byPath();
    var stored = names.find(project, new HashSet<>(files.values()));
    var known = new HashSet<Digest>();
    stored.values().forEach(each -> known.add(each.digest()));
    var rows = new ArrayList<Map<String, String>>();
    for (var item : items) {
      if (known.add(item.image())) {
        rows.add(add(project, spec, item, files, stored));
      }
    }
    if (spec.format() == Format.CSV && !rows.isEmpty()) {
      label(project, rows, files, stored);
    }
    return new GrownFolder(
        write(project, file, files, stored), rows.size(), items.size() - rows.size());
  }

  private DvcDirectory directory(Name project, DvcFile file) throws IOException, DvcMistake {
    var stored = names.find(project, file.directory());
    if (stored.isEmpty()) {
      throw new IllegalStateException(
          "the head of %s has no %s, though it passed the gate"
              .formatted(project, file.directory()));
    }
    try (var bytes = objects.open(stored.get().digest())) {
      return DvcDirectory.read(bytes, limits.maxFiles());
    }
  }

  private Map<String, String> add(
      Name project,
      DatasetSpec spec,
      Item item,
      Map<String, String> files,
      Map<String, Stored> stored)
      throws IOException {
    var bytes = objects.bytes(item.image(), MAX_BYTES);
    var label = item.label().orElseThrow();
    var folder = spec.format() == Format.CSV ? "images/train" : "train/" + label;
    var path =
        "%s/frame-%s.%s"
            .formatted(folder, item.image().hex().substring(0, NAME_DIGITS), suffix(bytes));
    if (files.containsKey(path)) {
      path = "%s/frame-%s.%s".formatted(folder, item.image().hex(), suffix(bytes));
    }
    put(project, path, bytes, files, stored);
    return Map.of("path", path, "label", label, "split", "train", "slice", SLICE);
  }

  private void label(
      Name project,
      List<Map<String, String>> rows,
      Map<String, String> files,
      Map<String, Stored> stored)
      throws IOException {
    var before = stored.get(files.get(LabelsCsv.FILE));
    if (before == null) {
      throw new IllegalStateException(
          "the head of %s has no %s, though it passed the gate".formatted(project, LabelsCsv.FILE));
    }
    var text = new String(objects.bytes(before.digest(), MAX_BYTES), StandardCharsets.UTF_8);
    put(
        project,
        LabelsCsv.FILE,
        LabelsCsv.appending(text, rows).getBytes(StandardCharsets.UTF_8),
        files,
        stored);
  }

  private void put(
      Name project,
      String path,
      byte[] bytes,
      Map<String, String> files,
      Map<String, Stored> stored)
      throws IOException {
    var object = names.put(project, bytes);
    files.put(path, object.name());
    stored.put(object.name(), object.stored());
  }

  private DvcFile write(
      Name project, DvcFile file, Map<String, String> files, Map<String, Stored> stored)
      throws IOException {
    var directory =
        new DvcDirectory(
            files.entrySet().stream()
                .map(each -> new Entry(each.getValue(), each.getKey()))
                .toList());
    names.put(project, directory);
    long bytes = 0;
    for (var md5 : files.values()) {
      var object = stored.get(md5);
      bytes += object == null ? 0 : object.bytes();
    }
    return file.pointingTo(directory.name(), bytes, files.size());
  }

  // Whatever is in a batch has been decoded, and is a PNG or a JPEG.
  private static String suffix(byte[] image) {
    return image.length > 0 && image[0] == (byte) 0x89 ? "png" : "jpg";
  }
}
