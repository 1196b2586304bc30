package dev.fovea.dvc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.dvc.DvcDirectory.Entry;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The quick pass and the strict reader say the same. */
class DirectoryEntriesTest {
  private static final String ONE = "7ac062d8a84466e70d9b899c0821a51c";
  private static final String TWO = "d41d8cd98f00b204e9800998ecf8427e";
  private static final String[] NAMES = {
    "a", "B", "z.jpg", "ü", "ß ", "q\"", "\uFFFD", "\uD83D\uDE00", "a-b", "a0", "'", "漢"
  };

  private static List<Entry> read(String text) throws Exception {
    return read(text.getBytes(StandardCharsets.UTF_8));
  }

  private static List<Entry> read(byte[] bytes) throws Exception {
    var found = DirectoryEntries.of(bytes, 1000);
    return IntStream.range(0, found.size())
        .mapToObj(i -> new Entry(found.md5(i), found.path(i)))
        .toList();
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

  @Test
  void ordersAndComparesWhereTheEntriesLie() throws Exception {
    var random = new Random(11);
    var paths = new java.util.TreeSet<String>();
    for (int i = 0; i < 120; i++) {
      paths.add(any(random) + any(random) + "/%d".formatted(random.nextInt(3)) + any(random));
    }
    var entries = paths.stream().map(each -> new Entry(random.nextBoolean() ? ONE : TWO, each));
    var directory = new DvcDirectory(entries.toList());
    var found = DirectoryEntries.of(directory.bytes(), 1000);
    for (int i = 0; i < found.size(); i++) {
      for (int j = 0; j < found.size(); j++) {
        assertThat(Integer.signum(found.order(i, found, j))).isEqualTo(Integer.compare(i, j));
        assertThat(found.sameContent(i, found, j)).isEqualTo(found.md5(i).equals(found.md5(j)));
      }
    }
  }

  @Test
  void readsOtherJsonAsTheStrictReaderDoes() throws Exception {
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
  void refusesWhatTheStrictReaderRefuses(String form) {
    assertThatThrownBy(() -> read(form.formatted(ONE))).isInstanceOf(DvcMistake.class);
  }

  @Test
  void refusesWhatTheStrictReaderRefusesWhereverABitIsFlipped() throws Exception {
    var bytes = new DvcDirectory(List.of(new Entry(ONE, "a/ü\""), new Entry(TWO, "b"))).bytes();
    for (int i = 0; i < bytes.length * 8; i++) {
      var flipped = bytes.clone();
      flipped[i / 8] ^= (byte) (1 << i % 8);
      assertThat(outcome(() -> read(flipped)))
          .as(new String(flipped, StandardCharsets.ISO_8859_1))
          .isEqualTo(
              outcome(() -> DvcDirectory.read(new ByteArrayInputStream(flipped), 1000).entries()));
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
    assertThatThrownBy(() -> DirectoryEntries.of(bytes, 1))
        .isInstanceOf(DvcMistake.class)
        .hasMessageContaining("more than 1 files");
  }
}
