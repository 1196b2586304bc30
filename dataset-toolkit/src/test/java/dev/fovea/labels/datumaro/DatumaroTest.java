package dev.fovea.labels.datumaro;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.labels.Dataset;
import dev.fovea.labels.files.MemoryFolder;
import dev.fovea.labels.format.Finding;
import dev.fovea.labels.format.Finding.Kind;
import dev.fovea.labels.format.LabelMistake;
import dev.fovea.labels.format.LabelSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DatumaroTest {
  private static final String FILE = "annotations/val.json";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "{'type':'bbox','label_id':0,'bbox':[9,1,-2,3]} | INVERTED | bbox 0 of 'images/val/a.png': x2 7.0 < x1 9.0",
        "{'type':'bbox','label_id':0,'bbox':[9,1]} | UNREADABLE | bbox: 2 numbers",
        "{'type':'bbox','label_id':3,'bbox':[1,1,1,1]} | UNKNOWN_CLASS | label_id 3",
        "{'type':'bbox','label_id':null,'bbox':[1,1,1,1]} | UNKNOWN_CLASS | label_id -1",
        "{'type':'caption','caption':'x'} | NOT_KEPT | a caption is not kept",
        "{'type':'cuboid_2d','label_id':0,'points':[[1,2]]} | OTHER_SHAPE | type 'cuboid_2d' is not read",
        "{'type':'bbox','label_id':0,'bbox':[1,1,1,1],'object_id':3} | NOT_KEPT | 'object_id'",
        "{'type':'polygon','label_id':0,'points':[1,2,3]} | UNREADABLE | 3 numbers",
        "{'type':'mask','label_id':0,'rle':{'counts':'7','size':[2,2]}} | UNREADABLE | runs of 7",
        "{'type':'mask','label_id':0,'rle':{'counts':'4','size':[2,2]}} | OUTSIDE | another size"
      })
  void handsOnWhatIsWrongAndFindsIt(String annotation, Kind kind, String text) throws Exception {
    var source = LabelSource.of(folder("'image':{'path':'a.png','size':[9,9]}", annotation));
    assertThat(Dataset.read(new Datumaro(), source).images()).hasSize(1);
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
        "'image':{'path':'a.png'} | images/val/a.png",
        "'image':{'path':'/home/me/export/a.png'} | images/val/x/y.png",
        "'image':{'path':'C:\\\\data\\\\a.png'} | images/val/x/y.png",
        "'image':{} | images/val/x/y.jpg",
        "'image':{'path':'there.png'} | images/there.png",
        "'image':{'path':'a.png'},'path':'elsewhere/a.png' | elsewhere/a.png"
      })
  void findsTheImageThatAnItemMeans(String image, String path) throws Exception {
    var folder = folder(image, "").with("images/there.png", "");
    assertThat(Dataset.read(new Datumaro(), folder).images().getFirst().path()).isEqualTo(path);
  }

  @Test
  void leavesOutWhatIsNoImage() throws Exception {
    var source = LabelSource.of(folder("'point_cloud':{'path':'a.pcd'}", ""));
    assertThat(Dataset.read(new Datumaro(), source).images()).isEmpty();
    assertThat(source.findings().counts()).containsKey(Kind.UNREADABLE);
  }

  @Test
  void refusesWhatIsNotDatumaros() {
    assertThatThrownBy(() -> read("{}")).hasMessageContaining("has no 'categories'");
    assertThatThrownBy(() -> read("[]")).hasMessageContaining("(expected: an object)");
    assertThatThrownBy(() ->
            read("{\"categories\":{\"label\":{\"labels\":[{\"name\":\"a\"},{\"name\":\"a\"}]}}}"))
        .isInstanceOf(LabelMistake.class)
        .hasMessageContaining("the label 'a' twice");
  }

  private static Dataset read(String json) throws Exception {
    return Dataset.read(new Datumaro(), new MemoryFolder().with(FILE, json));
  }

  private static MemoryFolder folder(String image, String annotation) {
    return new MemoryFolder()
        .with(
            FILE,
            """
            {"categories":{"label":{"labels":[{"name":"cat","parent":""}]}},
             "items":[{"id":"x/y",%s,"annotations":[%s]}]}
            """
                .formatted(image.replace('\'', '"'), annotation.replace('\'', '"')));
  }
}
