package dev.fovea.labels.convert;

import dev.fovea.labels.Annotation;
import dev.fovea.labels.Coordinates;
import dev.fovea.labels.Extras;
import dev.fovea.labels.Mask;
import dev.fovea.labels.Shape;
import dev.fovea.labels.Shape.Box;
import dev.fovea.labels.Shape.Polygons;
import dev.fovea.labels.Traits;
import dev.fovea.labels.convert.Loss.Outcome;
import dev.fovea.labels.format.Feature;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Set;

/** Makes of an annotation what a format can hold, and says what it takes away. */
final class Fitting {
  private final Set<Feature> held;
  private final Losses losses;

  Fitting(Set<Feature> held, Losses losses) {
    this.held = held;
    this.losses = losses;
  }

  /** The same object in terms of the format: none, one, or one for each of its polygons. */
  List<Annotation> fit(Annotation annotation, String path) {
    if (!isFinite(annotation)) {
      losses.add(Feature.of(annotation.shape()), Outcome.NOT_FINITE, path);
      return List.of();
    }
    var plain = fitTraits(fitBesides(annotation, path), path);
    var feature = Feature.of(plain.shape());
    if (held.contains(feature)) {
      return List.of(plain);
    }
    if (plain.shape() instanceof Polygons polygons
        && feature == Feature.SEVERAL_POLYGONS
        && held.contains(Feature.POLYGON)) {
      losses.add(feature, Outcome.SPLIT, path);
      lacks(Feature.STATED_BOX, plain.box().isPresent(), path);
      return polygons.parts().stream().map(part -> part(plain, part)).toList();
    }
    if (plain.shape() instanceof Box box && held.contains(Feature.POLYGON)) {
      losses.add(feature, Outcome.AS_POLYGON, path);
      return List.of(plain.withShape(new Polygons(box.corners())));
    }
    return asBox(annotation, plain, feature, path);
  }

  private static Annotation part(Annotation whole, Coordinates part) {
    return whole
        .withShape(new Polygons(part))
        .withBox(Optional.empty())
        .withArea(OptionalDouble.empty());
  }

  private List<Annotation> asBox(
      Annotation original, Annotation plain, Feature feature, String path) {
    var bounds = original.bounds().flatMap(Shape::bounds);
    boolean possible = held.contains(Feature.BOX) || held.contains(Feature.POLYGON);
    if (bounds.isEmpty() || !possible) {
      lacks(Feature.STATED_BOX, original.box().isPresent(), path);
      losses.add(feature, Outcome.DROPPED, path);
      return List.of();
    }
    if (original.box().isPresent()) {
      losses.add(Feature.STATED_BOX, Outcome.AS_SHAPE, path);
    }
    losses.add(feature, Outcome.AS_BOX, path);
    var box = bounds.get();
    return List.of(
        plain
            .withShape(held.contains(Feature.BOX) ? box : new Polygons(box.corners()))
            .withBox(Optional.empty()));
  }

  private Annotation fitBesides(Annotation annotation, String path) {
    var fit = annotation;
    if (lacks(Feature.KEYPOINTS, !fit.keypoints().isEmpty(), path)) {
      fit = fit.withKeypoints(List.of());
    }
    boolean shapeStays = held.contains(Feature.of(fit.shape())); // else the stated box may be used
    if (lacks(Feature.STATED_BOX, shapeStays && fit.box().isPresent(), path)) {
      fit = fit.withBox(Optional.empty());
    }
    if (lacks(Feature.STATED_AREA, fit.area().isPresent(), path)) {
      fit = fit.withArea(OptionalDouble.empty());
    }
    if (lacks(Feature.ANNOTATION_ID, fit.id().isPresent(), path)) {
      fit = fit.withId(OptionalLong.empty());
    }
    if (lacks(Feature.ATTRIBUTES, !fit.attributes().isEmpty(), path)) {
      fit = fit.withAttributes(Map.of());
    }
    if (lacks(Feature.EXTRAS, !fit.extras().isEmpty(), path)) {
      fit = fit.withExtras(Extras.NONE);
    }
    return fit;
  }

  private Annotation fitTraits(Annotation annotation, String path) {
    var traits = annotation.traits();
    return annotation.withTraits(
        new Traits(
            traits.crowd() && !lacks(Feature.CROWD, true, path),
            traits.occluded() && !lacks(Feature.OCCLUDED, true, path),
            traits.truncated() && !lacks(Feature.TRUNCATED, true, path),
            traits.difficult() && !lacks(Feature.DIFFICULT, true, path),
            lacks(Feature.GROUP, traits.group() != 0, path) ? 0 : traits.group(),
            lacks(Feature.Z_ORDER, traits.zOrder() != 0, path) ? 0 : traits.zOrder()));
  }

  private boolean lacks(Feature feature, boolean used, String path) {
    boolean lost = used && !held.contains(feature);
    if (lost) {
      losses.add(feature, Outcome.DROPPED, path);
    }
    return lost;
  }

  private static boolean isFinite(Annotation annotation) {
    boolean shape =
        switch (annotation.shape()) {
          case Box box -> isFinite(box);
          case Polygons polygons -> polygons.parts().stream().allMatch(Fitting::isFinite);
          case Shape.Polyline polyline -> isFinite(polyline.line());
          case Shape.Points points -> isFinite(points.points());
          case Shape.WholeImage _, Shape.KeypointsOnly _, Mask _ -> true;
        };
    return shape
        && annotation.box().stream().allMatch(Fitting::isFinite)
        && annotation.keypoints().stream()
            .allMatch(point -> Double.isFinite(point.x()) && Double.isFinite(point.y()));
  }

  private static boolean isFinite(Box box) {
    return Double.isFinite(box.x1())
        && Double.isFinite(box.y1())
        && Double.isFinite(box.x2())
        && Double.isFinite(box.y2())
        && Double.isFinite(box.rotation());
  }

  private static boolean isFinite(Coordinates points) {
    return Arrays.stream(points.toArray()).allMatch(Double::isFinite);
  }
}
