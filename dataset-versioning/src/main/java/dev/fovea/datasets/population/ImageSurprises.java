package dev.fovea.datasets.population;

import dev.fovea.vision.ImageTraits;
import dev.fovea.vision.ImageTraits.Channels;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;

/**
 * Images that differ from the others of their dataset in what a person does not see at once: how
 * their pixels are stored, that they are turned when they are shown, or that they are of a size
 * that the others do not have.
 */
public final class ImageSurprises {
  /** With fewer images, nothing is called usual. */
  static final int LEAST_IMAGES = 20;

  /** Channels that so many images have are those of the dataset. */
  static final double MAJORITY = 0.9;

  /** Of the median area and of the median ratio of width to height. */
  static final double AREA_FACTOR = 4;

  static final double ASPECT_FACTOR = 2;

  /**
   * A logarithm farther from the median than so many robust standard deviations is an outlier (B.
   * Iglewicz and D. Hoaglin, How to Detect and Handle Outliers, 1993: a modified z-score above
   * 3.5).
   */
  static final double MOST_DEVIATIONS = 3.5;

  private static final String TURNED =
      "viewers turn the picture and code that reads pixels alone does not, so that boxes and training may be about another one (expected: 1; store it upright)";

  private ImageSurprises() {}

  /**
   * What there is to say of them; one remark where more than five surprise in the same way.
   *
   * @param pictures sorted by path
   */
  public static List<Remark> remarks(List<Picture> pictures) {
    var remarks = new ArrayList<Remark>();
    remarks.addAll(channels(pictures));
    remarks.addAll(turned(pictures));
    remarks.addAll(
        outliers(
            pictures,
            Picture::area,
            AREA_FACTOR,
            middle -> "area (the median is %,.0f pixels)".formatted(middle)));
    remarks.addAll(
        outliers(
            pictures,
            Picture::aspect,
            ASPECT_FACTOR,
            middle ->
                String.format(
                    Locale.ROOT, "ratio of width to height (the median is %.2f)", middle)));
    return List.copyOf(remarks);
  }

  private static List<Remark> channels(List<Picture> pictures) {
    var counts = new EnumMap<Channels, Integer>(Channels.class);
    pictures.forEach(
        picture -> picture.traits().ifPresent(it -> counts.merge(it.channels(), 1, Integer::sum)));
    int all = counts.values().stream().mapToInt(Integer::intValue).sum();
    var usual = counts.entrySet().stream().max(Map.Entry.comparingByValue());
    if (all < LEAST_IMAGES || usual.filter(it -> it.getValue() >= MAJORITY * all).isEmpty()) {
      return List.of();
    }
    var remarks = new ArrayList<Remark>();
    for (var other : counts.keySet()) {
      if (other != usual.get().getKey()) {
        var what =
            "stored as %s (expected: %s, as %,d of %,d images)"
                .formatted(words(other), words(usual.get().getKey()), usual.get().getValue(), all);
        remarks.addAll(
            Remark.about(
                those(pictures, it -> it.channels() == other),
                Picture::path,
                _ -> "is " + what,
                "are " + what));
      }
    }
    return remarks;
  }

  private static List<Remark> turned(List<Picture> pictures) {
    return Remark.about(
        those(pictures, it -> it.orientation() != 1),
        Picture::path,
        picture ->
            "has EXIF orientation %d: %s"
                .formatted(picture.traits().map(ImageTraits::orientation).orElse(1), TURNED),
        "have an EXIF orientation that is not 1: " + TURNED);
  }

  // Logarithms, so that four times as large and a fourth are as far from the middle.
  private static List<Remark> outliers(
      List<Picture> pictures,
      ToDoubleFunction<Picture> measure,
      double factor,
      Function<Double, String> words) {
    if (pictures.size() < LEAST_IMAGES) {
      return List.of();
    }
    var logarithms =
        pictures.stream().mapToDouble(it -> Math.log(measure.applyAsDouble(it))).toArray();
    var median = Median.of(logarithms);
    double most = Math.max(Math.log(factor), MOST_DEVIATIONS * median.deviation());
    var what = words.apply(Math.exp(median.middle()));
    var odd =
        pictures.stream()
            .filter(
                it -> Math.abs(Math.log(measure.applyAsDouble(it)) - median.middle()) > most + 1e-9)
            .toList();
    if (odd.size() > (1 - MAJORITY) * pictures.size()) {
      return List.of(); // a second group of sizes, and no accident
    }
    return Remark.about(
        odd,
        Picture::path,
        picture ->
            "is %d x %d px, far from the others in %s"
                .formatted(picture.width(), picture.height(), what),
        "are far from the others in " + what);
  }

  private static List<Picture> those(List<Picture> pictures, Predicate<ImageTraits> trait) {
    return pictures.stream().filter(picture -> picture.traits().filter(trait).isPresent()).toList();
  }

  /** What channels are called. */
  public static String words(Channels channels) {
    return switch (channels) {
      case GREY -> "grey";
      case GREY_ALPHA -> "grey with alpha";
      case RGB -> "RGB";
      case RGB_ALPHA -> "RGB with alpha";
      case CMYK -> "CMYK";
      case PALETTE -> "palette";
    };
  }
}
