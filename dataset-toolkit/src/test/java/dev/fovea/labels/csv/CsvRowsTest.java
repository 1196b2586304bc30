package dev.fovea.labels.csv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.fovea.labels.csv.CsvRows.Row;
import dev.fovea.labels.format.LabelMistake;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CsvRowsTest {
  @Test
  void readsQuotesDoubledQuotesAndLineEndsInsideThem() throws Exception {
    assertThat(rows("a,\"b \"\"x\"\"\"\r\n\r\n\"c\nd\",\r\ne,f"))
        .containsExactly(
            new Row(1, List.of("a", "b \"x\"")),
            new Row(3, List.of("c\nd", "")),
            new Row(5, List.of("e", "f")));
  }

  @Test
  void readsWhatItWrites() throws Exception {
    var fields = List.of("", "plain", "a,b", "say \"hi\"", "two\r\nlines", "ü");
    assertThat(rows(CsvRows.write(fields))).containsExactly(new Row(1, fields));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "a\\n\"b | 2 | never closed",
        "a\\n\"b\"c | 2 | after a closing quote",
        "a\\nb\"c | 2 | does not begin with one"
      })
  void saysWhichLineIsNoCsv(String text, int line, String reason) {
    var mistake = catchThrowableOfType(LabelMistake.class, () -> rows(text.replace("\\n", "\n")));
    assertThat(mistake.text()).contains(reason);
    assertThat(mistake.line()).isEqualTo(line);
  }

  private static List<Row> rows(String text) throws Exception {
    var all = new ArrayList<Row>();
    var rows = new CsvRows(new StringReader(text), "x.csv");
    for (var row = rows.next(); row.isPresent(); row = rows.next()) {
      all.add(row.get());
    }
    return all;
  }
}
