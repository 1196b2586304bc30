package dev.fovea.dvc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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

  private static final Origin ORIGIN =
      new Origin(
          "../src",
          "sets/d",
          Optional.empty(),
          "33c907ed42911056e7622fa59678632e581efa46",
          Optional.empty());

  @Test
  void writesWhatDvcImportWrites() throws Exception {
    var text =
        """
        md5: eeaf9c9e82490a7e4356637f416d4c4f
        frozen: true
        deps:
        - path: sets/d
          repo:
            url: ../src
            rev_lock: 33c907ed42911056e7622fa59678632e581efa46
        outs:
        - md5: fd5b39cedd6dd53de4422e3f06bc18db.dir
          size: 8
          nfiles: 2
          hash: md5
          path: d
        """;
    var file = DvcFile.importing(ORIGIN, "d");
    assertThat(file.pointingTo("fd5b39cedd6dd53de4422e3f06bc18db.dir", 8, 2).text())
        .isEqualTo(text);
    assertThat(DvcFile.parseAny(text).text()).isEqualTo(text);
    assertThat(DvcFile.parseAny(text).origin()).contains(ORIGIN);
  }

  @Test
  void writesWhatDvcImportWritesOfOneRevision() {
    var origin =
        new Origin("../src", "one.txt", Optional.of("v1"), ORIGIN.commit(), Optional.empty());
    assertThat(
            DvcFile.importing(origin, "1.txt")
                .pointingTo("1b26352878b4ebb7a0cdc8ef486faf5a", 7, 1)
                .text())
        .isEqualTo(
            """
            md5: 0fa99d08c8796b46a071512c253dc9aa
            frozen: true
            deps:
            - path: one.txt
              repo:
                url: ../src
                rev: v1
                rev_lock: 33c907ed42911056e7622fa59678632e581efa46
            outs:
            - md5: 1b26352878b4ebb7a0cdc8ef486faf5a
              size: 7
              hash: md5
              path: 1.txt
            """);
  }

  @Test
  void writesWhatDvcImportWritesWithoutDownload() throws Exception {
    var text =
        """
        md5: e7c08479613fc02babb624a1848f7cfb
        frozen: true
        deps:
        - path: sets/d
          repo:
            url: ../src
            rev_lock: 33c907ed42911056e7622fa59678632e581efa46
        outs:
        - hash: md5
          path: later
        """;
    assertThat(DvcFile.importing(ORIGIN, "later").text()).isEqualTo(text);
    assertThat(DvcFile.parseAny(text).directory()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '|',
      value = {
        "url: ../src, url: [a], url is no plain value",
        "url: ../src, uri: ../src, uri: is not a key",
        "rev_lock: 33c907ed42911056e7622fa59678632e581efa46, rev_lock: main, rev_lock: no commit",
        "path: sets/d, path: ../d, leaves the dataset folder",
        "path: sets/d, cmd: rm, cmd: imported and computed",
        "hash: md5, hash: md5-dos2unix, hash: not 'md5'"
      })
  void refusesImportsThatItDoesNotUnderstand(String part, String instead, String why) {
    var text =
        DvcFile.importing(ORIGIN, "d")
            .pointingTo("fd5b39cedd6dd53de4422e3f06bc18db.dir", 8, 2)
            .text()
            .replace(part, instead);
    assertThatThrownBy(() -> DvcFile.parseAny(text))
        .isInstanceOf(DvcMistake.class)
        .hasMessageContaining(why);
  }

  @Test
  void refusesAnImportWhereAFolderIsExpected() {
    assertThatThrownBy(() -> DvcFile.parse(DvcFile.importing(ORIGIN, "d").text()))
        .isInstanceOf(DvcMistake.class)
        .hasMessageContaining("imported and computed folders are not tracked here");
  }

  /** As dvc 3.67.1 writes them, which would read them as numbers, moments and truths. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "2024-01-31",
        "007",
        "1_000",
        "true",
        "True",
        "~",
        "null",
        "1e5",
        ".inf",
        "1.5",
        "1_.5",
        "0x1f",
        "0o7",
        "0b1",
        "=",
        "<<",
        "2001-12-14 21:59",
        "-1",
        "1."
      })
  void putsNamesInQuotesThatYamlTakesForSomethingElse(String name) {
    assertThat(DvcFile.tracking(name, "1b26352878b4ebb7a0cdc8ef486faf5a", 1, 1).text())
        .endsWith("  path: '%s'\n".formatted(name));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"yes", "on", "12-30", "1.2.3", "2001-1-4", "e5", "nan", "x y", "ü", "a'b", "1,2"})
  void leavesOtherNamesAsTheyAre(String name) {
    assertThat(DvcFile.tracking(name, "1b26352878b4ebb7a0cdc8ef486faf5a", 1, 1).text())
        .endsWith("  path: %s\n".formatted(name));
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
        "md5: f6e261ce77425b17adfe79cddd4ce985.dir | md5: f6e261ce77425b17adfe79cddd4ce985 | 2 |"
            + " that is a folder",
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
  void readsWhereObjectsAreKept() throws Exception {
    assertThat(DvcFile.parseAny(TRACKED).sharing()).isEqualTo(Sharing.USUAL);
    assertThat(DvcFile.parseAny(TRACKED + "  push: False\n  remote: other\n").sharing())
        .isEqualTo(new Sharing(true, false, false, Optional.of("other")));
    for (var wrong : new String[] {"push: maybe", "cache: [no]", "remote: ''", "remote: {a: b}"}) {
      assertThatThrownBy(() -> DvcFile.parseAny(TRACKED + "  " + wrong + "\n"))
          .as(wrong)
          .isInstanceOf(DvcMistake.class);
    }
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
