package dev.fovea.dvc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The first text is what dvc 3.67.1 writes. */
class DvcFileTest {
  private static final String TRACKED =
      """
      outs:
      - md5: f6e261ce77425b17adfe79cddd4ce985.dir
        size: 18
        nfiles: 6
        hash: md5
        path: data
      """;

  @Test
  void writesWhatDvcAddWrites() {
    assertThat(DvcFile.tracking("data", "f6e261ce77425b17adfe79cddd4ce985.dir", 18, 6).text())
        .isEqualTo(TRACKED);
  }

  @Test
  void readsTheFolderAndTheLineOfItsName() throws Exception {
    var file = DvcFile.parse(TRACKED);
    assertThat(file.directory()).isEqualTo("f6e261ce77425b17adfe79cddd4ce985.dir");
    assertThat(file.path()).isEqualTo("data");
    assertThat(file.line()).isEqualTo(2);
    assertThat(file.text()).isEqualTo(TRACKED);
  }

  @Test
  void keepsWhatATeamWroteWhenTheFolderChanges() throws Exception {
    var file =
        DvcFile.parse("desc: our digits\n" + TRACKED + "  desc: scanned\nmeta:\n  owner: lab\n");
    var note = new LinkedHashMap<String, Object>(Map.of("batch", "sha256:ab"));
    assertThat(file.pointingTo("d751713988987e9331980363e24189ce.dir", 0, 0).noting(note).text())
        .isEqualTo(
            """
            desc: our digits
            outs:
            - md5: d751713988987e9331980363e24189ce.dir
              size: 0
              nfiles: 0
              hash: md5
              path: data
              desc: scanned
            meta:
              owner: lab
              fovea:
                batch: sha256:ab
            """);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "path: data | path: ../../x | 6 | leaves the dataset folder",
        "path: data | path: /etc | 6 | is absolute",
        "outs: | wdir: /\\nouts: | 1 | wdir",
        "outs: | wdir: ..\\nouts: | 1 | wdir",
        "md5: f6e261ce77425b17adfe79cddd4ce985.dir | md5: f6e2.dir | 2 | md5: 'f6e2.dir'",
        "md5: f6e261ce77425b17adfe79cddd4ce985.dir | md5: f6e261ce77425b17adfe79cddd4ce985 | 2 | that is a folder",
        "path: data | path: data\\n  remote: evil | 7 | the objects would lie elsewhere",
        "path: data | path: data\\n  push: false | 7 | the objects would lie elsewhere",
        "hash: md5 | hash: sha256 | 5 | DVC 2",
        "outs: | fovea_x: 1\\nouts: | 1 | is not a key",
        "outs: | deps: []\\nouts: | 1 | imported",
        "size: 18 | size: 18\\n  size: 19 | 4 | duplicate key",
        "size: 18 | size: &a 18\\n  meta: *a | 4 | alias"
      })
  void refusesWhatWouldLieElsewhereWithItsLine(
      String old, String replacement, int line, String reason) {
    var text = TRACKED.replace(old, replacement.replace("\\n", "\n"));
    var mistake = catchThrowableOfType(DvcMistake.class, () -> DvcFile.parse(text));
    assertThat(mistake).as(text).isNotNull();
    assertThat(mistake.text()).contains(reason);
    assertThat(mistake.line()).isEqualTo(line);
  }

  @Test
  void refusesADeepOrEndlessFileQuickly() {
    assertThatThrownBy(() -> DvcFile.parse("meta: " + "[".repeat(10_000)))
        .isInstanceOf(DvcMistake.class);
    assertThatThrownBy(() -> DvcFile.parse("desc: " + "x".repeat(1 << 20)))
        .isInstanceOf(DvcMistake.class);
    assertThatThrownBy(() -> DvcFile.parse(""))
        .isInstanceOf(DvcMistake.class)
        .hasMessageContaining("empty");
    assertThatThrownBy(() -> DvcFile.parse("- a"))
        .isInstanceOf(DvcMistake.class)
        .hasMessageContaining("no mapping");
  }

  @Test
  void makesNoObjectsOfTags() {
    assertThatThrownBy(() -> DvcFile.parse("outs: !!java.net.URL [http://127.0.0.1/]"))
        .isInstanceOf(DvcMistake.class);
  }
}
