package dev.fovea.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is seen of a query before any parser sees it. */
class SqlTextTest {
  private static AbstractThrowableAssert<?, ?> assertRefused(String sql) {
    return assertThatThrownBy(() -> SqlText.parse(sql)).isInstanceOf(QueryProblem.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "select 1",
        "SELECT ';' -- ; drop",
        "with a as (select 1) select * from a ; ;\n",
        "select \"a;b\" from images /* ; */",
        "select E'it\\'s; ' || 'it''s;'",
        "from images select path",
        "select {'a': [1, (2)]}"
      })
  void takesOneSelect(String sql) {
    assertThat(SqlText.parse(sql).statement()).doesNotEndWith(";\n").isNotBlank();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "   ",
        ";",
        "-- select",
        "/* select 1 */",
        "insert into images values (1)",
        "copy images to 'x'",
        "attach 'x'",
        "pragma version",
        "set threads = 9",
        "install httpfs",
        "call x()",
        "explain select 1",
        "(select 1)",
        "export database 'x'"
      })
  void refusesWhatDoesNotBeginAsASelect(String sql) {
    assertRefused(sql).hasMessageMatching("the query (is empty|begins with).*");
  }

  @Test
  void refusesASecondStatementWithItsPlace() {
    assertRefused("select 1;\n select 2").hasMessageContaining("line 1, column 9");
    assertRefused("select 1) x; drop table images; select (1")
        .hasMessageContaining("line 1, column 12");
  }

  @Test
  void refusesBracketsThatDoNotMatch() {
    assertRefused("select 1) from (select 2")
        .hasMessageContaining("line 1, column 9: ')' closes nothing");
    assertRefused("select\n (1").hasMessageContaining("line 2, column 2: '(' is not closed");
  }

  @Test
  void refusesWhatIsNotClosed() {
    assertRefused("select 'a").hasMessageContaining("line 1, column 8");
    assertRefused("select \"a").hasMessageContaining("is not closed");
    assertRefused("select /* a").hasMessageContaining("the comment is not closed");
  }

  /** Where another scanner may see something else than we do. */
  @Test
  void refusesWhatTwoScannersMayCutDifferently() {
    assertRefused("select $$ ; $$").hasMessageContaining("'$'");
    assertRefused("select /* /* */ 1; */ 2").hasMessageContaining("a comment in a comment");
    assertRefused("select 1 \\").hasMessageContaining("outside of a string");
    assertRefused("select 1\u0000").hasMessageContaining("\\u0000");
  }

  @Test
  void refusesAThousandSelectsInOneAnotherBeforeAnythingParsesThem() {
    var deep = "select * from (".repeat(1_000) + "select 1" + ")".repeat(1_000);

    assertRefused(deep).hasMessageContaining("more than 64 brackets are open");
    assertRefused("select " + "1, ".repeat(10_000) + "2")
        .hasMessageContaining("has 30008 characters");
  }

  @Nested
  class Places {
    @Test
    void areCountedByLinesAndCharactersFromBytes() {
      var sql = SqlText.parse("select '😀ü',\n  no from images");

      // DuckDB counts bytes: 😀 has four, ü two.
      assertThat(
              sql.placeOfByte(
                  "select '😀ü',\n  ".getBytes(java.nio.charset.StandardCharsets.UTF_8).length))
          .isEqualTo("line 2, column 3");
      assertThat(sql.placeOfByte(7)).isEqualTo("line 1, column 8");
      assertThat(sql.placeOfByte(99_999)).startsWith("line 2");
    }
  }

  @Nested
  class Calls {
    @Test
    void areFoundHoweverTheyAreWritten() {
      var sql =
          SqlText.parse(
              "select Lower (path), \"Random\"(), path.upper(), count(*), current_date, 'now()' from images"
                  + " where label in ('a') -- uuid()");

      assertThat(sql.calls())
          .contains("lower", "random", "upper", "count", "current_date")
          .doesNotContain("now", "uuid");
    }

    @Test
    void samplesAreSeen() {
      assertThat(SqlText.parse("select path from images using sample 10%").samples()).isTrue();
      assertThat(SqlText.parse("select path from images TABLESAMPLE 10%").samples()).isTrue();
      assertThat(SqlText.parse("select path from images join objects using (path)").samples())
          .isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "select * from images",
        "select path from images where WIDTH > 3",
        "select path from labels where image_height > 3",
        "select \"width\" from images",
        "select columns('w.*') from images",
        "from images",
        "select a from (from images) t(a)"
      })
  void knowsWhenSizesMayBeWanted(String sql) {
    assertThat(SqlText.parse(sql).mayAskForSizes()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "select path from images where label = 'width'",
        "select count(*) from images",
        "select label, count(*) n from images group by label"
      })
  void knowsWhenSizesAreNot(String sql) {
    assertThat(SqlText.parse(sql).mayAskForSizes()).isFalse();
  }
}
