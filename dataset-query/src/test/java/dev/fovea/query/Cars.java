package dev.fovea.query;

import dev.fovea.dvc.disk.Progress;
import dev.fovea.dvc.history.Holdings;
import dev.fovea.dvc.tree.Adding;
import dev.fovea.dvc.tree.Deriving;
import dev.fovea.dvc.work.Tracked;
import dev.fovea.dvc.work.WorkingCopy;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import javax.imageio.ImageIO;

/** A working copy with a folder of images, {@code data}, and labels of one format or another. */
public final class Cars {
  /** Ids and categories as no writer would number them. */
  static final String COCO =
      """
      {"images": [{"id": 70, "file_name": "images/a.png", "width": 100, "height": 50},
                  {"id": 71, "file_name": "images/b.png", "width": 80, "height": 60},
                  {"id": 72, "file_name": "images/lost.png", "width": 10, "height": 10}],
       "categories": [{"id": 3, "name": "car", "supercategory": "vehicle"}, {"id": 9, "name": "person"}],
       "annotations": [
         {"id": 11, "image_id": 70, "category_id": 3, "bbox": [10, 20, 40, 10], "area": 400, "iscrowd": 0,
          "segmentation": [], "attributes": {"colour": "red", "occluded": true}},
         {"id": 12, "image_id": 70, "category_id": 9, "bbox": [0, 0, 10, 10], "area": 50, "iscrowd": 0,
          "segmentation": [[0, 0, 10, 0, 10, 10]]},
         {"id": 13, "image_id": 71, "category_id": 3, "bbox": [0, 0, 50, 40], "area": 2000, "iscrowd": 1,
          "segmentation": []}]}
      """;

  final Path root;
  final WorkingCopy copy;

  public Cars(Path folder) throws IOException {
    root = Files.createDirectories(folder).toRealPath();
    copy = WorkingCopy.init(root);
  }

  /** Three images, of which one has no labels, and one that is labelled and missing. */
  public static Cars inCoco(Path folder) throws IOException {
    var cars = new Cars(folder);
    cars.write("data/annotations/instances_train.json", COCO);
    cars.image("data/images/a.png", 100, 50);
    cars.image("data/images/b.png", 80, 60);
    cars.image("data/images/c.png", 20, 30);
    cars.add();
    return cars;
  }

  public void write(String path, String text) throws IOException {
    write(path, text.getBytes(StandardCharsets.UTF_8));
  }

  private void write(String path, byte[] bytes) throws IOException {
    var file = root.resolve(path);
    Files.createDirectories(file.getParent());
    Files.write(file, bytes);
  }

  public void image(String path, int width, int height) throws IOException {
    var bytes = new ByteArrayOutputStream();
    ImageIO.write(new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY), "png", bytes);
    write(path, bytes.toByteArray());
  }

  public Tracked add() throws IOException {
    return new Adding(copy, Progress.NONE).add(root.resolve("data")).tracked();
  }

  public LabelledFolder dataset() throws IOException {
    return dataset("data");
  }

  LabelledFolder dataset(String folder) throws IOException {
    var held = new Holdings(copy, Progress.NONE).now(copy.tracked(root.resolve(folder)));
    return LabelledFolder.of(held, Optional.empty(), Optional.empty());
  }

  /** In a process of its own. */
  QueryResult query(String sql, QueryLimits limits) throws IOException {
    return new DatasetQuery(copy, dataset()).rows(SqlText.parse(sql), limits);
  }

  /** In this process. */
  QueryResult ask(String sql) throws IOException {
    return new DatasetQuery(copy, dataset(), new Inside())
        .rows(SqlText.parse(sql), QueryLimits.DEFAULT);
  }

  /** Chosen in this process. */
  Subset.Written subset(String sql, String target) throws IOException {
    return subset(new DatasetQuery(copy, dataset(), new Inside()), sql, target);
  }

  Subset.Written subset(DatasetQuery query, String sql, String target) throws IOException {
    var statement = SqlText.parse(sql);
    try (var draft = new Deriving(copy, Progress.NONE).begin(root.resolve(target))) {
      var paths = query.paths(statement, QueryLimits.DEFAULT);
      return new Subset(dataset()).write(draft, paths, statement);
    }
  }

  /** The files of a folder with their text; images by their length. */
  Map<String, String> files(String folder) throws IOException {
    var files = new TreeMap<String, String>();
    var top = root.resolve(folder);
    try (var all = Files.walk(top)) {
      for (var file : all.filter(Files::isRegularFile).toList()) {
        var path = top.relativize(file).toString();
        files.put(path, path.endsWith(".png") ? "" + Files.size(file) : Files.readString(file));
      }
    }
    return files;
  }

  /** What lies where queries keep their tables. */
  List<String> kept() throws IOException {
    try (var all = Files.list(root.resolve(".dvc/tmp/fovea/query"))) {
      return all.map(each -> each.getFileName().toString()).sorted().toList();
    }
  }
}
