package dev.fovea.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Queries of a version's manifest, in processes of their own. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class VersionQueryTest {
  private static final String VERSION = "c0ffee".repeat(10) + "c0ff";
  private static final String MANIFEST =
      """
      {"classes":["car","truck"],"later":{"samples":[]},"samples":[
       {"path":"a.png","image":"sha256:aa","md5":"0cc175b9c0f1b6a831c399e269772661","bytes":420,"label":"","split":"train",
        "slice":"night","objects":[
         {"label":"car","kind":"BOX","x1":1.5,"y1":2,"x2":4.5,"y2":6,"outline":[],"area":12,"detail":"00"},
         {"label":"truck","kind":"ROTATED","x1":5,"y1":5,"x2":10,"y2":10,"outline":[[5,5,10,5]],"area":0,"detail":"01"},
         {"label":"lane","kind":"POLYLINE","x1":0,"y1":0,"x2":9,"y2":9,"outline":[],"area":0,"detail":"02"}]},
       {"path":"b ' \\".png","image":"sha256:bb","md5":"92eb5ffee6ae2fec3ad71c777531578f","bytes":1,"label":"","split":"val",
        "slice":null},
       {"path":"c.png","image":"sha256:cc","md5":"4a8a08f09d37b73795649038408b5f33","bytes":7,"label":"7","split":"test",
        "slice":null,"objects":[]}]}
      """;

  @TempDir Path folder;
  private final AtomicInteger asked = new AtomicInteger();

  private List<List<@Nullable Object>> rows(String manifest, String sql) throws IOException {
    return new VersionQuery(
            folder.resolve("kept"),
            VERSION,
            file -> {
              asked.incrementAndGet();
              Files.writeString(file, manifest);
            })
        .rows(SqlText.parse(sql), QueryLimits.DEFAULT)
        .rows();
  }

  private void assertOnlyTablesAreLeft(int many) throws IOException {
    try (var left = Files.list(folder.resolve("kept"))) {
      assertThat(left.map(Path::toString)).hasSize(many).allMatch(file -> file.endsWith(".duckdb"));
    }
    assertThat(ProcessHandle.current().children().filter(ProcessHandle::isAlive)).isEmpty();
  }

  @Test
  void answersFromTheManifestAndAsksForItOnce() throws IOException {
    assertThat(rows(MANIFEST, "select * from images order by path"))
        .isEqualTo(
            List.of(
                Arrays.asList(
                    "a.png", "train", "night", null, 420, "0cc175b9c0f1b6a831c399e269772661"),
                Arrays.asList(
                    "b ' \".png", "val", null, null, 1, "92eb5ffee6ae2fec3ad71c777531578f"),
                Arrays.asList("c.png", "test", null, "7", 7, "4a8a08f09d37b73795649038408b5f33")));
    assertThat(rows(MANIFEST, "select * exclude (path, split) from objects order by path, object"))
        .isEqualTo(
            List.of(
                Arrays.asList(0, "car", "box", 1.5, 2.0, 4.5, 6.0, 3.0, 4.0, 12.0),
                Arrays.asList(1, "truck", "rotated box", 5.0, 5.0, 10.0, 10.0, 5.0, 5.0, 0.0),
                Arrays.asList(2, "lane", "polyline", 0.0, 0.0, 9.0, 9.0, 9.0, 9.0, null),
                Arrays.asList(0, "7", "image", null, null, null, null, null, null, null)));
    assertThat(rows(MANIFEST, "select path, class from labels where area > 0"))
        .isEqualTo(List.of(List.of("a.png", "car")));
    assertThat(asked).hasValue(1);
    assertOnlyTablesAreLeft(1);
  }

  @Test
  void tellsThatAManifestDoesNotKnowSizesAndTraits() throws IOException {
    for (var column :
        List.of("width from images", "occluded from objects", "attributes from labels")) {
      assertThatThrownBy(() -> rows(MANIFEST, "select " + column))
          .isInstanceOf(QueryProblem.class)
          .hasMessageContaining(column.substring(0, column.indexOf(' ')));
    }
    assertOnlyTablesAreLeft(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{}|it has no list of samples",
        "[1]|it has no list of samples",
        "{\"samples\":{}}|it has no list of samples",
        "{\"samples\":[{\"path\":\"a\",\"bytes\":1}]}|ManifestImage",
        "{\"samples\":[{\"path\":\"a\"}]}|into type `long`",
        "{\"samples\":[{\"path\":\"a\",\"md5\":\"\",\"bytes\":1,\"label\":\"\",\"split\":\"\",\"objects\":[{\"label\":\"x\",\"kind\":\"CUBE\"}]}]}|Cannot",
        "{\"samples\":[{\"path\":\"a\",\"md5\":\"\"|cannot be read",
      })
  void refusesWhatIsNoManifestAndKeepsNothing(String manifest, String why) throws IOException {
    assertThatThrownBy(() -> rows(manifest, "select 1"))
        .isInstanceOf(QueryProblem.class)
        .hasMessageContaining("the version's manifest cannot be read")
        .hasMessageContaining(why);
    assertOnlyTablesAreLeft(0);
  }

  @Test
  void keepsNothingWhereTheManifestDoesNotCome() throws IOException {
    var query =
        new VersionQuery(
            folder.resolve("kept"),
            VERSION,
            _ -> {
              throw new IOException("the server is gone");
            });
    assertThatThrownBy(() -> query.rows(SqlText.parse("select 1"), QueryLimits.DEFAULT))
        .hasMessage("the server is gone");
    assertOnlyTablesAreLeft(0);
  }
}
