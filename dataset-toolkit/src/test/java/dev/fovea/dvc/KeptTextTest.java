package dev.fovea.dvc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The files of {@code dvc-round-trip} were written by {@code dvc add} of dvc 3.67.1. */
class KeptTextTest {
  private static String recorded(String name) throws IOException {
    try (InputStream in = KeptTextTest.class.getResourceAsStream("/dvc-round-trip/" + name)) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "plain",
        "comments",
        "order",
        "dvc2",
        "dvc2-comments",
        "short",
        "quotes",
        "indented",
        "text",
        "sharing",
        "no-end",
        "windows"
      })
  void writesWhatDvcAddWrites(String name) throws Exception {
    var after = recorded(name + ".after");
    var file =
        DvcFile.parseAny(recorded(name + ".before"))
            .pointingTo("3845349db8a955eea14669faafb286e4.dir", 5, 2);
    assertThat(file.text()).isEqualTo(after);
    assertThat(DvcFile.parseAny(after).pointingTo(file.directory(), 5, 2).text())
        .as("once more")
        .isEqualTo(after);
  }

  @Test
  void takesOutWhatIsNoLongerSo() throws Exception {
    var file =
        DvcFile.parseAny(
            """
            # a folder
            outs:
            - md5: 3845349db8a955eea14669faafb286e4.dir   # its name
              size: 5
              nfiles: 2   # how many
              # of both kinds
              hash: md5
              path: d
            # end
            """);
    assertThat(file.pointingTo("1b26352878b4ebb7a0cdc8ef486faf5a", 7, 1).text())
        .isEqualTo(
            """
            # a folder
            outs:
            - md5: 1b26352878b4ebb7a0cdc8ef486faf5a       # its name
              size: 7
              hash: md5
              path: d
            # end
            """);
  }

  @Test
  void keepsCommentsWhereANoteIsMade() throws Exception {
    var text =
        """
        outs:
        - md5: 3845349db8a955eea14669faafb286e4.dir
          hash: md5
          path: d # there
        meta: # of the lab
          owner: lab
        # end
        """;
    assertThat(DvcFile.parse(text).noting(Map.of("batch", "b1")).text())
        .isEqualTo(text + "  fovea:\n    batch: b1\n");
    var again = DvcFile.parse(text + "  fovea:\n    batch: b1   # first\n");
    assertThat(again.noting(Map.of("batch", "b2")).text())
        .isEqualTo(text + "  fovea:\n    batch: b2   # first\n");
  }

  /** What can't be kept line by line is written whole, and says the same. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "outs: [{md5: 1b26352878b4ebb7a0cdc8ef486faf5a.dir, hash: md5, path: d}]\n",
        "---\nouts:\n- md5: 1b26352878b4ebb7a0cdc8ef486faf5a.dir\n  hash: md5\n  path: d\n",
        "outs:\n- {md5: 1b26352878b4ebb7a0cdc8ef486faf5a.dir,\n   hash: md5, path: d}\n",
        "desc: &a x\nouts:\n- md5: 1b26352878b4ebb7a0cdc8ef486faf5a.dir\n  hash: md5\n  path: d\n",
        "outs:\n- md5:\n    1b26352878b4ebb7a0cdc8ef486faf5a.dir\n  hash: md5\n  path: d\n",
        "outs:\n-   md5: 1b26352878b4ebb7a0cdc8ef486faf5a.dir\n    hash: md5\n    path: d\n",
        "desc: \"a\n  b # no comment\"\nouts:\n  - md5: 1b26352878b4ebb7a0cdc8ef486faf5a.dir\n    hash: md5\n    path: d\n",
        "meta: {fovea: 1, 'a # b': \"x # y\"} # z\nouts:\n- md5: 1b26352878b4ebb7a0cdc8ef486faf5a.dir\n  hash: md5\n  path: d\n",
        "meta:\n  größe 😀: '1'   # c\n  t: |2\n      x\nouts:\n- md5: 1b26352878b4ebb7a0cdc8ef486faf5a.dir\n  hash: md5\n  path: d\n"
      })
  void saysTheSameInAnyCase(String text) throws Exception {
    var before = DvcFile.parse(text);
    var changed = before.pointingTo("3845349db8a955eea14669faafb286e4.dir", 5, 2);
    var read = DvcFile.parse(changed.text());
    assertThat(KeptText.same(read.content(), changed.content())).as(changed.text()).isTrue();
    assertThat(DvcFile.parse(before.text()).content()).isEqualTo(before.content());
  }
}
