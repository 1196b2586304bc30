package dev.fovea.pipelines.evaluate;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import dev.fovea.datasets.Sample;
import dev.fovea.kernel.Digest;
import dev.fovea.teamfile.DetectorSpec;
import dev.fovea.vision.metrics.detection.AreaRange;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A detector on the test split of a dataset version, measured as COCO does. What it holds is
 * bounded: of each image the surest detections, as many as the team file lets stay.
 *
 * @param preprocess the digest of the spec by which images became inputs
 * @param detector how outputs became detections
 * @param classes the dataset's
 * @param map the mean average precision over the overlaps 0.50, 0.55 … 0.95, 0 to 1; -1 where no
 *     image has an object
 * @param map50 the same at overlap 0.50
 * @param precisions the average precision of each class that the split has
 * @param slices the mean average precision of each slice that has objects
 * @param images one each, by path
 * @param intervals of the precisions, see {@link ClassInterval}; none, and left out of the JSON, in
 *     evaluations of before they were kept
 */
public record DetectedEvaluation(
    Digest variant,
    Digest dataset,
    Digest preprocess,
    DetectorSpec detector,
    List<String> classes,
    double map,
    double map50,
    Map<String, Double> precisions,
    Map<String, Double> slices,
    List<Found> images,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) @JsonSetter(nulls = Nulls.AS_EMPTY)
        Map<String, ClassInterval> intervals)
    implements Evaluation {
  public DetectedEvaluation {
    classes = List.copyOf(classes);
    precisions = new TreeMap<>(precisions);
    slices = new TreeMap<>(slices);
    images = List.copyOf(images);
    intervals = new TreeMap<>(intervals);
  }

  /** Holds what was seen against what is there. */
  static DetectedEvaluation of(Shard whole, Digest variant, Digest dataset, List<Seen> seen) {
    var images = found(whole.samples(), whole.classes(), seen);
    return of(
        variant,
        dataset,
        whole.preprocess().digest(),
        whole.detector().orElseThrow(),
        whole.classes(),
        images);
  }

  /** What was seen beside what is there, image by image. */
  public static List<Found> found(List<Sample> samples, List<String> classes, List<Seen> seen) {
    var places = new HashMap<String, Integer>();
    classes.forEach(name -> places.put(name, places.size()));
    var images = new ArrayList<Found>();
    for (int i = 0; i < seen.size(); i++) {
      images.add(Found.of(samples.get(i), places, seen.get(i)));
    }
    return images;
  }

  /** Measures what was found. */
  public static DetectedEvaluation of(
      Digest variant,
      Digest dataset,
      Digest preprocess,
      DetectorSpec detector,
      List<String> classes,
      List<Found> images) {
    var precisions = new TreeMap<String, Double>();
    var intervals = Map.<String, ClassInterval>of();
    double map = -1;
    double map50 = -1;
    if (images.stream().anyMatch(DetectedEvaluation::holdsObjects)) {
      var coco = Coco.of(images);
      var summary = coco.summary();
      map = summary.ap();
      map50 = summary.ap50();
      for (long category : coco.categories()) {
        precisions.put(
            classes.get(Math.toIntExact(category)),
            coco.averagePrecision(category, AreaRange.ALL).orElseThrow());
      }
      intervals = ClassInterval.of(coco, images, classes);
    }
    return new DetectedEvaluation(
        variant,
        dataset,
        preprocess,
        detector,
        classes,
        map,
        map50,
        precisions,
        slices(images),
        images,
        intervals);
  }

  private static Map<String, Double> slices(List<Found> images) {
    var bySlice =
        images.stream()
            .filter(image -> image.slice().isPresent())
            .collect(Collectors.groupingBy(image -> image.slice().orElse("")));
    var slices = new TreeMap<String, Double>();
    bySlice.forEach((slice, those) -> {
      if (those.stream().anyMatch(DetectedEvaluation::holdsObjects)) {
        slices.put(slice, Coco.of(those).summary().ap());
      }
    });
    return slices;
  }

  private static boolean holdsObjects(Found image) {
    return !image.objects().isEmpty();
  }

  /** How many outputs were no detection because a number of them was none. */
  public long unusable() {
    return images.stream().mapToLong(Found::unusable).sum();
  }

  /** How often the model ran for an image; absent where the images were not in tiles. */
  public Optional<Passes> passes() {
    return Passes.of(images);
  }

  @Override
  public int size() {
    return images.size();
  }

  @Override
  public String words() {
    var precision =
        String.format(Locale.ROOT, "mAP %.2f %%, %.2f %% at overlap 0.50", map * 100, map50 * 100);
    return unusable() == 0
        ? precision
        : precision
            + " (%,d outputs that are no numbers or enclose nothing count as no detection)"
                .formatted(unusable());
  }
}
