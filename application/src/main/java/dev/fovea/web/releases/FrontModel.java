package dev.fovea.web.releases;

import dev.fovea.kernel.ByteSize;
import dev.fovea.pipelines.PrecisionFront;
import dev.fovea.pipelines.PrecisionFront.Bounded;
import dev.fovea.pipelines.PrecisionFront.Point;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A model of a search over precision.
 *
 * @param place what it is among the others
 * @param fall of the measure in percentage points, with its interval
 * @param p50 in milliseconds, with its interval
 * @param packed bytes after compression, where they count
 */
record FrontModel(
    String name,
    String how,
    Place place,
    boolean sure,
    Bounded fall,
    Bounded p50,
    long bytes,
    Optional<Long> packed) {
  /** What a model is among the others. */
  enum Place {
    BASE,
    CHOSEN,
    FRONT
  }

  /** The float model, then the front, the fastest first. */
  static List<FrontModel> of(PrecisionFront front) {
    return Stream.concat(
            Stream.of(of(front.base(), Place.BASE)),
            front.points().stream()
                .filter(point -> !point.name().equals(front.base().name()))
                .map(point ->
                    of(point, point.name().equals(front.chosen()) ? Place.CHOSEN : Place.FRONT)))
        .toList();
  }

  private static FrontModel of(Point point, Place place) {
    var drop = point.drop();
    return new FrontModel(
        point.name(),
        point.how(),
        place,
        point.sure(),
        new Bounded(100 * drop.value(), 100 * drop.low(), 100 * drop.high()),
        point.p50(),
        point.bytes(),
        point.packed());
  }

  /** The fall, as a page writes it. */
  public String fell() {
    return String.format(Locale.ROOT, "%.2f pp", fall.value()).replace('-', '−');
  }

  /** The interval of the fall. */
  public String fallRange() {
    return String.format(Locale.ROOT, "%.2f to %.2f pp", fall.low(), fall.high()).replace('-', '−');
  }

  /** The median time. */
  public String took() {
    return String.format(Locale.ROOT, "%.3f ms", p50.value());
  }

  /** The interval of the median time. */
  public String tookRange() {
    return String.format(Locale.ROOT, "%.3f–%.3f ms", p50.low(), p50.high());
  }

  /** The file's size. */
  public String size() {
    return new ByteSize(bytes).toString();
  }

  /** The file's size after compression; empty where it does not count. */
  public String packedSize() {
    return packed.map(each -> "%s compressed".formatted(new ByteSize(each))).orElse("");
  }

  /** All of it in a line. */
  public String words() {
    return "%s: %s (%s), %s (%s), %s%s"
        .formatted(
            name,
            fell(),
            fallRange(),
            took(),
            tookRange(),
            size(),
            packed.isEmpty() ? "" : ", " + packedSize());
  }
}
