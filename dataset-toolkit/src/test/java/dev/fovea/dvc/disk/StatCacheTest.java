package dev.fovea.dvc.disk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.dvc.directory.Md5Column;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is remembered is exactly what was seen, or nothing. */
class StatCacheTest {
  private static final long LONG_AGO = 1_000_000_000;
  private static final long NOW = 2_000_000_000;

  @TempDir Path folder;
  private final Random random = new Random(29);

  private Snapshot snapshot(int files) {
    var stats = new FileStats.Builder(0);
    for (int i = 0; i < files; i++) {
      var path = "ö/%07d".formatted(i).getBytes(StandardCharsets.UTF_8);
      stats.add(path, random.nextLong(), LONG_AGO + i, random.nextLong());
    }
    return Snapshot.of(
        stats.build(), new Md5Column(random.longs(files).toArray(), random.longs(files).toArray()));
  }

  @Test
  void givesBackWhatWasKept() throws IOException {
    for (int files : new int[] {0, 1, 70_000}) {
      var cache = new StatCache(folder.resolve("tmp"));
      var kept = snapshot(files);
      cache.write("d", kept, NOW);

      assertThat(cache.read("d")).hasValue(kept);
      assertThat(cache.read("other")).isEmpty();
    }
  }

  @Test
  void trustsNoFileThatMayHaveBeenWrittenAgainWithinATick() throws IOException {
    var cache = new StatCache(folder);
    cache.write("d", snapshot(3), LONG_AGO + 20_000_001);

    var stats = cache.read("d").orElseThrow().stats();
    assertThat(stats.modified(0)).isEqualTo(LONG_AGO);
    assertThat(stats.modified(1)).isEqualTo(-1);
  }

  @Test
  void countsWhatIsDamagedAsNone() throws IOException {
    var cache = new StatCache(folder);
    cache.write("d", snapshot(40), NOW);
    Path file;
    try (var files = Files.list(folder)) {
      file = files.findFirst().orElseThrow();
    }
    var whole = Files.readAllBytes(file);
    for (int turn = 0; turn < 300; turn++) {
      var bytes = whole.clone();
      bytes[turn < 60 ? turn : random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
      Files.write(file, bytes);
      assertThat(cache.read("d")).isEmpty();
      Files.write(file, java.util.Arrays.copyOf(whole, random.nextInt(whole.length)));
      assertThat(cache.read("d")).isEmpty();
    }
    Files.write(file, whole);
    assertThat(cache.read("d")).isPresent();
  }
}
