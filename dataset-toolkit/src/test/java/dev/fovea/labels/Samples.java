package dev.fovea.labels;

import dev.fovea.labels.Keypoint.Visibility;
import dev.fovea.labels.LabelClass.Joint;
import dev.fovea.labels.Shape.Box;
import dev.fovea.labels.Shape.KeypointsOnly;
import dev.fovea.labels.Shape.Points;
import dev.fovea.labels.Shape.Polygons;
import dev.fovea.labels.Shape.Polyline;
import dev.fovea.labels.Shape.WholeImage;
import dev.fovea.labels.format.Feature;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;

/** Datasets that use one feature, or any of many. */
final class Samples {
  static final String CAT = "cat";
  static final String DOG = "Dögge 犬 & <co>";
  private static final ImageSize SIZE = new ImageSize(640, 480);
  private static final List<String> NAMES = List.of("nose", "left eye", "right eye");
  private static final List<Keypoint> KEYPOINTS =
      List.of(
          new Keypoint(11.5, 12.25, Visibility.VISIBLE),
          Keypoint.ABSENT,
          new Keypoint(13, 14, Visibility.HIDDEN));

  private static final Licence LICENCE =
      new Licence(3, new Extras(Map.of("name", "\"CC BY\"", "url", "\"http://x/é\"")));
  private static final Licence OTHER_LICENCE = new Licence(0, Extras.NONE);
  private static final Licence UNLISTED = new Licence(12, Extras.NONE);
  private static final Extras EXTRAS =
      new Extras(
          Map.of(
              "flickr_url", "\"http://x/1\"",
              "date_captured", "\"2013-11-14 17:02:52\"",
              "gps", "{\"at\":[1.0,-2e-7,{\"deep\":null}],\"sure\":true}"));

  private Samples() {}

  /** A dataset that uses the feature, and of others only what a format with these can hold. */
  static Dataset of(Feature feature, Set<Feature> held) {
    var plain = plain(held);
    var classes = Classes.named(List.of(CAT, DOG));
    var posed =
        new Classes(
            List.of(LabelClass.named(CAT).withKeypoints(NAMES, List.of()), LabelClass.named(DOG)));
    return switch (feature) {
      case SPLIT ->
          Dataset.of(
              classes,
              image("images/a.jpg", "train", plain),
              image("images/b.jpg", "val", plain),
              image("images/c.jpg", "test", plain),
              image("images/d.jpg", "odd one", plain));
      case SLICE ->
          Dataset.of(
              classes,
              new LabelledImage(
                  "a.jpg",
                  "",
                  Optional.of("night"),
                  OptionalLong.empty(),
                  Optional.of(SIZE),
                  List.of(plain)));
      case IMAGE_ID -> Dataset.of(classes, image("a.jpg", "train", plain).withId(391895));
      case IMAGE_SIZE -> Dataset.of(classes, image("a.jpg", "train", plain));
      case BACKGROUND -> Dataset.of(classes, image("images/a.jpg", "train"));
      case CLASS_ID ->
          Dataset.of(
              new Classes(
                  List.of(LabelClass.named(CAT).withId(90), LabelClass.named(DOG).withId(18))),
              plain);
      case CLASS_PARENT ->
          Dataset.of(
              new Classes(
                  List.of(
                      new LabelClass(CAT, OptionalLong.empty(), "animal", List.of(), List.of()))),
              plain);
      case KEYPOINT_NAMES -> Dataset.of(posed, plain);
      case SKELETON ->
          Dataset.of(
              new Classes(
                  List.of(
                      LabelClass.named(CAT)
                          .withKeypoints(NAMES, List.of(new Joint(0, 1), new Joint(0, 2))))),
              plain);
      case WHOLE_IMAGE -> Dataset.of(classes, Annotation.of(DOG, new WholeImage()));
      case SEVERAL_CLASSES ->
          Dataset.of(
              classes, Annotation.of(DOG, new WholeImage()), Annotation.of(CAT, new WholeImage()));
      case BOX ->
          Dataset.of(
              classes,
              Annotation.of(CAT, Box.ofSize(0.1, 0.2, 0.2, 0.1)),
              Annotation.of(DOG, new Box(0, 0, 640, 480)),
              Annotation.of(CAT, new Box(0, 0, 1, 1)));
      case ROTATION -> Dataset.of(classes, Annotation.of(CAT, new Box(100, 90, 140, 110, 350.5)));
      case QUADRILATERAL ->
          Dataset.of(classes, Annotation.of(CAT, polygon(1, 2, 30, 3.5, 28, 40, 2, 39)));
      case POLYGON ->
          Dataset.of(
              classes,
              Annotation.of(CAT, polygon(1.1, 2.2, 30.3, 3.5, 28, 40)),
              Annotation.of(DOG, polygon(0, 0, 640, 0, 640, 480, 320, 1.0 / 3, 0, 480)));
      case SEVERAL_POLYGONS -> Dataset.of(classes, Annotation.of(CAT, twoPolygons()));
      case POLYLINE ->
          Dataset.of(classes, Annotation.of(CAT, new Polyline(Coordinates.of(1, 2, 3, 4.5, 5, 2))));
      case POINTS ->
          Dataset.of(classes, Annotation.of(DOG, new Points(Coordinates.of(1, 2, 3, 4.5))));
      case MASK -> Dataset.of(classes, Annotation.of(CAT, mask(new Random(1), SIZE)));
      case MASK_OF_OTHER_SIZE ->
          Dataset.of(classes, Annotation.of(CAT, mask(new Random(1), new ImageSize(7, 9))));
      case KEYPOINTS ->
          Dataset.of(
              posed,
              Annotation.of(CAT, new Box(10, 10, 20, 20)).withKeypoints(KEYPOINTS),
              Annotation.of(CAT, new Box(30, 30, 40, 40)),
              Annotation.of(DOG, new Box(50, 30, 60, 40)));
      case KEYPOINTS_ONLY ->
          Dataset.of(posed, Annotation.of(CAT, new KeypointsOnly()).withKeypoints(KEYPOINTS));
      case STATED_BOX ->
          Dataset.of(
              classes,
              Annotation.of(CAT, polygon(10, 10, 20, 10, 20, 20))
                  .withBox(Optional.of(new Box(9, 9, 21, 21))));
      case STATED_AREA ->
          Dataset.of(
              classes,
              Annotation.of(CAT, polygon(10, 10, 20, 10, 20, 20))
                  .withArea(OptionalDouble.of(48.5)));
      case ANNOTATION_ID -> Dataset.of(classes, plain.withId(OptionalLong.of(77)));
      case CROWD -> Dataset.of(classes, plain.withTraits(Traits.NONE.withCrowd(true)));
      case OCCLUDED -> Dataset.of(classes, plain.withTraits(Traits.NONE.withOccluded(true)));
      case TRUNCATED -> Dataset.of(classes, plain.withTraits(Traits.NONE.withTruncated(true)));
      case DIFFICULT -> Dataset.of(classes, plain.withTraits(Traits.NONE.withDifficult(true)));
      case GROUP ->
          Dataset.of(
              classes,
              plain.withTraits(Traits.NONE.withGroup(5)),
              Annotation.of(DOG, plain.shape()).withTraits(Traits.NONE.withGroup(5)));
      case Z_ORDER -> Dataset.of(classes, plain.withTraits(Traits.NONE.withZOrder(3)));
      case ATTRIBUTES ->
          Dataset.of(
              classes,
              plain.withAttributes(
                  Map.of(
                      "colour", "dark \"red\" <é>\n猫", "sure", false, "wheels", 4L, "score", 0.1)));
      case LICENCE ->
          new Dataset(
              new Classes(classes.list(), new Notes(List.of(LICENCE, OTHER_LICENCE), Extras.NONE)),
              List.of(
                  image("a.jpg", "train", plain).with(Optional.of(OTHER_LICENCE), Extras.NONE),
                  image("b.jpg", "train", plain).with(Optional.of(UNLISTED), Extras.NONE)));
      case EXTRAS ->
          new Dataset(
              new Classes(
                  List.of(
                      LabelClass.named(CAT).withExtras(new Extras(Map.of("color", "\"#f00\""))),
                      LabelClass.named(DOG))),
              List.of(
                  image("a.jpg", "train", plain.withExtras(new Extras(Map.of("score", "1.50"))))
                      .with(Optional.empty(), EXTRAS)));
      case NOTES ->
          new Dataset(
              new Classes(
                  classes.list(),
                  new Notes(
                      List.of(), new Extras(Map.of("info", "{\"year\":2017}", "type", "null")))),
              List.of(image("a.jpg", "train", plain)));
    };
  }

  private static Annotation plain(Set<Feature> held) {
    if (held.contains(Feature.BOX)) {
      return Annotation.of(CAT, new Box(10, 20, 30, 40));
    }
    return Annotation.of(
        CAT, held.contains(Feature.POLYGON) ? polygon(1, 2, 30, 3.5, 28, 40) : new WholeImage());
  }

  private static LabelledImage image(String path, String split, Annotation... annotations) {
    return new LabelledImage(path, split, SIZE, List.of(annotations));
  }

  private static Polygons polygon(double... points) {
    return new Polygons(Coordinates.of(points));
  }

  private static Polygons twoPolygons() {
    return new Polygons(
        List.of(Coordinates.of(1, 2, 30, 3.5, 28, 40), Coordinates.of(50, 50, 60, 50, 60, 60.5)));
  }

  /** Noise in a window of at most 40 x 40 pixels. */
  static Mask mask(Random random, ImageSize size) {
    int width = Math.min(size.width(), 1 + random.nextInt(40));
    int height = Math.min(size.height(), 1 + random.nextInt(40));
    int left = random.nextInt(size.width() - width + 1);
    int top = random.nextInt(size.height() - height + 1);
    var inside = new BitSet();
    double share = random.nextDouble();
    for (int x = left; x < left + width; x++) {
      for (int y = top; y < top + height; y++) {
        inside.set(x * size.height() + y, random.nextDouble() < share);
      }
    }
    return Mask.ofColumns(size, inside);
  }

  /** Images with any of the features; the same for the same seed. */
  static Dataset random(long seed, Set<Feature> features) {
    var random = new Random(seed);
    var names = features.contains(Feature.KEYPOINTS) ? NAMES : List.<String>of();
    var classes =
        new Classes(
            List.of(
                LabelClass.named(CAT).withKeypoints(names, List.of()),
                LabelClass.named(DOG).withKeypoints(names, List.of()),
                LabelClass.named("x")));
    var splits = features.contains(Feature.SPLIT) ? List.of("train", "val") : List.of("");
    var shapes = EnumSet.range(Feature.WHOLE_IMAGE, Feature.KEYPOINTS_ONLY);
    shapes.retainAll(features);
    shapes.remove(Feature.MASK_OF_OTHER_SIZE);
    var images = new ArrayList<LabelledImage>();
    for (int i = 0; i < 6; i++) {
      var size = new ImageSize(1 + random.nextInt(2000), 1 + random.nextInt(2000));
      var annotations = new ArrayList<Annotation>();
      int most = shapes.equals(EnumSet.of(Feature.WHOLE_IMAGE)) ? 2 : 5;
      int count = random.nextInt(features.contains(Feature.BACKGROUND) ? 0 : 1, most);
      for (int k = 0; k < count; k++) {
        annotations.add(annotation(random, List.copyOf(shapes), features, size));
      }
      if (annotations.stream().filter(each -> each.traits().group() != 0).count() == 1) {
        annotations.replaceAll(each -> each.withTraits(each.traits().withGroup(0)));
      }
      var path = "images/%s/%d/é 猫.jpg".formatted(i % 2 == 0 ? "train" : "val", i);
      var image =
          new LabelledImage(path, splits.get(i % splits.size()), size, List.copyOf(annotations));
      var said =
          image.with(
              features.contains(Feature.LICENCE) && random.nextBoolean()
                  ? Optional.of(LICENCE)
                  : Optional.empty(),
              features.contains(Feature.EXTRAS) && random.nextBoolean() ? EXTRAS : Extras.NONE);
      images.add(features.contains(Feature.IMAGE_ID) ? said.withId(900 - 7L * i) : said);
    }
    var notes =
        new Notes(
            features.contains(Feature.LICENCE) ? List.of(LICENCE) : List.of(),
            features.contains(Feature.NOTES) ? EXTRAS : Extras.NONE);
    return new Dataset(new Classes(classes.list(), notes), images);
  }

  private static Annotation annotation(
      Random random, List<Feature> shapes, Set<Feature> features, ImageSize size) {
    var feature = shapes.get(random.nextInt(shapes.size()));
    var label = random.nextBoolean() ? CAT : DOG;
    var shape = shape(random, feature, size);
    var annotation = Annotation.of(label, shape);
    if (feature == Feature.KEYPOINTS || feature == Feature.KEYPOINTS_ONLY) {
      annotation =
          annotation.withKeypoints(
              List.of(
                  new Keypoint(decimal(random, size.width()), 1.5, Visibility.VISIBLE),
                  Keypoint.ABSENT,
                  new Keypoint(1, decimal(random, size.height()), Visibility.HIDDEN)));
    }
    if (shape instanceof WholeImage) {
      return annotation;
    }
    return annotation
        .withTraits(
            new Traits(
                features.contains(Feature.CROWD) && random.nextBoolean(),
                features.contains(Feature.OCCLUDED) && random.nextBoolean(),
                features.contains(Feature.TRUNCATED) && random.nextBoolean(),
                features.contains(Feature.DIFFICULT) && random.nextBoolean(),
                features.contains(Feature.GROUP) && shape instanceof Polyline ? 12 : 0,
                features.contains(Feature.Z_ORDER) ? random.nextInt(3) : 0))
        .withAttributes(
            features.contains(Feature.ATTRIBUTES) && random.nextBoolean()
                ? new TreeMap<>(Map.of("n", random.nextLong(100), "d", random.nextDouble()))
                : Map.of())
        .withExtras(
            features.contains(Feature.EXTRAS) && random.nextBoolean() ? EXTRAS : Extras.NONE);
  }

  private static Shape shape(Random random, Feature feature, ImageSize size) {
    return switch (feature) {
      case WHOLE_IMAGE, SEVERAL_CLASSES -> new WholeImage();
      case KEYPOINTS_ONLY -> new KeypointsOnly();
      case ROTATION -> {
        double x = size.width() * 0.5;
        double y = size.height() * 0.5;
        double w = 1 + decimal(random, size.width() * 0.2);
        double h = 1 + decimal(random, size.height() * 0.2);
        yield new Box(x, y, x + w, y + h, 10 + random.nextInt(340));
      }
      case QUADRILATERAL -> new Polygons(points(random, 4, size));
      case POLYGON -> new Polygons(points(random, 5 + random.nextInt(9), size));
      case SEVERAL_POLYGONS ->
          new Polygons(List.of(points(random, 3, size), points(random, 4, size)));
      case POLYLINE -> new Polyline(points(random, 2, size));
      case POINTS -> new Points(points(random, 2, size));
      case MASK -> mask(random, size);
      default -> {
        double x = decimal(random, size.width());
        double y = decimal(random, size.height());
        yield Box.ofSize(
            x, y, decimal(random, size.width() - x), decimal(random, size.height() - y));
      }
    };
  }

  // Three digits behind the point, as in most files.
  private static double decimal(Random random, double most) {
    return Math.floor(random.nextDouble() * most * 1000) / 1000;
  }

  private static Coordinates points(Random random, int count, ImageSize size) {
    var values = new double[2 * count];
    for (int i = 0; i < values.length; i++) {
      values[i] = random.nextDouble() * (i % 2 == 0 ? size.width() : size.height());
    }
    return Coordinates.of(values);
  }
}
