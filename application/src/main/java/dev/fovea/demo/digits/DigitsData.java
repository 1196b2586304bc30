package dev.fovea.demo.digits;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * The example's 6,000 real handwritten digits and what is made of them, each digit for one purpose
 * alone: 2,500 for training and 800 for the test split of the dataset, 1,900 that production sees,
 * and 800 held out to measure what production's labels were worth. Source and licence are in {@code
 * examples/digits/README.md}.
 */
public final class DigitsData {
  /** Where the resources lie on the class path. */
  public static final String RESOURCES = "/examples/digits/";

  /** How many digits production sees before they come round again, turned another way. */
  public static final int STREAM_DIGITS = 1_900;

  /** How many held-out digits there are. */
  public static final int HELD_OUT_DIGITS = 800;

  private static final String IMAGES = "images-idx3-ubyte.gz";
  private static final String LABELS = "labels-idx1-ubyte.gz";

  private static final int TRAIN_DIGITS = 2_500;
  private static final int TEST_DIGITS = 800;
  private static final int NIGHT_EVERY_TRAIN = 50;
  private static final int NIGHT_EVERY_TEST = 4;
  private static final long DATASET_SEED = 20_261_122L;
  private static final long HELD_OUT_SEED = 20_261_123L;

  private final byte[] images;
  private final byte[] labels;

  private DigitsData(byte[] images, byte[] labels) {
    this.images = images;
    this.labels = labels;
  }

  /** The digits that are in the jar. */
  public static DigitsData bundled() {
    try {
      return read(resource(IMAGES), resource(LABELS));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The digits in a copy of {@code examples/digits}. */
  public static DigitsData in(Path folder) {
    try {
      return read(
          Files.newInputStream(folder.resolve(IMAGES)),
          Files.newInputStream(folder.resolve(LABELS)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Writes {@code labels.csv} (header {@code path,label,split,slice}) and {@code
   * images/train/000000.png …}, {@code images/test/000000.png …}; the same bytes on every machine.
   * One training image in 50 and one test image in 4 is of the slice {@code night}. Files that are
   * there already are overwritten.
   *
   * @param folder is created where it is missing
   */
  public void writeDataset(Path folder) {
    var csv = new StringBuilder("path,label,split,slice\n");
    try {
      writeSplit(folder, "train", 0, TRAIN_DIGITS, NIGHT_EVERY_TRAIN, csv);
      writeSplit(folder, "test", TRAIN_DIGITS, TEST_DIGITS, NIGHT_EVERY_TEST, csv);
      Files.writeString(folder.resolve("labels.csv"), csv, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Damages a written dataset as copying goes wrong in practice: one image is cut short, one is
   * empty, and one test image has the bytes of a training image of the same label. {@link
   * #writeDataset} repairs it.
   *
   * @return the paths of the damaged files relative to the folder: cut, empty, doubled
   */
  public List<String> spoil(Path folder) {
    var cut = "images/train/000017.png";
    var empty = "images/test/000204.png";
    var doubled = "images/test/000041.png";
    int label = labels[TRAIN_DIGITS + 41];
    int twin = 100;
    while (labels[twin] != label) {
      twin++;
    }
    try {
      var whole = Files.readAllBytes(folder.resolve(cut));
      Files.write(folder.resolve(cut), Arrays.copyOf(whole, whole.length * 2 / 3));
      Files.write(folder.resolve(empty), new byte[0]);
      Files.write(folder.resolve(doubled), Files.readAllBytes(folder.resolve(path("train", twin))));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return List.of(cut, empty, doubled);
  }

  /**
   * What the camera of a new packing line sees: mounted askew (12° to 35° to the right), infrared
   * half of the time, slightly out of focus. None of its digits is in the dataset or held out.
   *
   * @param seed of everything but the digits themselves
   * @param count at most 1,900 are distinct digits; after that they come round again, seen anew
   */
  public List<LabelledImage> productionStream(long seed, int count) {
    var stream = new ArrayList<LabelledImage>(count);
    for (int i = 0; i < count; i++) {
      int digit = TRAIN_DIGITS + TEST_DIGITS + i % STREAM_DIGITS;
      stream.add(askew("production-%06d".formatted(i), digit, random(seed, i)));
    }
    return List.copyOf(stream);
  }

  /**
   * Held-out pictures of the same camera, on which nothing is ever trained.
   *
   * @param count 1 to 800
   */
  public List<LabelledImage> productionTest(int count) {
    if (count < 1 || count > HELD_OUT_DIGITS) {
      throw new IllegalArgumentException(
          "count: %d (expected: 1 to %d)".formatted(count, HELD_OUT_DIGITS));
    }
    var held = new ArrayList<LabelledImage>(count);
    for (int i = 0; i < count; i++) {
      int digit = TRAIN_DIGITS + TEST_DIGITS + STREAM_DIGITS + i;
      held.add(askew("held-out-%06d".formatted(i), digit, random(HELD_OUT_SEED, i)));
    }
    return List.copyOf(held);
  }

  private void writeSplit(
      Path folder, String split, int first, int count, int nightEvery, StringBuilder csv)
      throws IOException {
    Files.createDirectories(folder.resolve("images").resolve(split));
    for (int i = 0; i < count; i++) {
      boolean night = i % nightEvery == 0;
      var ink = Picture.ink(images, first + i);
      var seen = night ? ink.byNight(random(DATASET_SEED, first + i)) : ink.byDay();
      var path = path(split, i);
      Files.write(folder.resolve(path), seen.png());
      csv.append(path).append(',').append(labels[first + i]);
      csv.append(',').append(split).append(',').append(night ? "night" : "day").append('\n');
    }
  }

  private LabelledImage askew(String name, int digit, Random random) {
    var ink =
        Picture.ink(images, digit)
            .turned(
                Picture.between(12, 35, random),
                Picture.between(-2, 2, random),
                Picture.between(-2, 2, random));
    var seen = random.nextBoolean() ? ink.byNight(random) : ink.byDay();
    var picture = seen.blurred(Picture.between(0.4, 0.9, random));
    return new LabelledImage(name, labels[digit], picture.png());
  }

  private static String path(String split, int number) {
    return "images/%s/%06d.png".formatted(split, number);
  }

  // Neighbouring seeds of java.util.Random begin alike; SplitMix64's finalizer tears them apart.
  private static Random random(long seed, int index) {
    long z = seed + (index + 1) * 0x9e3779b97f4a7c15L;
    z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
    z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
    return new Random(z ^ (z >>> 31));
  }

  private static DigitsData read(InputStream images, InputStream labels) throws IOException {
    try (images;
        labels) {
      var pictures = IdxFile.read(IMAGES, images);
      var truths = IdxFile.read(LABELS, labels);
      int digits = TRAIN_DIGITS + TEST_DIGITS + STREAM_DIGITS + HELD_OUT_DIGITS;
      if (pictures.count() != digits
          || truths.count() != digits
          || pictures.itemBytes() != Picture.SIDE * Picture.SIDE
          || truths.itemBytes() != 1) {
        throw new IOException(
            "%s: %d pictures of %d bytes and %d labels (expected: %d of %d bytes, as many labels)"
                .formatted(
                    IMAGES,
                    pictures.count(),
                    pictures.itemBytes(),
                    truths.count(),
                    digits,
                    Picture.SIDE * Picture.SIDE));
      }
      return new DigitsData(pictures.bytes(), truths.bytes());
    }
  }

  private static InputStream resource(String name) throws IOException {
    var in = DigitsData.class.getResourceAsStream(RESOURCES + name);
    if (in == null) {
      throw new NoSuchFileException(RESOURCES + name, null, "not in this jar");
    }
    return in;
  }
}
