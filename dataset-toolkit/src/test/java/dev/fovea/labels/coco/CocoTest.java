package dev.fovea.labels.coco;

import static java.nio.charset.StandardCharsets.UTF_16LE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.labels.Annotation;
import dev.fovea.labels.Classes;
import dev.fovea.labels.Dataset;
import dev.fovea.labels.Extras;
import dev.fovea.labels.ImageSize;
import dev.fovea.labels.LabelClass;
import dev.fovea.labels.LabelledImage;
import dev.fovea.labels.Licence;
import dev.fovea.labels.Mask;
import dev.fovea.labels.Notes;
import dev.fovea.labels.Shape.Box;
import dev.fovea.labels.Shape.KeypointsOnly;
import dev.fovea.labels.convert.Conversion;
import dev.fovea.labels.files.MemoryFolder;
import dev.fovea.labels.format.Finding;
import dev.fovea.labels.format.Finding.Kind;
import dev.fovea.labels.format.LabelLimits;
import dev.fovea.labels.format.LabelMistake;
import dev.fovea.labels.format.LabelSource;
import dev.fovea.labels.yolo.Yolo;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CocoTest {
  private static final String FILE = "annotations/instances_train.json";
  private static final Licence BY = new Licence(4, new Extras(Map.of("name", "\"CC BY 2.0\"")));
  private static final String IMAGE =
      "{\"id\":7,\"file_name\":\"images/a.jpg\",\"width\":100,\"height\":50}";

  @Test
  void readsABoxOverTheFirstPixelFromEdgeToEdge() throws Exception {
    assertThat(read("{\"bbox\":[0,0,1,1]}").only().shape()).isEqualTo(new Box(0, 0, 1, 1));
  }

  @Test
  void looksCategoriesUpAndNeverCountsThem() throws Exception {
    var folder =
        new MemoryFolder()
            .with(
                FILE,
                """
                {"annotations":[{"id":1,"image_id":7,"category_id":90,"bbox":[1,2,3,4]},
                                {"id":2,"image_id":7,"category_id":18,"bbox":[1,2,3,4]}],
                 "categories":[{"id":90,"name":"toothbrush"},{"id":18,"name":"dog"}],
                 "images":[%s]}
                """
                    .formatted(IMAGE));
    var read = Dataset.read(new Coco(), folder);
    assertThat(read.images().getFirst().annotations())
        .extracting(Annotation::label)
        .containsExactly("toothbrush", "dog");
    assertThat(read.classes().list().getFirst().id()).hasValue(90);
  }

  @Test
  void readsRunsDownTheColumnsWithTheHeightFirst() throws Exception {
    var mask =
        read("{\"segmentation\":{\"size\":[50,100],\"counts\":[50,50,4900]},\"iscrowd\":1}").only();
    assertThat(mask.shape()).isEqualTo(Mask.ofRuns(new ImageSize(100, 50), 50, 50, 4900));
    assertThat(mask.bounds()).contains(new Box(1, 0, 2, 50));
    assertThat(mask.traits().crowd()).isTrue();
  }

  @Test
  void takesTheAreaOfAMaskFromItsPixelsAndKeepsAnotherOneThatIsStated() throws Exception {
    var counts = "\"segmentation\":{\"size\":[50,100],\"counts\":[50,50,4900]}";
    assertThat(read("{%s,\"area\":50}".formatted(counts)).only().area()).isEmpty();
    assertThat(read("{%s,\"area\":49.5}".formatted(counts)).only().area()).hasValue(49.5);
  }

  @Test
  void takesTheZerosOfAnEmptyMaskForNoBox() throws Exception {
    var empty = read("{\"bbox\":[0,0,0,0],\"segmentation\":{\"size\":[50,100],\"counts\":[5000]}}");
    assertThat(empty.only().box()).isEmpty();
    assertThat(empty.only().bounds()).isEmpty();
  }

  @Test
  void readsKeypointsAloneAndTakesUnmarkedOnesForNone() throws Exception {
    var alone = read("{\"keypoints\":[1,2,2,0,0,0,3,4,1],\"num_keypoints\":2}").only();
    assertThat(alone.shape()).isEqualTo(new KeypointsOnly());
    assertThat(alone.keypoints()).hasSize(3);
    assertThat(alone.bounds()).contains(new Box(1, 2, 3, 4));
    assertThat(read("{\"bbox\":[1,2,3,4],\"keypoints\":[0,0,0,0,0,0]}").only().keypoints())
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "{'bbox':[12,1,-2,3]} | INVERTED | annotation 1 of 'images/a.jpg': x2 10.0 < x1 12.0"
            + " (expected: x1 < x2)",
        "{'bbox':[1,9,2,-3]} | INVERTED | y2 6.0 < y1 9.0",
        "{'bbox':[1,1,0,3]} | EMPTY | encloses nothing",
        "{'bbox':[90,1,11,3]} | OUTSIDE | [90.0, 101.0) x [1.0, 4.0) (expected: inside 100 x 50"
            + " px)",
        "{'bbox':[NaN,1,11,3]} | NOT_FINITE | is not finite",
        "{'bbox':[1,1,1e999,3]} | NOT_FINITE | is not finite",
        "{'bbox':[1,1,null,3]} | NOT_FINITE | is not finite",
        "{'segmentation':[[1,1,2,2]]} | EMPTY | 2 points (expected: at least 3)",
        "{'segmentation':[[1,1,2,2,3,3]]} | EMPTY | encloses nothing",
        "{'segmentation':[[1,1,2,2,3,3,4]],'bbox':[1,1,1,1]} | UNREADABLE | a polygon of 7 numbers",
        "{'bbox':[1,2,3]} | UNREADABLE | a bbox of 3 numbers",
        "{'keypoints':[1,2,7]} | UNREADABLE | keypoint 0 has v 7.0",
        "{'bbox':[1,1,1,1],'segmentation':{'size':[50,100],'counts':'7'}} | UNREADABLE | runs of 7"
            + " pixels",
        "{'bbox':[1,1,1,1],'segmentation':{'size':[9999999,9999999],'counts':'7'}} | UNREADABLE |"
            + " at most",
        "{'bbox':[1,1,1,1],'segmentation':{'size':[5,3],'counts':[15]}} | OUTSIDE | a mask of 3 x 5"
            + " px",
        "{'bbox':[1,1,1,1],'category_id':5} | UNKNOWN_CLASS | category_id 5",
        "{'bbox':[1,1,1,1],'image_id':5} | UNKNOWN_IMAGE | image_id 5",
        "{'bbox':[1,1,1,1],'attributes':{'track':[5]}} | NOT_KEPT | the attribute 'track'",
        "{'id':1} | UNREADABLE | has no bbox, no segmentation and no keypoints"
      })
  void handsOnWhatIsWrongAndFindsIt(String annotation, Kind kind, String text) throws Exception {
    var source = source(annotation.replace('\'', '"'));
    assertThat(Dataset.read(new Coco(), source).images()).hasSize(1);
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
        "[] | (expected: an object)",
        "{'a':1} | has no 'images'",
        "{'images':[{'id':'x'}]} | /images/0/id: x (expected: a whole number)",
        "{'images':[{'file_name':'x'}]} | an image without an id",
        "{'images':[],'categories':[{'id':1,'name':'a'},{'id':1,'name':'b'}]} | the category id 1"
            + " twice",
        "{'images':[],'categories':[{'id':1,'name':'a'},{'id':2,'name':'a'}]} | the category name"
            + " 'a' twice",
        "{'images':[]} {} | something follows",
        "{'images':[ | no JSON",
        "{'images':[],'x':[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["
            + " | no JSON"
      })
  void refusesWhatIsNoCoco(String json, String reason) {
    var folder = new MemoryFolder().with(FILE, json.replace('\'', '"'));
    assertThatThrownBy(() -> Dataset.read(new Coco(), folder))
        .isInstanceOf(LabelMistake.class)
        .hasMessageContaining(reason);
  }

  @Test
  void refusesWhatIsNotInUtf8SinceItsSizeWouldNotBeKnown() {
    var utf16 = new MemoryFolder().with(FILE, "{\"images\":[]}".getBytes(UTF_16LE));
    assertThatThrownBy(() -> Dataset.read(new Coco(), utf16))
        .isInstanceOf(LabelMistake.class)
        .hasMessageContaining("is not in UTF-8");
  }

  @Test
  void readsALargeFileInSeveralPassesAsInOne() throws Exception {
    var images = new ArrayList<LabelledImage>();
    var random = new Random(5);
    for (int i = 0; i < 60; i++) {
      var annotations = new ArrayList<Annotation>();
      for (int k = random.nextInt(6); k > 0; k--) {
        annotations.add(
            Annotation.of("cat", Box.ofSize(random.nextInt(50), random.nextInt(30), 5.5, 6))
                .withId(OptionalLong.of(1000L * i + k)));
      }
      images.add(
          new LabelledImage(
                  "images/%d.jpg".formatted(i), "train", new ImageSize(90, 60), annotations)
              .with(Optional.of(BY), new Extras(Map.of("coco_url", "\"" + i + "\"")))
              .withId(500 - i));
    }
    var folder = new MemoryFolder();
    var classes =
        new Classes(List.of(LabelClass.named("cat")), new Notes(List.of(BY), Extras.NONE));
    var sample = new Dataset(classes, images);
    sample.write(new Coco(), folder);
    var small = new LabelLimits(1 << 20, 100, 100, 100, 1500);
    assertThat(Dataset.read(new Coco(), LabelSource.of(folder).with(small))).isEqualTo(sample);
    assertThat(Dataset.read(new Coco(), folder)).isEqualTo(sample);
  }

  @Test
  void handsOnTheFirstOfTwoImagesWithOneIdItsAnnotations() throws Exception {
    var source =
        LabelSource.of(
            new MemoryFolder()
                .with(
                    FILE,
                    """
                    {"images":[%s,{"id":7,"file_name":"b.jpg"}],"categories":[{"id":1,"name":"a"}],
                     "annotations":[{"id":1,"image_id":7,"category_id":1,"bbox":[1,2,3,4]}]}
                    """
                        .formatted(IMAGE)));
    var read = Dataset.read(new Coco(), source);
    assertThat(read.image("images/a.jpg").annotations()).hasSize(1);
    assertThat(read.image("b.jpg").annotations()).isEmpty();
    assertThat(source.findings().counts()).containsEntry(Kind.DUPLICATE, 1L);
  }

  @Test
  void mergesFilesWhoseIdsClash() throws Exception {
    var folder =
        new MemoryFolder()
            .with("annotations/instances_train.json", one("a.jpg", "cat"))
            .with("annotations/instances_val.json", one("b.jpg", "dog"))
            .with("annotations/captions_val.json", "{}");
    var source = LabelSource.of(folder);
    var read = Dataset.read(new Coco(), source);
    assertThat(read.classes().names()).containsExactly("cat", "dog");
    assertThat(read.image("a.jpg").annotations().getFirst().label()).isEqualTo("cat");
    assertThat(read.image("b.jpg").annotations().getFirst().label()).isEqualTo("dog");
    assertThat(read.image("b.jpg").split()).isEqualTo("val");
    assertThat(source.findings().counts()).containsOnlyKeys(Kind.NOT_KEPT);
  }

  private static String one(String path, String label) {
    return """
    {"images":[{"id":1,"file_name":"%s","width":9,"height":9}],
     "categories":[{"id":1,"name":"%s"}],
     "annotations":[{"id":1,"image_id":1,"category_id":1,"bbox":[1,2,3,4]}]}
    """
        .formatted(path, label);
  }

  @Test
  void findsRoboflowsFilesBesideTheirImages() throws Exception {
    var folder = new MemoryFolder().with("valid/_annotations.coco.json", one("x.jpg", "cat"));
    var image = Dataset.read(new Coco(), folder).images().getFirst();
    assertThat(image.path()).isEqualTo("valid/x.jpg");
    assertThat(image.split()).isEqualTo("val");
  }

  @Test
  void writesWholeNumbersWithoutAPoint() throws Exception {
    var folder = new MemoryFolder();
    Dataset.of(Classes.named(List.of("cat")), Annotation.of("cat", Box.ofSize(10, 0.1, 5, 0.2)))
        .write(new Coco(), folder);
    assertThat(folder.text(FILE)).contains("\"bbox\":[10,0.1,5,0.2],\"area\":1,");
  }

  // As COCO's own files are, with what they say besides.
  private static final String WHOLE =
      """
      {"info":{"year":2017,"url":"http://cocodataset.org"},"type":"instances","images":[
      {"id":7,"file_name":"images/a.jpg","width":100,"height":50,"license":4,"coco_url":"http://x/7","gps":[1.50,null]},
      {"id":9,"file_name":"images/b.jpg","width":100,"height":50,"license":99,"date_captured":"2013-11-14 17:02:52"}
      ],"annotations":[
      {"id":1,"image_id":7,"category_id":1,"bbox":[1,2,3,4],"area":12,"iscrowd":0,"segmentation":[],"score":0.90}
      ],"categories":[
      {"id":1,"name":"cat","supercategory":"","color":"#f00"}
      ],"licenses":[
      {"id":4,"name":"CC BY 2.0"},
      {"id":0}
      ]}
      """;

  private static MemoryFolder rewritten(MemoryFolder folder) throws Exception {
    var source = LabelSource.of(folder);
    var anew = new MemoryFolder();
    assertThat(Conversion.convert(new Coco(), source, new Coco(), anew).list()).isEmpty();
    assertThat(source.findings().kept()).isEmpty();
    return anew;
  }

  @Test
  void keepsEveryByteOfWhatItDoesNotReadWhereItStands() throws Exception {
    assertThat(rewritten(new MemoryFolder().with(FILE, WHOLE)).text(FILE)).isEqualTo(WHOLE);
  }

  @Test
  void saysWhatAnotherFormatCannotHoldOfIt() throws Exception {
    var losses =
        Conversion.convert(
            new Coco(),
            LabelSource.of(new MemoryFolder().with(FILE, WHOLE)),
            new Yolo(Yolo.Task.DETECT),
            new MemoryFolder());
    assertThat(losses.toString())
        .contains("licences: 4 dropped (licence 4, licence 0, images/a.jpg)")
        .contains("objects and classes: 4 dropped (cat, images/a.jpg, images/b.jpg)")
        .contains("such as its info: 2 dropped (info, type)");
  }

  @Test
  void numbersAnewALicenceOfAnotherFileThatHasTheSameNumber() throws Exception {
    var val = WHOLE.replace("CC BY 2.0", "CC BY-NC").replace("\"license\":99", "\"license\":0");
    var source =
        LabelSource.of(
            new MemoryFolder()
                .with("annotations/instances_train.json", WHOLE)
                .with("annotations/instances_val.json", val.replace("2017", "2014")));
    var target = new MemoryFolder();
    Conversion.convert(new Coco(), source, new Coco(), target);
    assertThat(target.text("annotations/instances_val.json"))
        .contains("\"license\":5,\"coco_url\"", "\"license\":0,\"date_captured\"", "2017")
        .contains(
            "{\"id\":4,\"name\":\"CC BY 2.0\"},\n{\"id\":0},\n{\"id\":5,\"name\":\"CC BY-NC\"}");
    assertThat(source.findings().kept())
        .extracting(Finding::text)
        .containsExactly("'info', of which another file says something else, is not kept");
  }

  @Test
  void neverListsALicenceForAnImageWhoseNumberHasNone() throws Exception {
    var train = one("a.jpg", "cat").replace("\"width\"", "\"license\":4,\"width\"");
    var source =
        LabelSource.of(
            new MemoryFolder()
                .with("annotations/instances_train.json", train)
                .with("annotations/instances_val.json", WHOLE));
    var target = new MemoryFolder();
    Conversion.convert(new Coco(), source, new Coco(), target);
    assertThat(target.text("annotations/instances_train.json"))
        .contains("\"license\":5}")
        .doesNotContain("\"id\":5");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "'coco_url':'http://x/7' | 'coco_url':'LONG' | the image field 'coco_url'",
        "'gps':[1.50,null] | 'gps':[['LONG'],{'a':1}] | the image field 'gps'",
        "'score':0.90 | 'score':{'a':'LONG','b':[2]} | the annotation field 'score'",
        "'color':'#f00' | 'color':['LONG'] | the category field 'color'",
        "'type':'instances' | 'type':['LONG',{}] | the field 'type'",
        "'name':'CC BY 2.0' | 'name':'LONG' | the licence field 'name'",
        "{'id':0} | {'id':4} | another licence of the number 4",
        "{'id':0} | {'id':'x'} | a licence without a number",
        "{'id':0} | [0] | a licence that is no object",
      })
  void saysWhatIsTooLargeOrNoLicenceAndReadsOn(String place, String instead, String text)
      throws Exception {
    var json =
        WHOLE.replace(
            place.replace('\'', '"'),
            instead.replace('\'', '"').replace("LONG", "x".repeat(66_000)));
    var source = LabelSource.of(new MemoryFolder().with(FILE, json));
    assertThat(Dataset.read(new Coco(), source).image("images/a.jpg").annotations()).hasSize(1);
    assertThat(source.findings().kept())
        .extracting(Finding::text)
        .anyMatch(found -> found.contains(text));
  }

  private static Dataset read(String annotation) throws Exception {
    return Dataset.read(new Coco(), source(annotation));
  }

  private static LabelSource source(String annotation) {
    var fields = annotation.substring(1);
    var defaults =
        (annotation.contains("image_id") ? "" : "\"image_id\":7,")
            + (annotation.contains("category_id") ? "" : "\"category_id\":1,")
            + (annotation.contains("\"id\"") ? "" : "\"id\":1,");
    return LabelSource.of(
        new MemoryFolder()
            .with(
                FILE,
                "{\"images\":[%s],\"categories\":[{\"id\":1,\"name\":\"cat\"}],\"annotations\":[{%s%s]}"
                    .formatted(IMAGE, defaults, fields)));
  }
}
