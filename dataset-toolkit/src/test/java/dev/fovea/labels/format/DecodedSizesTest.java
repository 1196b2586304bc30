package dev.fovea.labels.format;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.labels.Annotation;
import dev.fovea.labels.Classes;
import dev.fovea.labels.Dataset;
import dev.fovea.labels.ImageSize;
import dev.fovea.labels.Shape.Box;
import dev.fovea.labels.coco.Coco;
import dev.fovea.labels.cvat.Cvat;
import dev.fovea.labels.datumaro.Datumaro;
import dev.fovea.labels.files.MemoryFolder;
import dev.fovea.labels.format.Finding.Kind;
import dev.fovea.labels.voc.Voc;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a file states of an image, held against the image. */
class DecodedSizesTest {
  private static final Dataset LOW_BOX =
      Dataset.of(Classes.named(List.of("cat")), Annotation.of("cat", new Box(500, 400, 600, 470)));

  static Stream<LabelFormat> thatStateSizes() {
    return Stream.of(new Coco(), new Voc(), new Cvat(), new Datumaro());
  }

  @ParameterizedTest
  @MethodSource("thatStateSizes")
  void theDecodedSizeIsTheTruth(LabelFormat format) throws Exception {
    var folder = new MemoryFolder();
    LOW_BOX.write(format, folder);
    var turned = Optional.of(new ImageSize(480, 640));
    var source = LabelSource.of(folder).withDecoded(_ -> turned);
    var read = Dataset.read(format, source);

    assertThat(source.findings().kept())
        .extracting(Finding::kind)
        .containsExactly(Kind.OTHER_SIZE, Kind.OUTSIDE);
    assertThat(source.findings().kept().getFirst().text())
        .isEqualTo(
            "'images/train/a.jpg' is said to have 640 x 480 px and has 480 x 640; perhaps it was labelled without its EXIF orientation");
    assertThat(source.findings().kept()).allMatch(finding -> finding.line() > 0);
    assertThat(read.images().getFirst().size()).contains(new ImageSize(640, 480));
  }

  @ParameterizedTest
  @MethodSource("thatStateSizes")
  void aSizeThatIsRightIsNotFound(LabelFormat format) throws Exception {
    var folder = new MemoryFolder();
    LOW_BOX.write(format, folder);
    var source = LabelSource.of(folder).withDecoded(LOW_BOX.sizes());
    Dataset.read(format, source);
    assertThat(source.findings().kept()).isEmpty();
  }
}
