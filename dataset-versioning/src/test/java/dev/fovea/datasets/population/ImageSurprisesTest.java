package dev.fovea.datasets.population;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.datasets.QualityReport.Kind;
import dev.fovea.datasets.QualityReport.Size;
import dev.fovea.datasets.QualityReport.SizeCount;
import dev.fovea.datasets.Sample;
import dev.fovea.kernel.Digest;
import dev.fovea.vision.ImageTraits;
import dev.fovea.vision.ImageTraits.Channels;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ImageSurprisesTest {
  private final List<Picture> pictures = new ArrayList<>();

  @Nested
  class OfChannels {
    @Test
    void namesEachWhereAFewDifferFromTheGreatMajority() {
      add(99, 640, 480, Channels.RGB);
      add("scan.png", 640, 480, new ImageTraits(Channels.GREY, 8, 1));
      assertThat(ImageSurprises.remarks(pictures))
          .containsExactly(
              new Remark(
                  List.of("scan.png"), "is stored as grey (expected: RGB, as 99 of 100 images)"));
    }

    @Test
    void sumsUpWhereManyDo() {
      add(950, 640, 480, Channels.RGB);
      add(30, 640, 480, Channels.PALETTE);
      add(20, 640, 480, Channels.RGB_ALPHA);
      assertThat(ImageSurprises.remarks(pictures))
          .extracting(Remark::text)
          .satisfiesExactly(
              text ->
                  assertThat(text)
                      .startsWith(
                          "20 images are stored as RGB with alpha (expected: RGB, as 950 of 1,000 images): RGB_ALPHA-0000.png, ")
                      .endsWith(" and 12 more"),
              text -> assertThat(text).startsWith("30 images are stored as palette ("));
    }

    @Test
    void callsNothingUsualWhereADatasetIsMixedOrSmall() {
      add(89, 640, 480, Channels.RGB);
      add(11, 640, 480, Channels.GREY);
      assertThat(ImageSurprises.remarks(pictures)).isEmpty();
      pictures.clear();
      add(18, 640, 480, Channels.RGB);
      add(1, 640, 480, Channels.GREY);
      assertThat(ImageSurprises.remarks(pictures)).isEmpty();
    }
  }

  @Nested
  class OfOrientation {
    @Test
    void findsEveryTurnedImageHoweverFewThereAre() {
      add("phone.jpg", 480, 640, new ImageTraits(Channels.RGB, 8, 6));
      assertThat(ImageSurprises.remarks(pictures))
          .singleElement()
          .satisfies(remark -> {
            assertThat(remark.paths()).containsExactly("phone.jpg");
            assertThat(remark.text())
                .startsWith("has EXIF orientation 6: ")
                .contains("(expected: 1");
          });
    }

    @Test
    void isOneRemarkWhereAllImagesAreTurned() {
      for (int i = 0; i < 10_000; i++) {
        add("%05d.jpg".formatted(i), 480, 640, new ImageTraits(Channels.RGB, 8, 8));
      }
      assertThat(ImageSurprises.remarks(pictures))
          .singleElement()
          .satisfies(remark -> {
            assertThat(remark.paths()).hasSize(8).startsWith("00000.jpg");
            assertThat(remark.text()).startsWith("10,000 images have an EXIF orientation");
          });
    }
  }

  @Nested
  class OfSize {
    @Test
    void findsAThumbnailAndAPanoramaAmongImagesOfOneSize() {
      add(60, 640, 480, Channels.RGB);
      add("panorama.png", 4_000, 500, new ImageTraits(Channels.RGB, 8, 1));
      add("thumbnail.png", 80, 60, new ImageTraits(Channels.RGB, 8, 1));
      assertThat(ImageSurprises.remarks(pictures))
          .containsExactly(
              new Remark(
                  List.of("panorama.png"),
                  "is 4000 x 500 px, far from the others in area (the median is 307,200 pixels)"),
              new Remark(
                  List.of("thumbnail.png"),
                  "is 80 x 60 px, far from the others in area (the median is 307,200 pixels)"),
              new Remark(
                  List.of("panorama.png"),
                  "is 4000 x 500 px, far from the others in ratio of width to height (the median is 1.33)"));
    }

    @Test
    void isUsedToManySizesWhereTheDatasetHasMany() {
      var random = new Random(8);
      for (int i = 0; i < 2_000; i++) {
        int side = (int) (400 * Math.exp(random.nextGaussian() * 0.8));
        add("%04d.png".formatted(i), side, side, new ImageTraits(Channels.RGB, 8, 1));
      }
      // Of normal logarithms, 3.5 deviations are passed by one of two thousand.
      assertThat(ImageSurprises.remarks(pictures)).hasSizeLessThanOrEqualTo(4);
      add("dot.png", 2, 2, new ImageTraits(Channels.RGB, 8, 1));
      assertThat(ImageSurprises.remarks(pictures))
          .anySatisfy(remark -> assertThat(remark.paths()).contains("dot.png"));
    }

    @Test
    void takesASecondGroupForIntended() {
      add(60, 640, 480, Channels.RGB);
      add("t", 40, 64, 48);
      assertThat(ImageSurprises.remarks(pictures)).isEmpty();
    }

    @Test
    void allowsUpToTheFactors() {
      add(60, 640, 480, Channels.RGB);
      add("four-times.png", 1_280, 960, new ImageTraits(Channels.RGB, 8, 1));
      add("upright.png", 480, 640, new ImageTraits(Channels.RGB, 8, 1));
      assertThat(ImageSurprises.remarks(pictures)).isEmpty();
    }

    @Test
    void saysNothingOfFewImages() {
      add(18, 640, 480, Channels.RGB);
      add("dot.png", 1, 1, new ImageTraits(Channels.RGB, 8, 1));
      assertThat(ImageSurprises.remarks(pictures)).isEmpty();
    }
  }

  @Test
  void staysQuickWithManyImages() {
    add(300_000, 640, 480, Channels.RGB);
    add(20_000, 64, 48, Channels.GREY);
    long start = System.nanoTime();
    assertThat(ImageSurprises.remarks(pictures)).hasSize(2);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
  }

  @Test
  void countsSizesKindsAndTurnedImages() {
    add(3, 640, 480, Channels.RGB);
    add("bilevel.png", 10, 20, new ImageTraits(Channels.GREY, 1, 1));
    add("turned.jpg", 480, 640, new ImageTraits(Channels.RGB, 8, 3));
    pictures.add(new Picture(sample("unknown"), 5, 5, Optional.empty()));
    var images = ImageFigures.of(pictures);
    assertThat(images.median()).contains(new Size(640, 480));
    assertThat(images.sizes())
        .containsExactly(
            new SizeCount(new Size(640, 480), 3),
            new SizeCount(new Size(5, 5), 1),
            new SizeCount(new Size(10, 20), 1),
            new SizeCount(new Size(480, 640), 1));
    assertThat(images.otherSizes()).isZero();
    assertThat(images.kinds()).containsExactly(new Kind("RGB", 8, 4), new Kind("grey", 1, 1));
    assertThat(images.turned()).isEqualTo(1);
    assertThat(ImageFigures.of(List.of()).median()).isEmpty();
  }

  private void add(int count, int width, int height, Channels channels) {
    for (int i = 0; i < count; i++) {
      add("%s-%04d.png".formatted(channels, i), width, height, new ImageTraits(channels, 8, 1));
    }
  }

  private void add(String name, int count, int width, int height) {
    for (int i = 0; i < count; i++) {
      add(name + i, width, height, new ImageTraits(Channels.RGB, 8, 1));
    }
  }

  private void add(String path, int width, int height, ImageTraits traits) {
    pictures.add(new Picture(sample(path), width, height, Optional.of(traits)));
  }

  private static Sample sample(String path) {
    var image = Digest.sha256(path.getBytes(StandardCharsets.UTF_8));
    return new Sample(path, image, "", 1, "0", "train", Optional.empty());
  }
}
