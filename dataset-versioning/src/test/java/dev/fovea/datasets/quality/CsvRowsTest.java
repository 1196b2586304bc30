package dev.fovea.datasets.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.fovea.datasets.quality.CsvRows.Mistake;
import dev.fovea.datasets.quality.CsvRows.Row;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CsvRowsTest {
  @Test
  void readsQuotesDoubledQuotesAndLineEndsInsideThem() throws Mistake {
    assertThat(CsvRows.parse("\ufeffa,\"b \"\"x\"\"\"\r\n\r\n\"c\nd\",\r\ne,f", 10))
        .containsExactly(
            new Row(1, List.of("a", "b \"x\"")),
            new Row(3, List.of("c\nd", "")),
            new Row(5, List.of("e", "f")));
  }

  @Test
  void readsWhatItWrites() throws Mistake {
    var fields = List.of("", "plain", "a,b", "say \"hi\"", "two\r\nlines", "ü");
    assertThat(CsvRows.parse(CsvRows.write(fields), 10)).containsExactly(new Row(1, fields));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "a\\n\"b | 2 | never closed",
        "a\\n\"b\"c | 2 | after a closing quote",
        "a\\nb\"c | 2 | does not begin with one",
        "a\\nb\\nc\\nd\\ne | 5 | more than 3 rows"
      })
  void saysWhichLineIsNoCsv(String text, int line, String reason) {
    var mistake =
        catchThrowableOfType(Mistake.class, () -> CsvRows.parse(text.replace("\\n", "\n"), 3));
    assertThat(mistake.text()).contains(reason);
    assertThat(mistake.line()).isEqualTo(line);
  }

  @Test
  void refusesHugeFieldsAndRows() {
    assertThat(
            catchThrowableOfType(Mistake.class, () -> CsvRows.parse("x".repeat(5_000), 3)).text())
        .contains("5000 characters");
    assertThat(catchThrowableOfType(Mistake.class, () -> CsvRows.parse(",".repeat(100), 3)).text())
        .contains("32 fields");
  }

  @Test
  void appendsRowsInTheOrderOfTheHeaderAndLeavesTheRestAsItIs() {
    var text = "split,path,label\r\ntrain,\"a,b.png\",3";
    assertThat(
            LabelsCsv.appending(
                text,
                List.of(
                    Map.of(
                        "path", "c.png", "label", "4", "split", "train", "slice", "production"))))
        .isEqualTo(text + "\ntrain,c.png,4\n");
  }
}
