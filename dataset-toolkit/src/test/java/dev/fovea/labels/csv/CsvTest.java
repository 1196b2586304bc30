package dev.fovea.labels.csv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.labels.Annotation;
import dev.fovea.labels.Dataset;
import dev.fovea.labels.files.MemoryFolder;
import dev.fovea.labels.format.LabelMistake;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CsvTest {
  @Test
  void readsColumnsInAnyOrderAndRowsOfOneImageTogether() throws Exception {
    var read =
        read(
            "\ufefflabel,split,path,slice\r\n\"a, \"\"b\"\"\nc\",train,x.jpg,\r\nd,train,x.jpg,\n\ne,val,y.jpg,night");
    assertThat(read.image("x.jpg").annotations())
        .extracting(Annotation::label)
        .containsExactly("a, \"b\"\nc", "d");
    assertThat(read.image("y.jpg").slice()).contains("night");
    assertThat(read.image("y.jpg").split()).isEqualTo("val");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "path,label | labels.csv:1: header 'path,label' (expected: path,label,split and perhaps slice)",
        "path,label,split,x | header 'path,label,split,x'",
        "path,label,split;a.jpg,b | labels.csv:2: 2 fields (expected: 3, as the header)",
        "path,label,split;a.jpg,\"b,c | labels.csv:2: a quote that is never closed",
        "path,label,split;a.jpg,b\",c | a quote inside a field",
        "path,label,split;a.jpg,\"b\"x,c | 'x' after a closing quote",
        "path,label,split;a.jpg,b,train;a.jpg,c,val | labels.csv:3: 'a.jpg' in another split"
      })
  void refusesWhatIsNoTableOfLabels(String csv, String reason) {
    assertThatThrownBy(() -> read(csv.replace(';', '\n')))
        .isInstanceOf(LabelMistake.class)
        .hasMessageContaining(reason);
  }

  @Test
  void refusesAFieldWithoutEnd() {
    assertThatThrownBy(() -> read("path,label,split\n" + "x".repeat(5_000)))
        .hasMessageContaining("a field of more than 4096 characters");
    assertThatThrownBy(() -> read("a,".repeat(100))).hasMessageContaining("more than 32 fields");
  }

  @Test
  void saysThatTheFileIsMissing() {
    assertThatThrownBy(() -> Dataset.read(new Csv(), new MemoryFolder()))
        .hasMessage("labels.csv: is missing");
  }

  private static Dataset read(String text) throws Exception {
    return Dataset.read(new Csv(), new MemoryFolder().with("labels.csv", text));
  }
}
