package dev.fovea.labels.merge;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.dvc.merge.FileMerge;
import dev.fovea.dvc.merge.FileMerge.Answer;
import dev.fovea.dvc.merge.FileMerge.Merged;
import dev.fovea.dvc.merge.FileMerge.Side;
import dev.fovea.dvc.merge.FileMerge.Unknown;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LabelFilesTest {
  private static final String YAML = "names: [car, van]\ntask: detect\ntrain: images\n";

  private final Map<String, String> base = new HashMap<>();
  private final Map<String, String> ours = new HashMap<>();
  private final Map<String, String> theirs = new HashMap<>();

  private void put(String path, String before, String mine, String others) {
    base.put(path, before);
    ours.put(path, mine);
    theirs.put(path, others);
  }

  private static Side side(Map<String, String> files) {
    return path -> Optional.ofNullable(files.get(path)).map(text -> text.getBytes(UTF_8));
  }

  private Answer merge(String path, boolean drop) throws IOException {
    FileMerge files = new LabelFiles(drop);
    return files.merge(path, side(base), side(ours), side(theirs));
  }

  private String merged(String path) throws IOException {
    var answer = merge(path, false);
    assertThat(answer).isInstanceOf(Merged.class);
    assertThat(((Merged) answer).conflicts()).isEmpty();
    return new String(((Merged) answer).bytes(), UTF_8);
  }

  private String reason(String path) throws IOException {
    var answer = merge(path, false);
    assertThat(answer).isInstanceOf(Unknown.class);
    return ((Unknown) answer).reason();
  }

  @Test
  void mergesRowsOfACsv() throws IOException {
    put(
        "labels.csv",
        "path,label,split\na.jpg,cat,train\n",
        "path,label,split\na.jpg,dog,train\n",
        "path,label,split\na.jpg,cat,train\nb.jpg,cat,val\n");
    assertThat(merged("labels.csv"))
        .isEqualTo("path,label,split,slice\na.jpg,dog,train,\nb.jpg,cat,val,\n");
  }

  @Test
  void saysWhatIsInConflictInsideAFile() throws IOException {
    put(
        "labels.csv",
        "path,label,split\na.jpg,cat,train\n",
        "path,label,split\na.jpg,dog,train\n",
        "path,label,split\na.jpg,bird,train\n");
    assertThat(((Merged) merge("labels.csv", false)).conflicts())
        .containsExactly("a.jpg, object 'cat': class: ours 'dog', theirs 'bird'");
  }

  private static String coco(String extra, int x, String name) {
    return """
    {"images": [{"id": 7, "file_name": "a.jpg", "width": 100, "height": 50}],
     "categories": [{"id": 3, "name": "car"}, {"id": 4, "name": "van"}], %s
     "annotations": [
       {"id": 1, "image_id": 7, "category_id": %s, "bbox": [%d, 20, 40, 10], "area": 400, "iscrowd": 0, "segmentation": []}]}
    """
        .formatted(extra, name.equals("car") ? 3 : 4, x);
  }

  @Test
  void mergesCocoWhateverItsFileIsCalled() throws IOException {
    put("x/my labels.json", coco("", 10, "car"), coco("", 12, "car"), coco("", 10, "van"));
    assertThat(merged("x/my labels.json"))
        .contains("\"category_id\":4,\"bbox\":[12,20,40,10]")
        .contains("{\"id\":3,\"name\":\"car\"");
  }

  @Test
  void mergesNothingThatItWouldLoseUnlessTold() throws IOException {
    var licences = "\"licenses\": [{\"name\": \"CC BY\"}], \"info\": {},";
    put("a.json", coco("", 10, "car"), coco(licences, 12, "car"), coco("", 10, "van"));
    assertThat(reason("a.json"))
        .contains("would lose 2 things: 'licenses[].name'; a licence without a number is not kept")
        .contains("--drop-unkept");
    assertThat(merge("a.json", true)).isInstanceOf(Merged.class);

    var nested =
        coco("", 10, "van").replace("\"id\": 1,", "\"id\": 1, \"attributes\": {\"a\": [2]},");
    put("b.json", coco("", 10, "car"), coco("", 12, "car"), nested);
    assertThat(reason("b.json")).contains("the attribute 'a' is not kept");
  }

  // What COCO's own files say of the dataset and of images.
  private static String licensed(int x, String name, String licences, String year, String image) {
    return coco("\"licenses\": [%s], \"info\": {\"year\": %s},".formatted(licences, year), x, name)
        .replace("\"id\": 7,", "\"id\": 7, %s,".formatted(image));
  }

  private static final String BY = "{\"id\": 4, \"name\": \"CC BY\"}";
  private static final String BY_NC = "{\"id\": 4, \"name\": \"CC BY-NC\"}";

  @Test
  void mergesLicencesAndFieldsOfTheirOwn() throws IOException {
    put(
        "a.json",
        licensed(10, "car", BY, "2014", "\"license\": 4"),
        licensed(12, "car", BY, "2014", "\"license\": 4, \"flickr_url\": \"x\""),
        licensed(10, "van", BY, "2017", "\"license\": 4, \"date_captured\": \"2013-11-14\""));
    assertThat(merged("a.json"))
        .contains("\"category_id\":4,\"bbox\":[12,20,40,10]")
        .contains("\"license\":4,\"flickr_url\":\"x\",\"date_captured\":\"2013-11-14\"}")
        .contains("\"info\":{\"year\":2017}")
        .contains("\"licenses\":[\n{\"id\":4,\"name\":\"CC BY\"}\n]");
  }

  @Test
  void neverPutsAnImageUnderAnotherLicence() throws IOException {
    var second = "{\"id\": 8, \"file_name\": \"b.jpg\", \"license\": 4},";
    put(
        "a.json",
        coco("", 10, "car"),
        licensed(12, "car", BY, "1", "\"license\": 4"),
        licensed(10, "car", BY_NC, "1", "\"x\": 1")
            .replace("[{\"id\": 7", "[" + second + "{\"id\": 7"));
    assertThat(merged("a.json"))
        .contains("\"height\":50,\"license\":4,\"x\":1}")
        .contains("\"file_name\":\"b.jpg\",\"license\":5}")
        .contains("{\"id\":4,\"name\":\"CC BY\"},\n{\"id\":5,\"name\":\"CC BY-NC\"}");
  }

  @Test
  void saysWhereBothGaveAnotherLicenceOrField() throws IOException {
    put(
        "a.json",
        licensed(10, "car", BY, "1", "\"coco_url\": 1, \"license\": 4"),
        licensed(10, "car", BY, "2", "\"coco_url\": 2, \"license\": 5"),
        licensed(10, "car", BY_NC, "3", "\"coco_url\": 3, \"license\": 4"));
    assertThat(((Merged) merge("a.json", false)).conflicts())
        .containsExactly(
            "a.jpg: licence: ours 5 {}, theirs 4 {name=\"CC BY-NC\"}",
            "a.jpg: field 'coco_url': ours 2, theirs 3",
            "the dataset: field 'info': ours {\"year\":2}, theirs {\"year\":3}");
  }

  @Test
  void noticesWhatReadersPassOver() throws IOException {
    var grey = voc("van", 1, "").replace("<depth>3<", "<depth>1<");
    put("Annotations/a.xml", voc("car", 1, ""), voc("car", 3, ""), grey);
    assertThat(reason("Annotations/a.xml")).contains("'annotation.size.depth'");
    var verified = voc("van", 1, "").replace("<annotation>", "<annotation verified=\"yes\">");
    put("Annotations/a.xml", voc("car", 1, ""), voc("car", 3, ""), verified);
    assertThat(reason("Annotations/a.xml")).contains("'annotation.verified'");
  }

  @Test
  void takesWhatSaysNothingForNothing() throws IOException {
    var ofCvat =
        "\"licenses\": [{\"name\": \"\", \"id\": 0, \"url\": \"\"}], \"info\": {\"year\": \"\"},";
    put("a.json", coco("", 10, "car"), coco(ofCvat, 12, "car"), coco(ofCvat, 10, "van"));
    assertThat(merged("a.json")).contains("\"category_id\":4,\"bbox\":[12,20,40,10]");
  }

  @Test
  void findsWhatIsLostBehindAThousandOtherFindings() throws IOException {
    put("data.yaml", YAML, YAML, YAML);
    var outside = "0 2 2 0.2 0.2\n".repeat(1_200);
    put("labels/x.txt", outside, outside + "0 0.5 0.5 0.1 0.1\n", outside + "7 0.5 0.5 0.2 0.2\n");
    assertThat(reason("labels/x.txt")).contains("UNKNOWN_CLASS");
  }

  private static String voc(String name, int xmin, String pose) {
    return """
    <annotation><folder></folder><filename>a.jpg</filename>
    <size><width>100</width><height>50</height><depth>3</depth></size>
    <object><name>%s</name>%s<bndbox><xmin>%d</xmin><ymin>1</ymin><xmax>40</xmax><ymax>40</ymax></bndbox></object>
    </annotation>
    """
        .formatted(name, pose, xmin);
  }

  @Test
  void mergesVocAndNoticesWhatItDoesNotKeep() throws IOException {
    put("Annotations/a.xml", voc("car", 1, ""), voc("car", 3, ""), voc("van", 1, ""));
    assertThat(merged("Annotations/a.xml")).contains("<name>van</name>").contains("<xmin>3</xmin>");
    put("Annotations/a.xml", voc("car", 1, ""), voc("car", 3, "<part/>"), voc("van", 1, ""));
    assertThat(reason("Annotations/a.xml")).contains("<part> of an object");
  }

  @Test
  void mergesRowsOfYoloWhereNumbersMeanTheSame() throws IOException {
    put("data.yaml", YAML, YAML, YAML);
    put(
        "train/labels/x.txt",
        "0 0.5 0.5 0.2 0.2\n",
        "1 0.5 0.5 0.2 0.2\n",
        "0 0.51 0.5 0.2 0.2\n0 0.1 0.1 0.1 0.1\n");
    assertThat(merged("train/labels/x.txt")).isEqualTo("1 0.51 0.5 0.2 0.2\n0 0.1 0.1 0.1 0.1\n");

    for (var side : List.of(base, ours, theirs)) {
      side.put("data.yaml", YAML.replace("task: detect\n", ""));
    }
    assertThat(merged("train/labels/x.txt")).startsWith("1 0.51 0.5 0.2 0.2\n");

    theirs.put("data.yaml", YAML.replace("car, van", "van, car"));
    assertThat(reason("train/labels/x.txt")).contains("data.yaml: differs between the sides");
  }

  @Test
  void leavesOtherFilesAlone() throws IOException {
    put("notes.txt", "a", "b", "c");
    put("x.json", "{\"a\": 1}", "{\"a\": 2}", "{\"a\": 3}");
    put("bad.xml", "<annotation>", "<annotation><folder>", "<annotation><f");
    put("x.csv", "a,b\n", "a,c\n", "a,d\n");
    assertThat(reason("notes.txt")).isEqualTo("both sides changed it");
    assertThat(reason("x.json")).contains("known format");
    assertThat(reason("bad.xml")).contains("both sides changed it, and");
    assertThat(reason("x.csv")).contains("known format");
  }

  @Test
  void reportsRowsWhoseNumbersTheOtherSideMadeOtherClasses() throws IOException {
    put("a/data.yaml", YAML, YAML.replace("[car, van]", "[bus, car, van]"), YAML);
    FileMerge files = new LabelFiles(false);
    var rows = Set.of("a/labels/new.txt");
    var yaml = Set.of("a/data.yaml");
    assertThat(files.clashes(side(base), side(ours), yaml, side(theirs), rows))
        .containsExactly(
            "a/data.yaml: in ours class 0 is 'car' no longer, and theirs wrote 1 files of rows by"
                + " the old numbers");
    assertThat(files.clashes(side(base), side(theirs), rows, side(ours), yaml)).hasSize(1);
    assertThat(
            files.clashes(side(base), side(ours), yaml, side(theirs), Set.of("b/labels/new.txt")))
        .isEmpty();

    ours.put("a/data.yaml", YAML.replace("[car, van]", "[car, van, bus]"));
    assertThat(files.clashes(side(base), side(ours), yaml, side(theirs), rows)).isEmpty();
  }
}
