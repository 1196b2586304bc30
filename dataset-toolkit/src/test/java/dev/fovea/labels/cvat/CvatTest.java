package dev.fovea.labels.cvat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.labels.Annotation;
import dev.fovea.labels.Classes;
import dev.fovea.labels.Coordinates;
import dev.fovea.labels.Dataset;
import dev.fovea.labels.Keypoint;
import dev.fovea.labels.Keypoint.Visibility;
import dev.fovea.labels.LabelClass;
import dev.fovea.labels.LabelClass.Joint;
import dev.fovea.labels.LabelledImage;
import dev.fovea.labels.Mask;
import dev.fovea.labels.Shape.Box;
import dev.fovea.labels.Shape.KeypointsOnly;
import dev.fovea.labels.Shape.Polygons;
import dev.fovea.labels.files.MemoryFolder;
import dev.fovea.labels.format.Finding;
import dev.fovea.labels.format.Finding.Kind;
import dev.fovea.labels.format.LabelMistake;
import dev.fovea.labels.format.LabelSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CvatTest {
  @Test
  void readsBoxesWithTheirRotationAndTypedAttributes() throws Exception {
    var only =
        read("""
        <box label="car" source="auto" occluded="1" xtl="10.30" ytl="20" xbr="30.5" ybr="40"
            rotation="45.5" z_order="2">
          <attribute name="parked">true</attribute>
          <attribute name="doors">4</attribute>
          <attribute name="score">0.50</attribute>
          <attribute name="note">true</attribute>
        </box>
        """)
            .only();
    assertThat(only.shape()).isEqualTo(new Box(10.3, 20, 30.5, 40, 45.5));
    assertThat(only.traits().occluded()).isTrue();
    assertThat(only.traits().zOrder()).isEqualTo(2);
    assertThat(only.attributes())
        .isEqualTo(Map.of("parked", true, "doors", 4L, "score", 0.5, "note", "true"));
  }

  @Test
  void readsAMaskAlongTheRowsOfItsWindow() throws Exception {
    var mask =
        read("""
        <mask label="car" rle="1, 2, 1, 2" left="10" top="20" width="3" height="2"/>
        """)
            .only();
    // Row 20: x 11 and 12; row 21: x 11 and 12.
    assertThat(mask.shape())
        .isInstanceOfSatisfying(
            Mask.class,
            pixels -> {
              assertThat(pixels.area()).hasValue(4);
              assertThat(pixels.bounds()).contains(new Box(11, 20, 13, 22));
              assertThat(pixels.runs()).startsWith(11 * 50 + 20, 2, 48, 2);
            });
  }

  @Test
  void readsSkeletonsInTheOrderOfTheirLabels() throws Exception {
    var read =
        read(
            """
            <skeleton label="person">
              <points label="tail" outside="0" occluded="1" points="3,4"/>
              <points label="nose" outside="1" occluded="0" points="1,2"/>
            </skeleton>
            """);
    assertThat(read.classes().list())
        .contains(
            LabelClass.named("person")
                .withKeypoints(List.of("nose", "tail"), List.of(new Joint(0, 1))));
    assertThat(read.only().shape()).isEqualTo(new KeypointsOnly());
    assertThat(read.only().keypoints())
        .containsExactly(
            new Keypoint(1, 2, Visibility.ABSENT), new Keypoint(3, 4, Visibility.HIDDEN));
  }

  @Test
  void keepsTheOrderOfShapesThatAreNotOneObject() throws Exception {
    var read =
        read(
            """
            <box label="car" xtl="1" ytl="1" xbr="2" ybr="2" group_id="7"/>
            <box label="car" xtl="5" ytl="5" xbr="6" ybr="6"/>
            <box label="car" xtl="3" ytl="3" xbr="4" ybr="4" group_id="7"/>
            """);
    assertThat(read.images().getFirst().annotations())
        .extracting(Annotation::shape)
        .containsExactly(new Box(1, 1, 2, 2), new Box(5, 5, 6, 6), new Box(3, 3, 4, 4));
  }

  @Test
  void keepsGroupsOfSeveralObjectsApart() throws Exception {
    var read =
        read(
            """
            <box label="car" xtl="1" ytl="1" xbr="2" ybr="2" group_id="7"/>
            <box label="car" xtl="3" ytl="3" xbr="4" ybr="4" group_id="7"/>
            <box label="car" xtl="5" ytl="5" xbr="6" ybr="6" group_id="8"/>
            """);
    assertThat(read.images().getFirst().annotations())
        .extracting(each -> each.traits().group())
        .containsExactly(7L, 7L, 0L);
  }

  @Test
  void joinsShapesOfAGroupOnlyWhereNothingTheySayIsLost() throws Exception {
    var polygon =
        """
        <polygon label="car" occluded="%s" points="%s" group_id="3">
          <attribute name="doors">%s</attribute></polygon>
        """;
    var box = "<box label=\"car\" xtl=\"1\" ytl=\"1\" xbr=\"9\" ybr=\"9\" group_id=\"3\"/>";
    var joined =
        read(
            polygon.formatted("1", "1,1;2,1;2,2", "4")
                + box
                + polygon.formatted("1", "5,5;6,5;6,6", "4"));
    assertThat(joined.only().shape())
        .isEqualTo(
            new Polygons(
                List.of(Coordinates.of(1, 1, 2, 1, 2, 2), Coordinates.of(5, 5, 6, 5, 6, 6))));
    assertThat(joined.only().box()).contains(new Box(1, 1, 9, 9));
    var apart =
        read(
            polygon.formatted("0", "1,1;2,1;2,2", "4")
                + polygon.formatted("0", "5,5;6,5;6,6", "2"));
    assertThat(apart.images().getFirst().annotations())
        .extracting(each -> each.attributes().get("doors"))
        .containsExactly(4L, 2L);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "<box label=\"car\" xtl=\"9\" ytl=\"1\" xbr=\"2\" ybr=\"3\"/> | INVERTED | box 0 of 'a.jpg': x2 2.0 < x1 9.0",
        "<box label=\"car\" xtl=\"9\" ytl=\"1\" xbr=\"999\" ybr=\"3\"/> | OUTSIDE | inside 100 x 50",
        "<box label=\"car\" xtl=\"nan\" ytl=\"1\" xbr=\"9\" ybr=\"3\"/> | NOT_FINITE | not finite",
        "<box label=\"bus\" xtl=\"1\" ytl=\"1\" xbr=\"9\" ybr=\"3\"/> | UNKNOWN_CLASS | label 'bus'",
        "<polygon label=\"car\" points=\"1,2;3,4\"/> | EMPTY | 2 points",
        "<polygon label=\"car\" points=\"1,2;3\"/> | UNREADABLE | 3 numbers",
        "<mask label=\"car\" rle=\"5\" left=\"0\" top=\"0\" width=\"2\" height=\"2\"/> | UNREADABLE | runs of 5 pixels",
        "<mask label=\"car\" rle=\"4\" left=\"99\" top=\"0\" width=\"2\" height=\"2\"/> | UNREADABLE | leaves the image",
        "<mask label=\"car\" rle=\"1e9\" left=\"0\" top=\"0\" width=\"2\" height=\"2\"/> | UNREADABLE | whole number",
        "<cuboid label=\"car\" xtl1=\"1\"/> | OTHER_SHAPE | cuboid 0 of '",
        "<skeleton label=\"person\"><points label=\"x\" points=\"1,2\"/></skeleton> | UNREADABLE | a point 'x'"
      })
  void handsOnWhatIsWrongAndFindsIt(String shape, Kind kind, String text) throws Exception {
    var source = source(shape);
    assertThat(Dataset.read(new Cvat(), source).images()).hasSize(1);
    assertThat(source.findings().kept()).extracting(Finding::kind).contains(kind);
    assertThat(source.findings().kept())
        .extracting(Finding::text)
        .anyMatch(found -> found.contains(text));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "<annotations><track id=\"0\" label=\"car\"/></annotations> | a <track> of a video",
        "<annotations><image id=\"0\"/></annotations> | <image> has no 'name'",
        "<annotation/> | <annotation> (expected: <annotations>)",
        "<!DOCTYPE annotations><annotations/> | a DOCTYPE",
        "<annotations><image name=\"a\" width=\"w\"/></annotations> | width: 'w' (expected: a number)"
      })
  void refusesWhatIsNotCvatForImages(String xml, String reason) {
    assertThatThrownBy(
            () -> Dataset.read(new Cvat(), new MemoryFolder().with("annotations.xml", xml)))
        .isInstanceOf(LabelMistake.class)
        .hasMessageContaining(reason);
  }

  @Test
  void takesTheSplitFromTheImageOrTheFile() throws Exception {
    var image = "<annotations><meta/><image id=\"3\" name=\"%s\" %s/></annotations>";
    var folder =
        new MemoryFolder()
            .with("val.xml", image.formatted("a.jpg", ""))
            .with("all.xml", image.formatted("b.jpg", "subset=\"test\""));
    assertThat(Dataset.read(new Cvat(), folder).images())
        .extracting(LabelledImage::split)
        .containsExactly("test", "val");
  }

  @Test
  void writesAnAttributeOfMixedKindsAsText() throws Exception {
    var sample =
        Dataset.of(
            Classes.named(List.of("car")),
            Annotation.of("car", new Box(1, 2, 3, 4)).withAttributes(Map.of("a", 1L, "b", 1L)),
            Annotation.of("car", new Box(1, 2, 3, 4)).withAttributes(Map.of("a", "x", "b", 2.5)));
    var folder = new MemoryFolder();
    sample.write(new Cvat(), folder);
    assertThat(Dataset.read(new Cvat(), folder).images().getFirst().annotations())
        .extracting(Annotation::attributes)
        .containsExactly(Map.of("a", "1", "b", 1L), Map.of("a", "x", "b", 2.5));
  }

  private static Dataset read(String shapes) throws Exception {
    return Dataset.read(new Cvat(), source(shapes));
  }

  private static LabelSource source(String shapes) {
    return LabelSource.of(
        new MemoryFolder()
            .with(
                "annotations.xml",
                """
                <?xml version="1.0" encoding="utf-8"?>
                <annotations><version>1.1</version><meta><job><labels>
                  <label><name>car</name><type>any</type><attributes>
                    <attribute><name>parked</name><input_type>checkbox</input_type></attribute>
                    <attribute><name>doors</name><input_type>number</input_type></attribute>
                    <attribute><name>score</name><input_type>number</input_type></attribute>
                    <attribute><name>note</name><input_type>text</input_type></attribute>
                  </attributes></label>
                  <label><name>person</name><type>skeleton</type>
                    <svg>&lt;line x1="1" data-node-from="1" y1="2" data-node-to="2"&gt;&lt;/line&gt;</svg>
                  </label>
                  <label><name>nose</name><type>points</type><parent>person</parent></label>
                  <label><name>tail</name><type>points</type><parent>person</parent></label>
                </labels></job></meta>
                <image id="0" name="a.jpg" width="100" height="50">%s</image></annotations>
                """
                    .formatted(shapes)));
  }
}
