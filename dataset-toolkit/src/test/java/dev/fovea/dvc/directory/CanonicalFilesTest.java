package dev.fovea.dvc.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.dvc.DvcMistake;
import dev.fovea.dvc.directory.DvcDirectory.Entry;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is read quickly, and whatever is left to be read as JSON, the outcome is one. */
class CanonicalFilesTest {
  private static final String ONE = "7ac062d8a84466e70d9b899c0821a51c";
  private static final String TWO = "d41d8cd98f00b204e9800998ecf8427e";
  private static final String[] NAMES = {
    "a", "B", "z.jpg", "ü", "ß ", "q\"", "\uFFFD", "\uD83D\uDE00", "a-b", "a0", "'", "漢"
  };

  private static List<Entry> read(String text) throws Exception {
    return read(text.getBytes(StandardCharsets.UTF_8));
  }

  private static List<Entry> read(byte[] bytes) throws Exception {
    return DvcDirectory.read(new ByteArrayInputStream(bytes), 1000).entries();
  }

  private static List<Entry> readJson(byte[] bytes) throws Exception {
    var reader = new DvcDirectoryReader(1000);
    return reader.readJson(new ByteArrayInputStream(bytes), false).entries();
  }

  @Test
  void readsWhatDvcWrites() throws Exception {
    var random = new Random(7);
    for (int round = 0; round < 300; round++) {
      var paths = new java.util.HashMap<String, Entry>();
      for (int i = random.nextInt(20); i > 0; i--) {
        var path = "d%d/%s/f%d%s".formatted(random.nextInt(3), any(random), i, any(random));
        paths.put(
            path.toLowerCase(java.util.Locale.ROOT),
            new Entry(random.nextBoolean() ? ONE : TWO, path));
      }
      var directory = new DvcDirectory(new ArrayList<>(paths.values()));
      assertThat(read(directory.bytes())).isEqualTo(directory.entries());
    }
  }

  private static String any(Random random) {
    return NAMES[random.nextInt(NAMES.length)];
  }

  /** Longer than the window in which it is read, and other JSON from a file on. */
  @Test
  void goesOnAsJsonWhereverTheBytesAreOthersThanDvcs() throws Exception {
    var random = new Random(11);
    var entries = new ArrayList<Entry>();
    for (int i = 0; i < 1000; i++) {
      var path = "f%03d/%s".formatted(i, any(random).repeat(1 + random.nextInt(100)));
      entries.add(new Entry(random.nextBoolean() ? ONE : TWO, path));
    }
    var written = new DvcDirectory(entries);
    var text = new String(written.bytes(), StandardCharsets.US_ASCII);
    assertThat(text).hasSizeGreaterThan(200_000);
    assertThat(read(text)).isEqualTo(written.entries());
    for (int i = 0; i < 1000; i += 37) {
      int comma = text.indexOf("}, {\"md5\"", i * text.length() / 1000) + 1;
      var other = text.substring(0, comma) + " " + text.substring(comma);
      assertThat(read(other)).as("from byte %d", comma).isEqualTo(written.entries());
      assertThat(read(text.substring(0, comma) + "]")).hasSizeLessThan(1000).isNotEmpty();
    }
  }

  @Test
  void findsTwinsOfWhichOneWasReadQuicklyAndTheOtherAsJson() {
    var form =
        "[{\"md5\": \"%1$s\", \"relpath\": \"a_K\"}, {\"relpath\":\"a_%2$s\",\"md5\":\"%1$s\"}]";
    for (var twin : List.of("k", "\\u212a")) { // the sign of kelvins is a k in lower case
      assertThatThrownBy(() -> read(form.formatted(ONE, twin)))
          .isInstanceOf(DvcMistake.class)
          .hasMessageContaining("one file on some systems");
    }
  }

  @Test
  void readsOtherJson() throws Exception {
    var sorted = List.of(new Entry(TWO, "a"), new Entry(ONE, "ü"));
    assertThat(
            read(
                "[{\"relpath\":\"ü\",\"md5\":\"%s\"},{\"md5\":\"%s\",\"relpath\":\"a\"}]\n"
                    .formatted(ONE, TWO)))
        .isEqualTo(sorted);
    assertThat(
            read(
                "[{\"md5\": \"%s\", \"relpath\": \"\\u00FC\"}, {\"md5\": \"%s\", \"relpath\": \"a\"}]"
                    .formatted(ONE, TWO)))
        .isEqualTo(sorted);
    assertThat(read("[]")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[",
        "{}",
        "[]x",
        "[{\"md5\": \"",
        "[{\"md5\": \"%s\", \"relpath\": \"a",
        "[{\"md5\": \"%s\", \"relpath\": \"../a\"}]",
        "[{\"md5\": \"%s\", \"relpath\": \"/a\"}]",
        "[{\"md5\": \"%s\", \"relpath\": \"\"}]",
        "[{\"md5\": \"x\", \"relpath\": \"a\"}]",
        "[{\"md5\": \"%s\", \"relpath\": \"a\\u0000\"}]",
        "[{\"md5\": \"%s\", \"relpath\": \"\\ud83d\"}]",
        "[{\"md5\": \"%s\", \"relpath\": \"a\\u00\"}]",
        "[{\"md5\": \"%s\", \"relpath\": \"a\\\\b\"}]",
        "[{\"md5\": \"%s\", \"relpath\": \"a\"}, ]",
        "[{\"md5\": \"%1$s\", \"relpath\": \"a\"}, {\"md5\": \"%1$s\", \"relpath\": \"a\"}]"
      })
  void refusesWhatIsNoListOfFiles(String form) {
    assertThatThrownBy(() -> read(form.formatted(ONE))).isInstanceOf(DvcMistake.class);
  }

  @Test
  void saysTheSameAsTheReaderOfJsonWhereverABitIsFlipped() throws Exception {
    var bytes = new DvcDirectory(List.of(new Entry(ONE, "a/ü\""), new Entry(TWO, "b"))).bytes();
    for (int i = 0; i < bytes.length * 8; i++) {
      var flipped = bytes.clone();
      flipped[i / 8] ^= (byte) (1 << i % 8);
      assertThat(outcome(() -> read(flipped)))
          .as(new String(flipped, StandardCharsets.ISO_8859_1))
          .isEqualTo(outcome(() -> readJson(flipped)));
    }
  }

  private static String outcome(java.util.concurrent.Callable<List<Entry>> reading)
      throws Exception {
    try {
      return reading.call().toString();
    } catch (DvcMistake e) {
      return e.text();
    }
  }

  @Test
  void refusesTooManyFiles() {
    var bytes = new DvcDirectory(List.of(new Entry(ONE, "a"), new Entry(TWO, "b"))).bytes();
    assertThatThrownBy(() -> DvcDirectory.read(new ByteArrayInputStream(bytes), 1))
        .isInstanceOf(DvcMistake.class)
        .hasMessageContaining("more than 1 files");
  }
}
