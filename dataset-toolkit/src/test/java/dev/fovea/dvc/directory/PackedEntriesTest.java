package dev.fovea.dvc.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.dvc.DvcMistake;
import dev.fovea.dvc.Md5;
import dev.fovea.dvc.directory.DvcDirectory.Entry;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Columns hold what a list of objects would, in its order. */
class PackedEntriesTest {
  private static final int[] LETTERS = {
    'a', 'b', 'A', '.', '-', '0', '~', 'é', 'ß', 0x7ff, 0x800, 0xfffd, 0x1f600, 0x10ffff
  };

  private final Random random = new Random(17);

  private String segment() {
    var name = new StringBuilder("x");
    for (int i = random.nextInt(5); i > 0; i--) {
      name.appendCodePoint(LETTERS[random.nextInt(LETTERS.length)]);
    }
    return name.toString();
  }

  /** Such as can lie in one folder on every system. */
  private List<Entry> files(int count) {
    var entries = new ArrayList<Entry>();
    Set<String> taken = new HashSet<>();
    for (int i = 0; i < count; i++) {
      var folder = "f" + random.nextInt(9) + "/";
      var path = (random.nextBoolean() ? folder : "") + segment() + i;
      if (taken.add(path.toLowerCase(Locale.ROOT))) {
        entries.add(new Entry(Md5.hex(path.getBytes(StandardCharsets.UTF_8)), path));
      }
    }
    return entries;
  }

  @Test
  void haveTheOrderOfCodePoints() {
    var files = files(3000);
    var expected = new ArrayList<>(files);
    expected.sort(Comparator.comparing(Entry::path, CodePoints.ORDER));

    assertThat(new DvcDirectory(files).entries()).isEqualTo(expected);
  }

  @Test
  void comeBackFromTheObjectThatWasWritten() throws Exception {
    var folder = new DvcDirectory(files(3000));

    var read = DvcDirectory.read(new ByteArrayInputStream(folder.bytes()), 3000);

    assertThat(read).isEqualTo(folder);
    assertThat(read.name()).isEqualTo(folder.name()).isEqualTo(Md5.hex(folder.bytes()) + ".dir");
  }

  @Test
  void findTheOneTwinAmongMany() {
    var files = files(3000);
    var path = files.get(random.nextInt(files.size())).path();
    files.add(new Entry("0".repeat(32), path.replaceFirst("x", "X")));

    assertThatThrownBy(() -> read(files))
        .isInstanceOf(DvcMistake.class)
        .hasMessageContaining("one file on some systems")
        .hasMessageContaining(path);
  }

  @Test
  void findTheOneFileThatIsAFolderToo() {
    for (var between : List.of("a", "a-b", "a.b", "a/b/c")) {
      var files = files(200);
      files.add(new Entry("0".repeat(32), "deep/a"));
      files.add(new Entry("0".repeat(32), "deep/a/z"));
      if (!between.equals("a")) {
        files.add(new Entry("0".repeat(32), "deep/" + between));
      }
      assertThatThrownBy(() -> read(files))
          .isInstanceOf(DvcMistake.class)
          .hasMessageContaining("'deep/a' as a file and as a folder");
    }
  }

  private static DvcDirectory read(List<Entry> files) throws Exception {
    return DvcDirectory.read(new ByteArrayInputStream(new DvcDirectory(files).bytes()), 10_000);
  }
}
