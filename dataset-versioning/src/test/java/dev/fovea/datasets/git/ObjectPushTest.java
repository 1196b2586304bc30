package dev.fovea.datasets.git;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import dev.fovea.datasets.Annotation;
import dev.fovea.datasets.LabelledObject;
import dev.fovea.datasets.LabelledObject.Kind;
import dev.fovea.datasets.Manifest;
import dev.fovea.datasets.Sample;
import dev.fovea.datasets.ServerTest;
import dev.fovea.datasets.Team;
import dev.fovea.datasets.TestImages;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.Name;
import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Datasets of objects, pushed as teams push them; every image has 16 x 16 px. */
class ObjectPushTest extends ServerTest {
  private static final Name DIGITS = Name.of("digits");
  private static final String COCO = "annotations/instances_%s.json";

  private Team team(String format, String more) throws Exception {
    var team = team();
    team.write(
        "fovea.yaml",
        """
        project: %s
        datasets:
          digits:
            path: data/digits.dvc
            format: %s
        %s\
        """
            .formatted(team.project(), format, more.isEmpty() ? "" : "    " + more + "\n"));
    return team;
  }

  private static Team text(Team team, String path, String text) {
    return team.file(path, text.getBytes(UTF_8));
  }

  private static Team images(Team team, String... paths) {
    for (var path : paths) {
      team.file(path, TestImages.png(path.hashCode()));
    }
    return team;
  }

  /** A COCO file of images a.png, b.png and so on, with these annotations of the classes 3, 7. */
  private static String coco(int images, String... annotations) {
    return """
    {"images": [
    %s],
    "categories": [{"id": 7, "name": "truck"}, {"id": 3, "name": "car"}],
    "annotations": [
    %s]}
    """
        .formatted(
            IntStream.range(0, images)
                .mapToObj(i ->
                    "{\"id\":%d,\"file_name\":\"%c.png\",\"width\":16,\"height\":16}"
                        .formatted(i, 'a' + i))
                .collect(Collectors.joining(",\n")),
            String.join(",\n", annotations));
  }

  private static String object(int image, int category, String rest) {
    return "{\"id\":%d,\"image_id\":%d,\"category_id\":%d,%s}"
        .formatted(10 * image + category, image, category, rest.replace('\'', '"'));
  }

  private Manifest head(Team team) throws IOException {
    return Manifest.read(objects, datasets.head(team.project(), DIGITS).digest());
  }

  private static Sample sample(Manifest manifest, String path) {
    return manifest.samples().stream()
        .filter(each -> each.path().equals(path))
        .findFirst()
        .orElseThrow();
  }

  @Nested
  class Sound {
    @Test
    void aCocoDatasetBecomesAVersionWithItsObjects() throws Exception {
      var team = images(team("coco", ""), "a.png", "b.png", "c.png");
      text(
          team,
          COCO.formatted("train2017"),
          coco(
              2,
              object(0, 3, "'bbox':[1,2,3,4],'area':12,'occluded':true"),
              object(0, 7, "'segmentation':[[5,5,10,5,10,10]],'area':12.5,'bbox':[5,5,5,5]")));
      text(
          team,
          COCO.formatted("val2017"),
          coco(3, object(2, 3, "'bbox':[0,0,16,16],'area':256"))
              .replace("{\"id\":0,\"file_name\":\"a.png\",\"width\":16,\"height\":16},\n", "")
              .replace("{\"id\":1,\"file_name\":\"b.png\",\"width\":16,\"height\":16},\n", ""));
      var pushed = team.prepared("objects").push();

      assertThat(pushed.accepted()).as(pushed.terminal()).isTrue();
      assertThat(pushed.terminal()).contains("version 1, 3 images").contains("train 2, val 1");
      var manifest = head(team);
      assertThat(manifest.classes()).containsExactly("truck", "car");
      assertThat(manifest.holdsObjects()).isTrue();
      var a = sample(manifest, "a.png");
      assertThat(a.label()).isEmpty();
      assertThat(a.objects())
          .extracting(LabelledObject::label, LabelledObject::kind, LabelledObject::area)
          .containsExactly(tuple("car", Kind.BOX, 12.0), tuple("truck", Kind.POLYGON, 12.5));
      assertThat(a.objects().getFirst())
          .satisfies(car -> {
            assertThat(List.of(car.x1(), car.y1(), car.x2(), car.y2()))
                .containsExactly(1.0, 2.0, 4.0, 6.0);
            assertThat(car.outline()).isEmpty();
            assertThat(car.detail()).matches("[0-9a-f]{16}");
          });
      assertThat(a.objects().getLast().outline())
          .singleElement()
          .satisfies(part -> assertThat(part.toArray()).containsExactly(5, 5, 10, 5, 10, 10));
      assertThat(sample(manifest, "b.png").objects()).isEmpty();
      assertThat(sample(manifest, "c.png").split()).isEqualTo("val");
    }

    @Test
    void aYoloDatasetHasBackgroundsWhereAnImageHasNoLabels() throws Exception {
      var team =
          images(team("yolo", ""), "images/train/a.png", "images/train/b.png", "images/val/c.png");
      text(team, "data.yaml", "train: images/train\nval: images/val\nnames: [truck, car]\n");
      text(team, "labels/train/a.txt", "1 0.5 0.5 0.5 0.25\n0 0.25 0.25 0.5 0.5\n");
      text(team, "labels/val/c.txt", "");
      text(team, "labels/classes.txt", "truck\ncar\n");
      var pushed = team.prepared("boxes").push();

      assertThat(pushed.accepted()).as(pushed.terminal()).isTrue();
      var manifest = head(team);
      assertThat(manifest.classes()).containsExactly("truck", "car");
      assertThat(manifest.samples()).hasSize(3);
      assertThat(sample(manifest, "images/train/a.png").objects())
          .extracting(LabelledObject::label, LabelledObject::x1, LabelledObject::y2)
          .containsExactly(tuple("truck", 0.0, 8.0), tuple("car", 4.0, 10.0));
      assertThat(sample(manifest, "images/train/b.png").objects()).isEmpty();
    }

    @Test
    void readsVocAndCvatAndDatumaro() throws Exception {
      var voc = images(team("voc", ""), "JPEGImages/a.png");
      text(voc, "ImageSets/Main/train.txt", "a\n");
      text(
          voc,
          "Annotations/a.xml",
          """
          <annotation><folder>VOC2012</folder><filename>a.png</filename>
          <size><width>16</width><height>16</height></size>
          <object><name>car</name><bndbox><xmin>1</xmin><ymin>1</ymin><xmax>4</xmax><ymax>4</ymax></bndbox></object>
          </annotation>\
          """);
      var pushed = voc.prepared("voc").push();
      assertThat(pushed.accepted()).as(pushed.terminal()).isTrue();
      assertThat(head(voc).classes()).containsExactly("car");
      assertThat(head(voc).samples().getFirst().objects())
          .singleElement()
          .satisfies(car -> assertThat(car.x1() + car.x2()).isEqualTo(4));

      var cvat = images(team("cvat", ""), "a.png", "b.png");
      text(
          cvat,
          "annotations.xml",
          """
          <annotations><meta><task><labels>
          <label><name>night</name></label><label><name>car</name></label>
          </labels></task></meta>
          <image id="0" name="a.png" subset="Train" width="16" height="16">
          <box label="car" xtl="2" ytl="6" xbr="12" ybr="10" rotation="90"/><tag label="night"/></image>
          <image id="1" name="b.png" subset="Validation" width="16" height="16">
          <points label="car" points="3,4;5,6"/></image></annotations>\
          """);
      pushed = cvat.prepared("cvat").push();
      assertThat(pushed.accepted()).as(pushed.terminal()).isTrue();
      assertThat(head(cvat).classes()).containsExactly("night", "car");
      var rotated = sample(head(cvat), "a.png");
      assertThat(rotated.label()).isEqualTo("night");
      assertThat(rotated.objects())
          .singleElement()
          .satisfies(car -> {
            assertThat(car.kind()).isEqualTo(Kind.ROTATED);
            assertThat(car.y1()).isEqualTo(3, within(1e-9));
            assertThat(car.outline().getFirst().size()).isEqualTo(4);
          });
      assertThat(sample(head(cvat), "b.png").split()).isEqualTo("val");

      var datumaro = images(team("datumaro", ""), "images/train/a.png");
      text(
          datumaro,
          "annotations/train.json",
          """
          {"categories":{"label":{"labels":[{"name":"car"},{"name":"van"}]}},
          "items":[{"id":"a","image":{"path":"a.png","size":[16,16]},
          "annotations":[{"type":"label","label_id":1}]}]}\
          """);
      pushed = datumaro.prepared("datumaro").push();
      assertThat(pushed.accepted()).as(pushed.terminal()).isTrue();
      assertThat(head(datumaro).holdsObjects()).isFalse();
      assertThat(head(datumaro).samples().getFirst().label()).isEqualTo("van");
    }

    @Test
    void theTeamFilesClassesComeFirst() throws Exception {
      var team = images(team("coco", "classes: [car, van, truck]"), "a.png");
      text(team, COCO.formatted("train"), coco(1, object(0, 3, "'bbox':[1,2,3,4]")));
      var pushed = team.prepared("named").push();
      assertThat(pushed.accepted()).as(pushed.terminal()).isTrue();
      assertThat(head(team).classes()).containsExactly("car", "van", "truck");
    }

    @Test
    void theOrderOfAnnotationsAndTheirNumbersMakeNoOtherVersion() throws Exception {
      var team = images(team("coco", ""), "a.png");
      var one = object(0, 3, "'bbox':[1,2,3,4]");
      var other = object(0, 7, "'bbox':[5,2,3,4]");
      text(team, COCO.formatted("train"), coco(1, one, other)).prepared("one").push();
      var first = datasets.head(team.project(), DIGITS).digest();
      text(team, COCO.formatted("train"), coco(1, other, one.replace("\"id\":3", "\"id\":99")))
          .prepared("turned")
          .push();
      assertThat(datasets.head(team.project(), DIGITS).digest()).isEqualTo(first);
      text(
              team,
              COCO.formatted("train"),
              coco(1, other, object(0, 3, "'bbox':[1,2,3,4],'iscrowd':1")))
          .prepared("a crowd")
          .push();
      assertThat(datasets.head(team.project(), DIGITS).relabelled()).isEqualTo(1);
    }
  }

  @Nested
  class Compared {
    @Test
    void twoVersionsSayWhichObjectsChanged() throws Exception {
      var team = images(team("yolo", ""), "images/a.png", "images/b.png");
      text(team, "data.yaml", "train: images\nnames: [car, truck]\n");
      text(team, "labels/a.txt", "0 .25 .25 .25 .25\n0 .75 .75 .25 .25\n");
      team.prepared("first").push();
      var first = datasets.head(team.project(), DIGITS);
      text(team, "labels/a.txt", "0 .28 .25 .25 .25\n1 .75 .75 .25 .25\n1 .25 .75 .25 .25\n");
      var pushed = team.prepared("second").push();
      assertThat(pushed.terminal())
          .contains("version 2, 2 images, 0 added, 0 removed, 1 relabelled");

      var second = datasets.head(team.project(), DIGITS);
      var diff = datasets.diff(team.project(), DIGITS, first.digest(), second.digest());
      assertThat(diff.relabelled())
          .singleElement()
          .satisfies(change -> {
            assertThat(change.after().path()).isEqualTo("images/a.png");
            assertThat(change.words()).isEqualTo("1 box added, 1 moved, 1 car -> truck");
          });
      assertThat(diff.unchanged()).isEqualTo(1);
    }

    @Test
    void framesAreNotLabelledForADatasetOfObjects() throws Exception {
      var team = images(team("coco", ""), "a.png");
      text(team, COCO.formatted("train"), coco(1, object(0, 3, "'bbox':[1,2,3,4]")));
      team.prepared("objects").push();
      assertThatThrownBy(() ->
              annotation.select(
                  team.project(), new Annotation.Selection(DIGITS, Name.of("reader"), 5)))
          .isInstanceOf(InvalidRequest.class)
          .hasMessageContaining("dataset digits holds objects");
    }
  }

  @Nested
  class Defects {
    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        quoteCharacter = '\0',
        value = {
          "'bbox':[1,1,NaN,3]|is not finite",
          "'bbox':[1,1,1e999,3]|is not finite",
          "'bbox':[4,1,-2,3]|x2 2.0 < x1 4.0 (expected: x1 < x2)",
          "'bbox':[4,1,0,3]|encloses nothing",
          "'bbox':[9,9,8,3]|(expected: inside 16 x 16 px)",
          "'segmentation':[[1,1,2,2]]|2 points (expected: at least 3)",
          "'segmentation':[[1,1,2,2,3,3]]|encloses nothing",
          "'segmentation':{'size':[16,16],'counts':[256]}|has no place: no pixel and no keypoint",
          "'segmentation':{'size':[4,4],'counts':[2,14]}|a mask of 4 x 4 px",
          "'segmentation':{'size':[16,16],'counts':[7]}|runs of 7 pixels",
          "'keypoints':[1,1,2,99,1,2]|(expected: inside 16 x 16 px)"
        })
    void anObjectThatIsNoneIsRefusedOrWarnedAboutAndLeftOut(String rest, String said)
        throws Exception {
      var sound = object(0, 7, "'bbox':[5,2,3,4]");
      var team = images(team("coco", ""), "a.png");
      text(team, COCO.formatted("train"), coco(1, sound, object(0, 3, rest)));
      var refused = team.prepared("bad").push();
      assertThat(refused.accepted()).isFalse();
      assertThat(refused.terminal()).contains("x invalid-object").contains(said);
      assertThat(datasets.versions(team.project(), DIGITS)).isEmpty();

      var warned = images(team("coco", "quality: {invalid-object: warn}"), "a.png");
      text(warned, COCO.formatted("train"), coco(1, sound, object(0, 3, rest)));
      var accepted = warned.prepared("bad").push();
      assertThat(accepted.accepted()).as(accepted.terminal()).isTrue();
      assertThat(accepted.terminal()).contains("! invalid-object").contains(said);
      assertThat(head(warned).samples().getFirst().objects())
          .extracting(LabelledObject::label)
          .containsExactly("truck");
    }

    @Test
    void saysWhereItIsAndNothingWhereTheCheckIsOff() throws Exception {
      var bad = object(0, 3, "'bbox':[9,9,8,3]");
      var team = images(team("coco", ""), "a.png");
      text(team, COCO.formatted("train"), coco(1, bad));
      assertThat(team.prepared("outside").push().terminal())
          .contains(
              "x invalid-object data/digits/annotations/instances_train.json:5: annotation 3 of 'a.png': [9.0, 17.0) x [9.0, 12.0)");

      var off = images(team("coco", "quality: {invalid-object: off}"), "a.png");
      text(off, COCO.formatted("train"), coco(1, bad));
      var pushed = off.prepared("outside").push();
      assertThat(pushed.accepted()).isTrue();
      assertThat(pushed.terminal()).doesNotContain("invalid-object");
      assertThat(head(off).samples().getFirst().objects()).isEmpty();
    }

    @Test
    void aStatedSizeThatIsNotTheDecodedOneIsFound() throws Exception {
      var team = images(team("coco", "quality: {invalid-object: warn}"), "a.png");
      text(
          team,
          COCO.formatted("train"),
          coco(1, object(0, 3, "'bbox':[1,2,3,4]"), object(0, 7, "'bbox':[15,2,3,4]"))
              .replace("\"width\":16", "\"width\":20"));
      var pushed = team.prepared("size").push();
      assertThat(pushed.terminal())
          .contains(
              "instances_train.json:2: 'a.png' is said to have 20 x 16 px and has 16 x 16",
              "(expected: inside 16 x 16 px)");
      assertThat(head(team).samples().getFirst().objects())
          .extracting(LabelledObject::label)
          .containsExactly("car");
    }

    @ParameterizedTest
    @CsvSource({"refuse, false, x", "warn, true, !", "off, true, ''"})
    void aClassThatIsNoneIsSaidOnceForAllItsObjects(String reaction, boolean accepted, String sign)
        throws Exception {
      var team =
          images(
              team("coco", "classes: [car]\n    quality: {unknown-class: %s}".formatted(reaction)),
              "a.png",
              "b.png");
      text(
          team,
          COCO.formatted("train"),
          coco(
              2,
              object(0, 3, "'bbox':[1,2,3,4]"),
              object(0, 7, "'bbox':[1,2,3,4]"),
              object(1, 7, "'bbox':[1,2,3,4]"),
              object(1, 9, "'bbox':[1,2,3,4]")));
      var pushed = team.prepared("classes").push();
      assertThat(pushed.accepted()).as(pushed.terminal()).isEqualTo(accepted);
      if (sign.isEmpty()) {
        assertThat(pushed.terminal()).doesNotContain("unknown-class");
      } else {
        assertThat(pushed.terminal())
            .contains(
                sign
                    + " unknown-class  data/digits: class 'truck' of 2 objects in 2 images, such as a.png, is no class (expected: one of car)")
            .contains("annotation 19 of 'b.png' has category_id 9");
      }
      if (accepted) {
        assertThat(head(team).samples())
            .extracting(each -> each.objects().size())
            .containsExactly(1, 0);
      }
    }

    @ParameterizedTest
    @CsvSource({"refuse, false", "warn, true"})
    void labelsWithoutTheirImagesAndImagesWithoutLabelsAreOrphans(String reaction, boolean accepted)
        throws Exception {
      var quality = "quality: {orphan: %s}".formatted(reaction);
      var coco = images(team("coco", quality), "a.png", "z.png");
      text(
          coco,
          COCO.formatted("train"),
          coco(2, object(0, 3, "'bbox':[1,2,3,4]"), object(5, 3, "'bbox':[1,2,3,4]")));
      var pushed = coco.prepared("orphans").push();
      assertThat(pushed.accepted()).as(pushed.terminal()).isEqualTo(accepted);
      assertThat(pushed.terminal())
          .contains("orphan", "data/digits/b.png: 'b.png' has a label and no image")
          .contains("data/digits/z.png: is an image without a label")
          .contains("instances_train.json:7: an annotation with image_id 5");

      var yolo = images(team("yolo", quality), "images/a.png", "other/z.png");
      text(yolo, "data.yaml", "train: images\nnames: [car]\n");
      text(yolo, "labels/a.txt", "0 .5 .5 .5 .5\n");
      text(yolo, "labels/gone.txt", "0 .5 .5 .5 .5\n");
      pushed = yolo.prepared("orphans").push();
      assertThat(pushed.accepted()).as(pushed.terminal()).isEqualTo(accepted);
      assertThat(pushed.terminal())
          .contains("orphan", "data/digits/labels/gone.txt: is a label file without its image")
          .contains("data/digits/other/z.png: is an image without a label");
    }

    @Test
    void rowsOfYoloAreFoundByTheirLine() throws Exception {
      var team =
          images(
              team("yolo", "quality: {invalid-object: warn, unknown-class: warn}"), "images/a.png");
      text(team, "data.yaml", "train: images\nnames: [car]\n");
      text(
          team,
          "labels/a.txt",
          "0 .5 .5 .5 .5\n0 .9 .9 .5 .5\n0 nan .5 .5 .5\n0 .5 .5 0 .5\n4 .5 .5 .5 .5\n");
      var pushed = team.prepared("rows").push();
      assertThat(pushed.accepted()).as(pushed.terminal()).isTrue();
      assertThat(pushed.terminal())
          .contains(
              "! invalid-object data/digits/labels/a.txt:2: box 1 of 'images/a.png': [10.4, 18.4)")
          .contains("labels/a.txt:3: box 2 of 'images/a.png': Box[x1=NaN")
          .contains("labels/a.txt:4: box 3 of 'images/a.png'", "encloses nothing")
          .contains(
              "! unknown-class  data/digits/labels/a.txt:5: box 4 of 'images/a.png': class 4");
      assertThat(head(team).samples().getFirst().objects()).hasSize(1);
    }

    @Test
    void anImageThatDoesNotDecodeIsFoundOnceWhateverItsLabelsSay() throws Exception {
      var team = images(team("yolo", "quality: {undecodable: warn}"), "images/a.png");
      team.file("images/bad.png", "no image".getBytes(UTF_8));
      text(team, "data.yaml", "train: images\nnames: [car]\n");
      text(team, "labels/bad.txt", "0 .5 .5 .5 .5\n");
      var pushed = team.prepared("bad").push();
      assertThat(pushed.accepted()).as(pushed.terminal()).isTrue();
      assertThat(pushed.terminal().lines().filter(line -> line.contains("bad.")))
          .singleElement()
          .asString()
          .contains("! undecodable", "data/digits/images/bad.png: is no image");
      assertThat(head(team).samples()).hasSize(1);
    }

    @Test
    void anImageInTwoSplitsIsALeak() throws Exception {
      var team = images(team("coco", ""), "a.png");
      text(team, COCO.formatted("train"), coco(1, object(0, 3, "'bbox':[1,2,3,4]")));
      text(team, COCO.formatted("val"), coco(1, object(0, 3, "'bbox':[1,2,3,4]")));
      assertThat(team.prepared("leak").push().terminal())
          .contains("split-leakage", "'a.png' is listed twice, as train and as val");

      var voc = images(team("voc", ""), "JPEGImages/a.png");
      text(voc, "ImageSets/Main/train.txt", "a\n");
      text(voc, "ImageSets/Main/val.txt", "a\n");
      text(voc, "Annotations/a.xml", "<annotation><filename>a.png</filename></annotation>");
      assertThat(voc.prepared("leak").push().terminal())
          .contains("split-leakage", "ImageSets/Main/val.txt:1: 'a' is in two lists");
    }

    @ParameterizedTest
    @CsvSource(
        delimiter = '|',
        quoteCharacter = '\0',
        value = {
          "coco|annotations/instances_train.json|{\"images\": [|annotations/instances_train.json:1: no JSON:",
          "coco|annotations/instances_train.json|{}|has no 'images' (expected: COCO's lists)",
          "coco|annotations/instances_odd.json|{\"images\":[{\"id\":1,\"file_name\":\"a.png\"}]}|data/digits: split 'odd' of 1 images, such as a.png (expected: train, val or test)",
          "coco|nothing.json|{}|no label file names an image (expected of coco: annotations/instances_train.json",
          "yolo|data.yaml|train: .|names: missing",
          "yolo|labels.yaml|[[[|labels.yaml:1: not YAML",
          "yolo|nothing.txt|x|data.yaml: is missing",
          "voc|Annotations/a.xml|<annotation><object></annotation>|Annotations/a.xml:1: no XML",
          "voc|Annotations/a.xml|<annotation><filename>a.png</filename></annotation>|split '' of 1 images",
          "cvat|annotations.xml|<annotations><track/></annotations>|a <track> of a video",
          "datumaro|annotations/train.json|[]|(expected: an object)",
          "imagefolder|odd/cat/a.png|x|split 'odd' of 1 images"
        })
    void aFileThatIsNotOfTheFormatIsRefused(String format, String path, String text, String said)
        throws Exception {
      var team = images(team(format, ""), "a.png");
      text(team, path, text);
      var pushed = team.prepared("broken").push();
      assertThat(pushed.accepted()).isFalse();
      assertThat(pushed.terminal()).contains("labels").contains(said);
    }
  }

  @Nested
  class Attacks {
    @Test
    void pathsThatLeaveTheFolderAreRefused() throws Exception {
      var coco = images(team("coco", ""), "a.png");
      text(coco, COCO.formatted("train"), coco(1).replace("a.png", "../../fovea.yaml"));
      assertThat(coco.prepared("out").push().terminal())
          .contains(
              "x path",
              "instances_train.json:2: path '../../fovea.yaml' leaves the dataset folder");

      var yolo = images(team("yolo", ""), "images/a.png");
      text(yolo, "data.yaml", "train: list.txt\nnames: [car]\n");
      text(yolo, "list.txt", "images/a.png\n/etc/passwd\nimages/../../x.png\n");
      assertThat(yolo.prepared("out").push().terminal())
          .contains("list.txt:2: path '/etc/passwd'", "list.txt:3: path 'images/../../x.png'");
    }

    @Test
    void jsonThatIsNestedWithoutEndIsRefused() throws Exception {
      var team = images(team("coco", ""), "a.png");
      text(team, COCO.formatted("train"), "{\"info\":" + "[".repeat(500_000));
      assertThat(team.prepared("deep").push().terminal())
          .contains("instances_train.json: no JSON: Document nesting depth (65)");
    }

    @Test
    void xmlThatGrowsIsRefused() throws Exception {
      var team = images(team("cvat", ""), "a.png");
      text(
          team,
          "annotations.xml",
          "<!DOCTYPE a [<!ENTITY x \"%s\"><!ENTITY y \"&x;&x;&x;\">]><annotations>&y;</annotations>"
              .formatted("z".repeat(1_000)));
      var pushed = team.prepared("entities").push();
      assertThat(pushed.accepted()).isFalse();
      assertThat(pushed.terminal())
          .contains("annotations.xml:1: a DOCTYPE or an entity (expected: plain XML)");
    }

    @Test
    void thousandsOfFindingsAreCountedAndAThousandKept() throws Exception {
      var team = images(team("yolo", ""), "images/a.png");
      text(team, "data.yaml", "train: images\nnames: [car]\n");
      text(team, "labels/a.txt", "0 2 2 1 1\n".repeat(20_000));
      var pushed = team.prepared("outside").push();
      assertThat(pushed.terminal())
          .contains("error[push.refused] 20000 findings", "and 19950 more");
      assertThat(datasets.pushes(team.project()).getFirst().findings()).hasSize(1_000);
    }

    @Test
    void namesThatNoDatabaseCouldKeepAreRefused() throws Exception {
      var team = images(team("coco", ""), "a.png");
      text(
          team,
          COCO.formatted("train"),
          coco(1, object(0, 3, "'bbox':[1,2,3,4]")).replace("\"car\"", "\"c\\u0000r\""));
      var pushed = team.prepared("name").push();
      assertThat(pushed.accepted()).isFalse();
      assertThat(pushed.terminal()).contains("labels", "has no usable name");
      assertThat(datasets.pushes(team.project())).hasSize(1);
    }
  }
}
