package dev.fovea.datasets.population;

import dev.fovea.datasets.QualityReport.Images;
import dev.fovea.datasets.QualityReport.Kind;
import dev.fovea.datasets.QualityReport.Size;
import dev.fovea.datasets.QualityReport.SizeCount;
import dev.fovea.vision.ImageTraits;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToIntFunction;

/** Counts what the images of a version are like. */
public final class ImageFigures {
  private static final int MOST_SIZES = 10;

  private ImageFigures() {}

  public static Images of(List<Picture> pictures) {
    var sizes = new HashMap<Size, Integer>();
    var kinds = new HashMap<String, Map<Integer, Integer>>();
    for (var picture : pictures) {
      sizes.merge(new Size(picture.width(), picture.height()), 1, Integer::sum);
      picture
          .traits()
          .ifPresent(it ->
              kinds
                  .computeIfAbsent(ImageSurprises.words(it.channels()), _ -> new HashMap<>())
                  .merge(it.bits(), 1, Integer::sum));
    }
    var commonest =
        sizes.entrySet().stream()
            .map(entry -> new SizeCount(entry.getKey(), entry.getValue()))
            .sorted(
                Comparator.comparingInt((SizeCount count) -> -count.images())
                    .thenComparingInt(count -> count.size().width())
                    .thenComparingInt(count -> count.size().height()))
            .limit(MOST_SIZES)
            .toList();
    return new Images(
        pictures.isEmpty()
            ? Optional.empty()
            : Optional.of(
                new Size(middle(pictures, Picture::width), middle(pictures, Picture::height))),
        commonest,
        pictures.size() - commonest.stream().mapToInt(SizeCount::images).sum(),
        kinds(kinds),
        (int) pictures.stream().filter(ImageFigures::isTurned).count());
  }

  private static List<Kind> kinds(Map<String, Map<Integer, Integer>> counts) {
    return counts.entrySet().stream()
        .flatMap(channels ->
            channels.getValue().entrySet().stream()
                .map(bits -> new Kind(channels.getKey(), bits.getKey(), bits.getValue())))
        .sorted(
            Comparator.comparingInt((Kind kind) -> -kind.images())
                .thenComparing(Kind::channels)
                .thenComparingInt(Kind::bits))
        .toList();
  }

  private static boolean isTurned(Picture picture) {
    return picture.traits().map(ImageTraits::orientation).orElse(1) != 1;
  }

  private static int middle(List<Picture> pictures, ToIntFunction<Picture> side) {
    var sides = pictures.stream().mapToInt(side).sorted().toArray();
    return sides[sides.length / 2];
  }
}
