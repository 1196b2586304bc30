package dev.fovea.cli.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.query.QueryResult;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** Rows of a query as they are shown. */
class RowsTextTest {
  private final RowsText rows =
      new RowsText(
          new QueryResult(
              List.of("path", "n"),
              List.of(
                  Arrays.asList("a \"b\", c\n\u001b[31m.jpg", 1.5),
                  Arrays.asList("plain.jpg", null)),
              true));

  @Test
  void aTableHasNoControlCharacters() {
    assertThat(rows.table())
        .isEqualTo(
            """
            path                n
            a "b", c  [31m.jpg  1.5
            plain.jpg
            the first 2 rows; there are more: --limit\
            """);
  }

  @Test
  void csvQuotesWhatMustBe() {
    assertThat(rows.csv())
        .isEqualTo("path,n\r\n\"a \"\"b\"\", c\n\u001b[31m.jpg\",1.5\r\nplain.jpg,");
  }

  @Test
  void jsonHasValuesByName() {
    assertThat(JsonMapper.shared().writeValueAsString(rows.json()))
        .isEqualTo(
            "{\"rows\":[{\"path\":\"a \\\"b\\\", c\\n\\u001B[31m.jpg\",\"n\":1.5},{\"path\":\"plain.jpg\",\"n\":null}],\"more\":true}");
  }
}
