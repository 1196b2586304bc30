package dev.fovea.labels.coco;

import dev.fovea.labels.Classes;
import dev.fovea.labels.LabelClass;
import dev.fovea.labels.Notes;
import dev.fovea.labels.files.Sink;
import dev.fovea.labels.format.Feature;
import dev.fovea.labels.format.LabelFormat;
import dev.fovea.labels.format.LabelMistake;
import dev.fovea.labels.format.LabelSource;
import dev.fovea.labels.format.LabelWriter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/**
 * COCO's object detection, segmentation and keypoint files (cocodataset.org, "Data format"). A
 * {@code bbox} is x, y, width and height with the edges of pixels at whole numbers, as here.
 * Category ids mean nothing but themselves: they are looked up, never counted. What COCO has no
 * place for goes into {@code attributes}, as CVAT and Datumaro do it. {@code info}, {@code
 * licenses} and fields that mean nothing here are handed on as they are: of several files what the
 * first says, and the licences of all.
 *
 * <p>Paths are those in {@code file_name}, read as lying in the dataset's folder.
 *
 * <p>Reading holds 20 bytes for every image of a file, in a large file 8 more and up to 8 for every
 * annotation, and the objects of a window of its images: see {@link
 * dev.fovea.labels.format.LabelLimits#heldBytes}.
 */
public final class Coco implements LabelFormat {
  private static final Set<Feature> HOLDS =
      Collections.unmodifiableSet(
          EnumSet.of(
              Feature.SPLIT,
              Feature.IMAGE_ID,
              Feature.IMAGE_SIZE,
              Feature.BACKGROUND,
              Feature.CLASS_ID,
              Feature.CLASS_PARENT,
              Feature.KEYPOINT_NAMES,
              Feature.SKELETON,
              Feature.BOX,
              Feature.ROTATION,
              Feature.QUADRILATERAL,
              Feature.POLYGON,
              Feature.SEVERAL_POLYGONS,
              Feature.MASK,
              Feature.MASK_OF_OTHER_SIZE,
              Feature.KEYPOINTS,
              Feature.STATED_BOX,
              Feature.STATED_AREA,
              Feature.ANNOTATION_ID,
              Feature.CROWD,
              Feature.OCCLUDED,
              Feature.TRUNCATED,
              Feature.DIFFICULT,
              Feature.ATTRIBUTES,
              Feature.LICENCE,
              Feature.EXTRAS,
              Feature.NOTES));

  @Override
  public String name() {
    return "COCO";
  }

  @Override
  public Set<Feature> holds() {
    return HOLDS;
  }

  /** The categories of all files, by name; without ids where two of them share one. */
  @Override
  public Classes classes(LabelSource source) throws IOException, LabelMistake {
    var byName = new LinkedHashMap<String, LabelClass>();
    var notes = new ArrayList<Notes>();
    for (var file : CocoFile.find(source.silent())) {
      var ofFile = CocoIndex.read(source.silent(), file).classes();
      notes.add(ofFile.notes());
      for (var each : ofFile.list()) {
        byName.merge(each.name(), each, Coco::joined);
      }
    }
    var classes = List.copyOf(byName.values());
    long ids = classes.stream().flatMapToLong(each -> each.id().stream()).distinct().count();
    return new Classes(
        ids == classes.size()
            ? classes
            : classes.stream().map(each -> each.withId(OptionalLong.empty())).toList(),
        CocoNotes.joined(notes, (_, _) -> {}));
  }

  // What the first says of the two that says it.
  private static LabelClass joined(LabelClass a, LabelClass b) {
    var posed = a.keypoints().size() < b.keypoints().size() ? b : a;
    return posed.withExtras(a.extras().isEmpty() ? b.extras() : a.extras());
  }

  @Override
  public void read(LabelSource source, ImageConsumer images) throws IOException, LabelMistake {
    var files = CocoFile.find(source);
    var notes = new ArrayList<Notes>();
    for (var file : files) {
      var index = CocoIndex.read(source, file);
      notes.add(index.classes().notes());
      new CocoReader(source, file, index).read(images);
    }
    CocoNotes.joined(
        notes,
        (field, file) ->
            source
                .findings()
                .notKept(
                    files.get(file).path(),
                    0,
                    "'%s', of which another file says something else,".formatted(field)));
  }

  @Override
  public LabelWriter open(Sink sink, Classes classes) {
    return new CocoWriter(sink, classes);
  }
}
