package dev.fovea.dvc.directory;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.dvc.DvcMistake;
import dev.fovea.dvc.Md5;
import dev.fovea.dvc.RelativePath;
import dev.fovea.dvc.directory.DvcDirectory.Entry;
import java.io.ByteArrayInputStream;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The expected bytes and digests were made by dvc 3.67.1 from PyPI. */
class DvcDirectoryTest {
  private static final String MD5 = "d41d8cd98f00b204e9800998ecf8427e";

  private static final DvcDirectory HARD_NAMES =
      new DvcDirectory(
          List.of(
              file("u", "ü b/ß.txt"),
              file("x", "sub/\ud83d\ude00.jpg"),
              file("y", "sub/\ufffd.jpg"),
              file("z", "q\"\u007f.txt"),
              file("", "empty"),
              file("hello\r\nworld\r\n", "a.txt")));

  /** Without the name that has a control character, which DVC allows and Fovea does not. */
  private static final DvcDirectory USABLE_NAMES =
      new DvcDirectory(
          HARD_NAMES.entries().stream().filter(entry -> !entry.path().contains("\u007f")).toList());

  @Test
  void writesTheBytesThatDvcWrites() {
    assertThat(new String(HARD_NAMES.bytes(), US_ASCII))
        .isEqualTo(
            "[{\"md5\": \"7ac062d8a84466e70d9b899c0821a51c\", \"relpath\": \"a.txt\"}, {\"md5\":"
                + " \"d41d8cd98f00b204e9800998ecf8427e\", \"relpath\": \"empty\"}, {\"md5\":"
                + " \"fbade9e36a3f36d3d676c1b808451dd7\", \"relpath\": \"q\\\"\\u007f.txt\"},"
                + " {\"md5\": \"415290769594460e2e485922904f345d\", \"relpath\":"
                + " \"sub/\\ufffd.jpg\"}, {\"md5\": \"9dd4e461268c8034f5c8564e155c67a6\","
                + " \"relpath\": \"sub/\\ud83d\\ude00.jpg\"}, {\"md5\":"
                + " \"7b774effe4a349c6dd82ad4f4f21d34c\", \"relpath\": \"\\u00fc"
                + " b/\\u00df.txt\"}]");
    assertThat(HARD_NAMES.bytes()).hasSize(436);
    assertThat(HARD_NAMES.name()).isEqualTo("f6e261ce77425b17adfe79cddd4ce985.dir");
  }

  @Test
  void namesASecondFolderAndAnEmptyOneAsDvcDoes() {
    assertThat(new DvcDirectory(List.of(file("img2", "y.jpg"), file("img1", "x/é.jpg"))).name())
        .isEqualTo("98b3fe5b65f19883d4cc49650d8a43d0.dir");
    assertThat(new DvcDirectory(List.of()).name())
        .isEqualTo("d751713988987e9331980363e24189ce.dir");
  }

  @Test
  void readsBackWhatItWrote() throws Exception {
    assertThat(DvcDirectory.read(new ByteArrayInputStream(USABLE_NAMES.bytes()), 5))
        .isEqualTo(USABLE_NAMES);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "../../etc/passwd | leaves the dataset folder",
        "a/../../b | leaves the dataset folder",
        "/etc/passwd | is absolute",
        "C:/windows | is absolute",
        "a\\\\b | has a backslash",
        "a//b | has an empty or '.' segment",
        "./a | has an empty or '.' segment",
        "a\\u0000b | has a control character",
        "a\\u007fb | has a control character",
        "a\\ud83d | is no valid Unicode",
        ".git/config | would take for its own folder",
        "a/.GIT/hooks/post-checkout | would take for its own folder",
        "a/.g\\u200cit/config | would take for its own folder",
        "a/git~1/config | would take for its own folder",
        "a/.git. /config | would take for its own folder",
        "a/.git::$INDEX_ALLOCATION/config | would take for its own folder",
        ".dvc/config.local | would take for its own folder",
        ".hg/hgrc | would take for its own folder",
        " | is empty"
      })
  void refusesAPathThatLeavesTheFolder(String path, String reason) {
    assertThatThrownBy(() ->
            read(
                "[{\"md5\": \"%s\", \"relpath\": \"%s\"}]"
                    .formatted(MD5, path == null ? "" : path)))
        .isInstanceOf(DvcMistake.class)
        .hasMessageContaining(reason);
  }

  @Test
  void refusesNamesThatAreOneFileOnSomeSystems() {
    var twins = new DvcDirectory(List.of(new Entry(MD5, "Cat.png"), new Entry(MD5, "cat.png")));
    assertThatThrownBy(() -> DvcDirectory.read(new ByteArrayInputStream(twins.bytes()), 10))
        .hasMessageContaining("one file on some systems");
    assertThatThrownBy(twins::requireNoTwins).hasMessageStartingWith("has both 'Cat.png'");
    var nested = new DvcDirectory(List.of(new Entry(MD5, "a/b"), new Entry(MD5, "a/b/c")));
    assertThatThrownBy(() -> DvcDirectory.read(new ByteArrayInputStream(nested.bytes()), 10))
        .hasMessageContaining("'a/b' as a file and as a folder");
  }

  /** macOS keeps either and takes them for one; so do its case-blind disks with sigmas. */
  @ParameterizedTest
  @CsvSource({"\u00e9.jpg,e\u0301.jpg", "\u00c9.jpg,e\u0301.jpg", "\u03c3,\u03c2", "K,\u212a"})
  void refusesLettersThatAreWrittenInTwoWays(String one, String other) {
    var twins = new DvcDirectory(List.of(new Entry(MD5, one), new Entry(MD5, other)));
    assertThatThrownBy(() -> DvcDirectory.read(new ByteArrayInputStream(twins.bytes()), 10))
        .hasMessageContaining("the .dir object has both '")
        .hasMessageContaining("one file on some systems");
  }

  @Test
  void takesNamesThatOnlyLookLikeThoseThatAreKept() {
    for (var name :
        List.of(".gitattributes", ".github/x", "a.git", "git", "git~10", ".dvcx", "g")) {
      assertThat(RelativePath.fault("data/" + name)).as(name).isEmpty();
    }
  }

  @Test
  void refusesMoreFilesThanAllowed() {
    assertThatThrownBy(() -> DvcDirectory.read(new ByteArrayInputStream(USABLE_NAMES.bytes()), 4))
        .hasMessageContaining("more than 4 files");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "{} | no JSON list",
        "[1] | something else than files",
        "[{\"md5\": \"xyz\", \"relpath\": \"a\"}] | md5 'xyz'",
        "[{\"md5\": 1, \"relpath\": \"a\"}] | 'md5' is no text",
        "[{\"md5\": \"d41d8cd98f00b204e9800998ecf8427e\", \"relpath\": \"a\", \"size\": \"1\"}] |"
            + " the key 'size'",
        "[] [] | goes on after its list",
        "[[[[[[[[]]]]]]]] | something else than files",
        "[{\"md5\": \"d41d8cd98f00b204e98 | no JSON"
      })
  void refusesWhatIsNoListOfFiles(String json, String reason) {
    assertThatThrownBy(() -> read(json))
        .isInstanceOf(DvcMistake.class)
        .hasMessageContaining(reason);
  }

  private static DvcDirectory read(String json) throws Exception {
    return DvcDirectory.read(new ByteArrayInputStream(json.getBytes(UTF_8)), 100);
  }

  private static Entry file(String content, String path) {
    return new Entry(Md5.hex(content.getBytes(UTF_8)), path);
  }
}
