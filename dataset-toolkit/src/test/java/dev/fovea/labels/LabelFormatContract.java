package dev.fovea.labels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.fovea.labels.Shape.Box;
import dev.fovea.labels.convert.Losses;
import dev.fovea.labels.files.MemoryFolder;
import dev.fovea.labels.format.Feature;
import dev.fovea.labels.format.Finding;
import dev.fovea.labels.format.Finding.Kind;
import dev.fovea.labels.format.LabelFormat;
import dev.fovea.labels.format.LabelMistake;
import dev.fovea.labels.format.LabelSource;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What every format does; a feature is held or its loss is said. */
public abstract class LabelFormatContract {
  /**
   * The format.
   *
   * @param images for a writer that needs them
   */
  protected abstract LabelFormat format(MemoryFolder images);

  /** How far a coordinate may move, in parts of the image's size. */
  protected double tolerance() {
    return 0;
  }

  /** Whether the format lists its classes, so that one without objects stays. */
  protected boolean listsClasses() {
    return true;
  }

  /** Where an image lies once it is written. */
  protected String written(LabelledImage image) {
    return image.path();
  }

  @ParameterizedTest
  @EnumSource
  void keepsAFeatureOrSaysThatItIsLost(Feature feature) throws Exception {
    var held = format(new MemoryFolder()).holds();
    var sample = Samples.of(feature, held);
    var trip = trip(sample);
    if (held.contains(feature)) {
      assertThat(trip.losses().count(feature)).as(trip.losses().toString()).isZero();
      assertSame(trip.read(), sample);
    } else {
      assertThat(trip.losses().count(feature)).as(trip.losses().toString()).isPositive();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void keepsRandomLabelsOfWhatItHolds(long seed) throws Exception {
    var sample = Samples.random(seed, format(new MemoryFolder()).holds());
    assertSame(trip(sample).read(), sample);
  }

  @ParameterizedTest
  @ValueSource(longs = {11, 12, 13, 14, 15, 16, 17, 18})
  void losesNothingMoreOnASecondTrip(long seed) throws Exception {
    var first = trip(Samples.random(seed, EnumSet.allOf(Feature.class))).read();
    var second = trip(first);
    assertThat(
            second.losses().list().stream()
                .filter(loss -> loss.feature() != Feature.IMAGE_SIZE)
                .toList())
        .isEmpty();
    assertSame(second.read(), first);
  }

  @Test
  void keepsClassesOfNoImage() throws Exception {
    var empty = new Dataset(Classes.named(List.of("b", "a")), List.of());
    var read = trip(empty).read();
    assertThat(read.images()).isEmpty();
    assertThat(read.classes())
        .isEqualTo(listsClasses() ? empty.classes() : Classes.named(List.of()));
  }

  @Test
  void leavesOutWhatIsNotFiniteAndSaysSo() throws Exception {
    var sample =
        Dataset.of(
            Classes.named(List.of("cat")),
            Annotation.of("cat", new Box(1, Double.NaN, 3, 4)),
            Annotation.of("cat", new Box(1, 2, Double.POSITIVE_INFINITY, 4)));
    var trip = trip(sample);
    assertThat(trip.losses().toString()).contains("boxes: 2 dropped, not being finite");
    assertThat(trip.read().images()).allMatch(image -> image.annotations().isEmpty());
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void refusesBrokenFilesAsMistakesAndNothingElse(long seed) throws Exception {
    var random = new Random(seed);
    var sample = Samples.random(seed, EnumSet.allOf(Feature.class));
    var whole = new MemoryFolder();
    var images = images(sample);
    sample.write(format(images), whole);
    for (int i = 0; i < 150; i++) {
      var broken = new MemoryFolder();
      for (var path : whole.list("")) {
        broken.with(path, broken(whole.open(path).orElseThrow().readAllBytes(), random));
      }
      var source = LabelSource.of(broken).with(sample.sizes());
      assertThatCode(
              () -> {
                try {
                  format(images).classes(source);
                  format(images).read(source, _ -> {});
                } catch (LabelMistake e) {
                  assertThat(e.getMessage()).hasSizeLessThan(500);
                }
              })
          .doesNotThrowAnyException();
    }
  }

  private static byte[] broken(byte[] bytes, Random random) {
    if (bytes.length == 0) {
      return bytes;
    }
    if (random.nextInt(3) == 0) {
      return Arrays.copyOf(bytes, random.nextInt(bytes.length));
    }
    for (int i = random.nextInt(4); i >= 0; i--) {
      var noise = "0123456789-.eE\"{}[]<>/,:;= x\n\u00ff".getBytes(StandardCharsets.ISO_8859_1);
      bytes[random.nextInt(bytes.length)] = noise[random.nextInt(noise.length)];
    }
    return bytes;
  }

  @Test
  void leavesOutAPathThatLeadsOutOfTheDataset() throws Exception {
    var held = format(new MemoryFolder()).holds();
    var sample = Samples.of(Feature.IMAGE_SIZE, held);
    var whole = new MemoryFolder();
    sample.write(format(images(sample)), whole);
    var evil = new MemoryFolder();
    boolean changed = false;
    for (var path : whole.list("")) {
      var text = whole.text(path);
      evil.with(path, evil(text));
      changed |= !text.equals(evil(text));
    }
    if (!changed) {
      return; // the format has no paths in its files
    }
    var source = LabelSource.of(evil).with(_ -> Optional.of(new ImageSize(640, 480)));
    var images = Dataset.read(format(evil), source).images();
    assertThat(images).noneMatch(image -> image.path().contains(".."));
    assertThat(source.findings().counts()).containsKey(Kind.BAD_PATH);
  }

  private static String evil(String text) {
    return text.replace("a.jpg", "b/../../../etc/passwd.jpg");
  }

  /** What came back from the format. */
  private record Trip(Dataset read, Losses losses) {}

  private Trip trip(Dataset sample) throws IOException, LabelMistake {
    var folder = new MemoryFolder();
    var format = format(images(sample));
    var losses = sample.write(format, folder);
    var source = LabelSource.of(folder).with(sample.sizes());
    var read = Dataset.read(format, source);
    assertThat(source.findings().kept().stream().filter(LabelFormatContract::isOfTheFormat))
        .isEmpty();
    return new Trip(read, losses);
  }

  // Masks of another size than their image are in the samples on purpose.
  private static boolean isOfTheFormat(Finding finding) {
    return finding.kind() != Kind.OUTSIDE && finding.kind() != Kind.EMPTY;
  }

  private static MemoryFolder images(Dataset sample) {
    var images = new MemoryFolder();
    sample.images().forEach(image -> images.with(image.path(), "pixels"));
    return images;
  }

  private void assertSame(Dataset actual, Dataset expected) {
    var held = format(new MemoryFolder()).holds();
    if (listsClasses()) {
      assertThat(actual.classes()).isEqualTo(expected.classes());
    } else {
      var used = new HashSet<String>();
      expected
          .images()
          .forEach(image -> image.annotations().forEach(each -> used.add(each.label())));
      assertThat(actual.classes().names()).isSorted().containsExactlyInAnyOrderElementsOf(used);
    }
    var order = Comparator.comparing(LabelledImage::path);
    var images = actual.images().stream().sorted(order).toList();
    var others =
        expected.images().stream()
            .map(image ->
                new LabelledImage(
                    written(image),
                    held.contains(Feature.SPLIT) ? image.split() : "",
                    image.slice(),
                    held.contains(Feature.IMAGE_ID) ? image.id() : OptionalLong.empty(),
                    held.contains(Feature.IMAGE_SIZE) || tolerance() > 0
                        ? image.size()
                        : Optional.empty(),
                    image.annotations(),
                    image.licence(),
                    image.extras()))
            .sorted(order)
            .toList();
    if (tolerance() == 0) {
      assertThat(images.stream().map(LabelFormatContract::counted).toList())
          .isEqualTo(others.stream().map(LabelFormatContract::counted).toList());
    } else {
      assertThat(images.stream().map(image -> image.withAnnotations(List.of())).toList())
          .isEqualTo(others.stream().map(image -> image.withAnnotations(List.of())).toList());
      for (int i = 0; i < images.size(); i++) {
        Closeness.assertClose(images.get(i), others.get(i), tolerance());
      }
    }
  }

  // Formats that number images and annotations do so where the sample does not.
  private static LabelledImage counted(LabelledImage image) {
    return image
        .withId(image.id().orElse(0) < 100 ? OptionalLong.empty() : image.id())
        .withAnnotations(
            image.annotations().stream()
                .map(each -> each.id().orElse(0) == 77 ? each : each.withId(OptionalLong.empty()))
                .toList());
  }
}
