package dev.fovea.labels.voc;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.fovea.labels.Annotation;
import dev.fovea.labels.Classes;
import dev.fovea.labels.Dataset;
import dev.fovea.labels.LabelledImage;
import dev.fovea.labels.Shape.Box;
import dev.fovea.labels.Traits;
import dev.fovea.labels.files.MemoryFolder;
import dev.fovea.labels.format.Finding;
import dev.fovea.labels.format.Finding.Kind;
import dev.fovea.labels.format.LabelMistake;
import dev.fovea.labels.format.LabelSource;
import dev.fovea.labels.voc.Voc.Counting;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VocTest {
  private static final String FILE = "Annotations/2007_000027.xml";

  @Test
  void countsPixelsFromOneToTheLastOneInside() throws Exception {
    assertThat(read(box("1", "1", "1", "1")).only().shape()).isEqualTo(new Box(0, 0, 1, 1));
    assertThat(read(box("1", "1", "486", "500")).only().shape()).isEqualTo(new Box(0, 0, 486, 500));
  }

  @Test
  void writesTheFirstPixelAsVocDoes() throws Exception {
    var folder = new MemoryFolder();
    Dataset.of(
            Classes.named(List.of("cat")),
            Annotation.of("cat", new Box(0, 0, 1, 1)),
            Annotation.of("cat", new Box(0.3, 0.1, 10.25, 20)))
        .write(new Voc(), folder);
    var xml = folder.text("Annotations/images/train/a.xml").replaceAll("\\s+", "");
    assertThat(xml)
        .contains("<xmin>1</xmin><ymin>1</ymin><xmax>1</xmax><ymax>1</ymax>")
        .contains("<xmin>1.3</xmin><ymin>1.1</ymin><xmax>10.25</xmax><ymax>20</ymax>")
        .contains("<folder>images/train</folder><filename>a.jpg</filename>");
    assertThat(folder.text("ImageSets/Main/train.txt")).isEqualTo("images/train/a\n");
  }

  @Test
  void saysWhenASetSeemsToCountFromZeroAndReadsItThatWayWhenTold() throws Exception {
    var xml = box("0", "0", "9.5", "10");
    var source = source(xml);
    assertThat(Dataset.read(new Voc(), source).only().shape()).isEqualTo(new Box(-1, -1, 9.5, 10));
    assertThat(source.findings().counts())
        .containsEntry(Kind.COUNTED_FROM_ZERO, 1L)
        .containsEntry(Kind.OUTSIDE, 1L);
    var told = source(xml);
    assertThat(Dataset.read(new Voc(Counting.FROM_ZERO), told).only().shape())
        .isEqualTo(new Box(0, 0, 9.5, 10));
    assertThat(told.findings().kept()).isEmpty();
  }

  @Test
  void readsFlagsAndSaysWhatItDoesNotKeep() throws Exception {
    var source =
        source(
            "<object><name>cat</name><difficult>1</difficult><truncated>1</truncated>"
                + "<occluded>1</occluded><pose>Left</pose>"
                + "<part><name>head</name><bndbox><xmin>2</xmin></bndbox></part>"
                + "<bndbox><ymax>4</ymax><xmax>3</xmax><ymin>2</ymin><xmin>1</xmin></bndbox>"
                + "</object>");
    var only = Dataset.read(new Voc(), source).only();
    assertThat(only.shape()).isEqualTo(new Box(0, 1, 3, 4));
    assertThat(only.traits())
        .isEqualTo(Traits.NONE.withDifficult(true).withTruncated(true).withOccluded(true));
    assertThat(source.findings().kept())
        .extracting(Finding::text)
        .containsExactly("the pose of an object is not kept", "<part> of an object is not kept");
  }

  @Test
  void looksForImagesWhereVocPutsThem() throws Exception {
    var image = read("").images().getFirst();
    assertThat(image.path()).isEqualTo("JPEGImages/2007_000027.jpg");
    var labelImg =
        new MemoryFolder().with("JPEGImages/2007_000027.jpg", "").with(FILE, xml("", "x"));
    assertThat(Dataset.read(new Voc(), labelImg).images().getFirst().path())
        .isEqualTo("JPEGImages/2007_000027.jpg");
  }

  @Test
  void readsListsWithoutTheirUnionAndTheListsOfClasses() throws Exception {
    var folder =
        new MemoryFolder()
            .with("Annotations/a.xml", xml("", "VOC").replace("2007_000027", "a"))
            .with("Annotations/b.xml", xml("", "VOC").replace("2007_000027", "b"))
            .with("Annotations/c.xml", xml("", "VOC").replace("2007_000027", "c"))
            .with("ImageSets/Main/cat_train.txt", "a  1\nb -1\n")
            .with("ImageSets/Main/train.txt", "a\nmissing\n../x\n")
            .with("ImageSets/Main/trainval.txt", "a\nb\n")
            .with("ImageSets/Main/val.txt", "b\na\n");
    var source = LabelSource.of(folder);
    assertThat(Dataset.read(new Voc(), source).images())
        .extracting(LabelledImage::path, LabelledImage::split)
        .containsExactly(
            tuple("JPEGImages/a.jpg", "train"),
            tuple("JPEGImages/b.jpg", "val"),
            tuple("JPEGImages/c.jpg", ""));
    assertThat(source.findings().counts())
        .containsOnlyKeys(Kind.UNKNOWN_IMAGE, Kind.BAD_PATH, Kind.DUPLICATE);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><annotation><filename>&x;</filename></annotation> | a DOCTYPE",
        "<!DOCTYPE a SYSTEM \"http://localhost/x.dtd\"><annotation/> | a DOCTYPE",
        "<annotation><filename>&x;</filename></annotation> | no XML",
        "<annotation> | no XML",
        "<annotations/> | <annotations> (expected: <annotation>)",
        "<annotation><size><width>x</width></size></annotation> | <width>: 'x' (expected: a number)",
        "<annotation><filename><b/></filename></annotation> | no XML",
        "<?xml version=\"1.0\" encoding=\"GBK\"?><annotation/> | encoding 'GBK' (expected: UTF-8)",
        "{} | no XML"
      })
  void refusesWhatIsNoAnnotation(String xml, String reason) {
    assertThatThrownBy(() -> Dataset.read(new Voc(), new MemoryFolder().with(FILE, xml)))
        .isInstanceOf(LabelMistake.class)
        .hasMessageStartingWith(FILE)
        .hasMessageContaining(reason);
  }

  @Test
  void refusesWhatIsNoUtf8AndPrintsNothing() throws Exception {
    var printed = new ByteArrayOutputStream();
    var before = System.err;
    System.setErr(new PrintStream(printed, true, UTF_8));
    try {
      var bytes = "<annotation><filename>\u00e9</filename></annotation>".getBytes(ISO_8859_1);
      assertThatThrownBy(() -> Dataset.read(new Voc(), new MemoryFolder().with(FILE, bytes)))
          .isInstanceOf(LabelMistake.class)
          .hasMessageContaining("no XML");
    } finally {
      System.setErr(before);
    }
    assertThat(printed.toString(UTF_8)).isEmpty();
    var marked = "\ufeff" + xml("", "VOC2012");
    assertThat(Dataset.read(new Voc(), new MemoryFolder().with(FILE, marked)).images()).hasSize(1);
  }

  @Test
  void refusesElementsInsideOneAnotherWithoutEnd() {
    var deep = "<annotation>" + "<a>".repeat(100_000);
    assertThatThrownBy(() -> Dataset.read(new Voc(), new MemoryFolder().with(FILE, deep)))
        .isInstanceOf(LabelMistake.class)
        .hasMessageContaining("elements more than 32 deep");
  }

  @ParameterizedTest
  @CsvSource({"9, 1, 3, 4, INVERTED", "NaN, 1, 3, 4, NOT_FINITE", "3, 2, 2, 4, EMPTY"})
  void handsOnBadBoxesAndFindsThem(String x1, String y1, String x2, String y2, Kind kind)
      throws Exception {
    var source = source(box(x1, y1, x2, y2));
    assertThat(Dataset.read(new Voc(), source).images().getFirst().annotations()).hasSize(1);
    assertThat(source.findings().kept()).extracting(Finding::kind).containsExactly(kind);
  }

  private static String box(String x1, String y1, String x2, String y2) {
    return """
    <object><name>cat</name><bndbox>
      <xmin>%s</xmin><ymin>%s</ymin><xmax>%s</xmax><ymax>%s</ymax>
    </bndbox></object>
    """
        .formatted(x1, y1, x2, y2);
  }

  private static Dataset read(String objects) throws Exception {
    return Dataset.read(new Voc(), source(objects));
  }

  private static LabelSource source(String objects) {
    return LabelSource.of(new MemoryFolder().with(FILE, xml(objects, "VOC2012")));
  }

  private static String xml(String objects, String folder) {
    return """
    <annotation><folder>%s</folder><filename>2007_000027.jpg</filename>
    <size><width>486</width><height>500</height><depth>3</depth></size>
    %s</annotation>
    """
        .formatted(folder, objects);
  }
}
