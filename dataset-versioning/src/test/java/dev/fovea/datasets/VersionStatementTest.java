package dev.fovea.datasets;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.kernel.ByteSize;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.GitCommit;
import dev.fovea.kernel.Name;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class VersionStatementTest {
  private static final String BYTES =
      """
      {"_type":"https://in-toto.io/Statement/v1",\
      "subject":[{"name":"manifest.json","digest":{"sha256":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}},\
      {"name":"0123456789abcdef0123456789abcdef.dir","digest":{"md5":"0123456789abcdef0123456789abcdef"}}],\
      "predicateType":"tag:fovea.dev,2026:dataset-version/v1",\
      "predicate":{"project":"parcels","dataset":"digits","number":3,"commit":"cccccccccccccccccccccccccccccccccccccccc",\
      "branch":"main",\
      "parent":"sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",\
      "author":"ada","at":"2026-11-27T10:00:00.120Z","samples":6,"bytes":1234}}\
      """;

  static DatasetVersion version(Optional<Digest> parent) {
    return new DatasetVersion(
        Name.of("parcels"),
        Name.of("digits"),
        new Digest("a".repeat(64)),
        3,
        GitCommit.of("c".repeat(40)),
        "main",
        "0123456789abcdef0123456789abcdef.dir",
        List.of("0"),
        6,
        ByteSize.of(1234),
        Map.of("train", 6),
        parent,
        1,
        0,
        0,
        "ada",
        Instant.parse("2026-11-27T10:00:00.120Z"));
  }

  @Test
  void hasTheBytesThatWereOnceSigned() {
    var statement = VersionStatement.of(version(Optional.of(new Digest("b".repeat(64)))));
    assertThat(new String(statement.bytes(), UTF_8)).isEqualTo(BYTES);
    assertThat(VersionStatement.parse(BYTES.getBytes(UTF_8))).isEqualTo(statement);
    assertThat(statement.manifest()).isEqualTo(new Digest("a".repeat(64)));
  }

  @Test
  void saysNothingOfAParentThatIsNone() {
    var bytes = VersionStatement.of(version(Optional.empty())).bytes();
    assertThat(new String(bytes, UTF_8)).doesNotContain("parent");
    assertThat(VersionStatement.parse(bytes).predicate().parent()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "null",
        "[]",
        "{}",
        "{\"_type\":\"https://in-toto.io/Statement/v1\",\"predicateType\":\"tag:fovea.dev,2026:dataset-version/v1\"}"
      })
  void refusesWhatIsNoStatement(String text) {
    assertThatThrownBy(() -> VersionStatement.parse(text.getBytes(UTF_8)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("statement: ");
  }

  @Test
  void refusesStatementsOfOtherThings() {
    for (var changed :
        List.of(
            BYTES.replace("Statement/v1", "Statement/v0.1"),
            BYTES.replace("dataset-version/v1", "dataset-version/v2"),
            BYTES.replace("\"md5\"", "\"sha256\""),
            BYTES.replace("\"sha256\"", "\"sha512\""),
            BYTES.replace(
                "\"digest\":{\"md5\":\"0123456789abcdef0123456789abcdef\"}", "\"digest\":null"),
            BYTES.replace("\"digits\"", "null"))) {
      assertThat(changed).isNotEqualTo(BYTES);
      assertThatThrownBy(() -> VersionStatement.parse(changed.getBytes(UTF_8)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("statement: ");
    }
  }
}
